"""Colleagues come into a chat: one speaks along, one only reads, and each leaves again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.trips.desk import AgentAtWork, Customer, HostPage

pytestmark = [pytest.mark.product, pytest.mark.browser]
#: They are told once a second, and gathered for another one.
RECEIPTS = 3000
QUESTION = "My VPN drops every ten minutes"


def act(page: Page, what: str) -> None:
    page.get_by_role("button", name="Chat actions").click()
    page.get_by_role("menuitem", name=what).click()


def invite(page: Page, name: str, role: str) -> None:
    act(page, "Invite agent")
    dialog = page.get_by_role("dialog", name="Invite agent")
    dialog.get_by_role("radio", name=role).check()
    dialog.get_by_role("radio", name=name).check(force=True)
    dialog.get_by_role("button", name="Invite", exact=True).click()
    expect(dialog).to_have_count(0)


def answer(page: Page, what: str) -> None:
    row = page.locator(".asked")
    expect(row).to_contain_text("asks you to")
    row.get_by_role("button", name=what).click()
    expect(row).to_have_count(0)


def test_a_colleague_speaks_along_and_reads_along(
    agents: tuple[AgentAtWork, AgentAtWork], person: Callable[[], BrowserContext], host: HostPage
) -> None:
    noor, mary = agents
    first, second = noor.page, mary.page
    customer = Customer(person().new_page(), host)
    customer.ask(QUESTION)
    noor.accept(QUESTION)
    noor.say("Hello, Noor here")

    invite(first, "Mary", "Participant")
    expect(first.locator("#invitees")).to_contain_text("Not answered")
    answer(second, "Accept")
    expect(first.locator("#invitees")).to_contain_text("In the chat")
    second.locator("#list-mine").get_by_role("link", name="Unnamed customer").click()
    mary.sees("Hello, Noor here")
    mary.say("Hello, Mary here")

    customer.sees("Hello, Mary here")
    noor.sees("Hello, Mary here")
    for name in ("Noor", "Mary"):
        expect(customer.stream).to_contain_text(f"{name} joined")
    expect(second.get_by_role("tab", name="Note", exact=True)).to_have_count(0)
    expect(second.get_by_role("button", name="End chat")).to_have_count(0)
    expect(first.locator(".colleague")).to_contain_text("Hello, Mary here")
    second.get_by_role("button", name="Leave chat").click()
    expect(customer.stream).to_contain_text("Mary left")
    expect(second.locator("#list-mine")).not_to_contain_text(QUESTION)

    invite(first, "Mary", "Monitor")
    answer(second, "Accept")
    second.locator("#list-mine").get_by_role("link", name="Unnamed customer").click()
    expect(second.locator(".composer")).to_contain_text("You read along")
    noor.say("Still with me?")
    mary.sees("Still with me?")
    expect(second.locator("[data-composer]")).to_have_count(0)
    expect(customer.stream.get_by_text("Mary joined")).to_have_count(1)  # Only the first time.

    act(first, "Need assistance")
    expect(first.locator("#banner-help")).to_contain_text("A supervisor has been asked")
    first.locator("#banner-help").get_by_role("button", name="Withdraw").click()
    expect(first.locator("#banner-help")).to_have_count(0)


def test_who_was_asked_in_reads_along_before_he_answers_and_finds_what_he_has_not_read(
    agents: tuple[AgentAtWork, AgentAtWork], person: Callable[[], BrowserContext], host: HostPage
) -> None:
    noor, mary = agents
    customer = Customer(person().new_page(), host)
    customer.ask(QUESTION)
    noor.accept(QUESTION)
    invite(noor.page, "Mary", "Participant")

    mary.page.locator(".asked a").click()
    expect(mary.page.locator("#footer-invited")).to_be_visible()
    customer.say("It began on Monday")
    mary.sees("It began on Monday")
    noor.say("Thank you, Mary may know")
    mary.sees("Thank you, Mary may know")
    expect(customer.stream.locator(".bub", has_text="It began on Monday")).to_be_visible()

    mary.page.locator("#footer-invited").get_by_role("button", name="Accept").click()
    expect(mary.page.locator("[data-composer]")).to_be_visible()
    mary.page.wait_for_timeout(RECEIPTS)
    mary.page.goto(mary.page.url.split("/console/")[0] + "/console/")
    expect(mary.page.locator(".app")).to_have_attribute("data-status", "online")
    customer.say("And it is slow as well")
    badge = mary.page.locator("#list-mine [data-unread-badge]")
    expect(badge).to_contain_text("1")
    mary.page.reload()
    expect(badge).to_contain_text("1")
    mary.page.locator("#list-mine").get_by_role("link", name="Unnamed customer").click()
    mary.sees("And it is slow as well")
    expect(badge).to_be_hidden()
    mary.page.wait_for_timeout(RECEIPTS)
    mary.page.reload()
    expect(badge).to_be_hidden()
