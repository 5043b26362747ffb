"""A chat goes from agent to agent, back to its line, and is given up; its customer reads along."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.trips.desk import AgentAtWork, Customer, HostPage

pytestmark = [pytest.mark.product, pytest.mark.browser]
QUESTION = "My VPN drops every ten minutes"


def act(page: Page, what: str) -> None:
    page.get_by_role("button", name="Chat actions").click()
    page.get_by_role("menuitem", name=what).click()


def transfer(page: Page, name: str, remark: str) -> None:
    act(page, "Transfer")
    dialog = page.get_by_role("dialog", name="Transfer chat")
    dialog.get_by_role("radio", name="To an agent").check()
    dialog.get_by_role("radio", name=name).check(force=True)
    dialog.get_by_label("Note for the next agent").fill(remark)
    dialog.get_by_role("button", name="Transfer").click()


def expect_handed(page: Page, remark: str) -> None:
    """It waits on his list with the note; he looks at it."""
    page.get_by_role("tab", name="Transferred").click()
    expect(page.locator("#list-transferred")).to_contain_text(remark)
    page.locator("#list-transferred").get_by_role("link", name="Unnamed customer").click()


def decline_after_a_reload(first: Page, second: Page) -> None:
    """The first passes it on and reloads; the second does not take it; the first is told."""
    transfer(first, "Mary", "Once more")
    expect(first.locator("#conv h1")).to_have_text("Pick a chat")
    first.reload()
    expect(first.locator(".app")).to_have_attribute("data-status", "online")
    expect_handed(second, "Once more")
    second.get_by_role("button", name="Decline").click()
    expect(first.locator(".toast", has_text="Mary declined the chat")).to_be_visible()


def test_a_chat_is_handed_on_released_and_abandoned(
    agents: tuple[AgentAtWork, AgentAtWork], person: Callable[[], BrowserContext], host: HostPage
) -> None:
    noor, mary = agents
    first, second = noor.page, mary.page
    customer = Customer(person().new_page(), host)
    customer.ask(QUESTION)
    noor.accept(QUESTION)
    noor.say("Hello, Noor here")
    customer.sees("Hello, Noor here")

    noor.box.fill("Half a sentence")
    transfer(first, "Mary", "Tunnel looks fine")

    expect(first.locator("#conv h1")).to_have_text("Pick a chat")
    expect(customer.stream).to_contain_text("You are being passed on to Mary")
    customer.sees("Hello, Noor here")
    expect_handed(second, "Tunnel looks fine")
    expect(mary.stream).to_contain_text("Tunnel looks fine")
    mary.sees("Hello, Noor here")
    second.locator(".composer--bar").get_by_role("button", name="Accept").click()
    expect(mary.box).to_be_focused()
    expect(second.get_by_role("tab", name="Transferred")).to_have_count(0)
    mary.say("Hello, Mary here")
    customer.sees("Hello, Mary here")
    for name in ("Noor", "Mary"):
        expect(customer.stream).to_contain_text(f"{name} joined")
    expect(customer.stream).not_to_contain_text("Tunnel looks fine")

    act(second, "Release")

    expect(customer.stream).to_contain_text("You are back in line, at your place")
    later = Customer(person().new_page(), host)
    later.ask("The printer is out of paper")
    lines = first.locator("#list-queue [data-waiting]")
    first.get_by_role("tab", name="Queue").click()
    expect(lines).to_have_count(2)
    expect(lines.first).to_contain_text(QUESTION)  # Who came later waits behind.

    noor.accept(QUESTION)
    expect(noor.box).to_have_value("Half a sentence")
    decline_after_a_reload(first, second)

    noor.accept(QUESTION)
    act(first, "Abandon")
    first.get_by_role("dialog").get_by_role("button", name="Abandon").click()

    expect(lines).to_have_count(1)
    expect(customer.frame.get_by_role("button", name="Start a new chat")).to_be_visible()
    expect(customer.stream).to_contain_text("The chat was closed")
