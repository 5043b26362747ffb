"""Tickets in the browser: found, opened and edited by the keyboard alone; two people at once."""

import pytest
from playwright.sync_api import Page, expect

from tests.trips.desk import AgentAtWork, Customer, Desk, make_desk

pytestmark = [pytest.mark.browser, pytest.mark.product]

#: The same tickets for every trip; the first is the newest.
ROWS = """
from django.utils import timezone
from tickets.models import *
from tickets.services.activity import add_comment, add_work_note
from tickets.services.lifecycle import open_ticket
company = Company.objects.get(external_key="halden")
site = Site.objects.create(company=company, name="Harbour Terminal, floor 3")
noor = User.objects.get(email__startswith="noor")
network = AssignmentGroup.objects.create(name="Network")
remote = Service.objects.create(name="Remote access")
top = Category.objects.create(tree="operational", name="Network")
Category.objects.create(tree="operational", name="VPN", parent=top)
amara = Customer.objects.create(company=company, name="Amara Okafor", email="amara.okafor@halden.example", site=site)
lucas = Customer.objects.create(company=company, name="Lucas Moreau", email="lucas@halden.example")
asset = Asset.objects.create(company=company, tag="LT-20417", name="Laptop, 14 inch", customer=amara)
open_ticket("work_order", customer=lucas, values={"summary": "Second monitor for desk 3-14"}, source="console", by=noor)
open_ticket("incident", customer=lucas, values={"summary": "Mail stuck in outbox", "impact": 3, "urgency": 2}, source="widget")
vpn = open_ticket("incident", customer=amara, source="chat", by=noor, values={
    "summary": "VPN drops every ten minutes", "urgency": 3, "site": site, "group": network, "assignee": noor,
    "asset": asset, "service": remote, "description": "10:28 Amara: VPN drops every ten minutes since Monday.\\n10:37 Noor: Hi Amara, Noor here. Does it drop on Wi-Fi only, or cable too?\\n10:38 Amara: Both. Every ten minutes, and the map drive goes with it."})
add_work_note(vpn.pk, body="LT-20417 is still on profile 3.1.", by=noor)
add_comment(vpn.pk, body="Could you try step 2 of the article?", by=noor)
add_comment(vpn.pk, body="Done. It came back on its own this time.", by=amara)
for field in ("impact", "operational_category"):
    RequiredField.objects.create(kind="incident", field=field)
print(vpn.public_id)
"""  # noqa: E501


@pytest.fixture
def desk(product, host):
    started = product()
    made = make_desk(started, host.origin, ("Noor Haddad", "Mary Lindqvist"))
    started.run(ROWS)
    return made


def at_tickets(page: Page, desk: Desk, email: str = "") -> Page:
    AgentAtWork(page, desk, email)
    page.goto(f"{desk.url}/console/tickets/")
    expect(page.locator(".app")).to_have_attribute("data-status", "online")
    return page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def show(page: Page, summary: str) -> None:
    page.locator("[data-row]", has_text=summary).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(summary)


def edit(page: Page, summary: str) -> None:
    show(page, summary)
    press(page, "e")
    expect(page.locator("[data-ticket-form]")).to_be_visible()


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.id")


def test_a_ticket_is_found_and_edited_by_the_keyboard_alone(desk, person):
    page = at_tickets(person().new_page(), desk)

    press(page, "/")
    page.keyboard.type("amara vpn")
    press(page, "Enter")
    expect(page.locator("[data-row]")).to_have_count(1)
    press(page, "j", "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("VPN drops every ten minutes")
    press(page, "e")
    expect(page.locator("#f-summary")).to_have_value("VPN drops every ten minutes")

    press(page, "Control+s")
    expect(page.locator("[data-errors]")).to_be_focused()
    expect(page.locator("[data-errors]")).to_contain_text("2 required fields are blank")
    press(page, "Tab", "Enter")
    assert focused(page) == "f-impact"
    page.keyboard.type("2")
    expect(page.locator("[data-priority]")).to_have_text("3 Medium")
    page.locator("[data-errors] a").nth(1).focus()
    press(page, "Enter")
    assert focused(page) == "f-operational_category"
    page.keyboard.type("vpn")
    expect(page.locator("[role=listbox]:visible [role=option]")).to_have_text(["Network › VPN"])
    press(page, "ArrowDown", "Enter")
    expect(page.locator("#f-operational_category")).to_have_value("Network › VPN")
    press(page, "Control+s")

    expect(page.locator(".toast")).to_contain_text("is saved")
    expect(page.locator(".tl li").first).to_contain_text("Operational category: Network › VPN")


def test_what_was_written_is_not_left_by_accident_and_reasons_follow_the_status(desk, person):
    page = at_tickets(person().new_page(), desk)
    edit(page, "Second monitor for desk 3-14")
    reason = page.locator("[data-field=reason]")
    expect(reason).to_be_hidden()
    page.locator("#f-status").select_option(label="Completed")
    offered = reason.locator("option:enabled").all_inner_texts()
    assert [text for text in offered if text.startswith(("Succ", "Canc"))] == ["Successful"]

    page.get_by_role("link", name="Discard").last.click()
    expect(page.locator("[data-discard-dialog]")).to_be_visible()
    page.get_by_role("button", name="Keep editing").click()
    expect(page.locator("#f-status option:checked")).to_have_text("Completed")
    page.get_by_role("link", name="Discard").last.click()
    page.locator("[data-discard-all]").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Second monitor for desk 3-14")
    expect(page.locator(".tk__head .chip").first).to_have_text("In Progress")


def test_two_people_at_once_lose_nothing(desk, person):
    noor, mary = (at_tickets(person().new_page(), desk, who) for who in desk.emails)
    for page in (noor, mary):
        edit(page, "Mail stuck in outbox")
        page.locator("#f-operational_category").fill("network › vpn")
    noor.locator("#f-summary").fill("Mail stuck since noon")
    mary.locator("#f-summary").fill("Outbox is stuck")
    noor.get_by_role("button", name="Confirm + Save").click()
    expect(noor.locator(".toast")).to_contain_text("is saved")

    mary.get_by_role("button", name="Confirm + Save").click()

    expect(mary.locator("[data-errors]").first).to_contain_text("changed meanwhile by Noor Haddad")
    expect(mary.locator("#f-summary")).to_have_value("Outbox is stuck")
    expect(mary.locator(".holds")).to_contain_text("Mail stuck since noon")
    mary.get_by_role("button", name="Confirm + Save").click()
    expect(mary.get_by_role("heading", level=1)).to_have_text("Outbox is stuck")

    noor.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(noor.locator("[data-elsewhere]")).to_contain_text("was changed by somebody else")
    expect(noor.locator(".tl li").first).to_contain_text("Mary Lindqvist")


def test_an_agent_on_a_ticket_writes_resolves_and_is_told_of_a_new_chat(desk, person, host):
    page = at_tickets(person().new_page(), desk)
    show(page, "VPN drops every ten minutes")
    press(page, "n")
    page.keyboard.type("Asked the network group")
    press(page, "Control+Enter")
    expect(page.locator(".tl li").first).to_contain_text("added a work note")
    page.get_by_label("Comment to the customer").check()
    expect(page.locator("#say")).to_have_attribute("placeholder", "Write to Amara Okafor")
    page.locator("#say").fill("We are on it")
    page.get_by_role("button", name="Send comment").click()
    expect(page.locator(".tl li").first).to_contain_text("wrote to the customer")

    page.get_by_role("button", name="Resolve").click()
    page.locator("#resolution").fill("A new profile")
    page.locator("#resolve").get_by_role("button", name="Resolve").click()
    expect(page.locator(".tk__head .chip").first).to_have_text("Resolved")
    expect(page.locator(".tl li").first).to_contain_text("resolved it")

    host.show(desk)
    customer = Customer(person().new_page(), host)
    customer.ask("My badge does not open the door")
    toast = page.locator(".toast--news").first
    expect(toast).to_contain_text("New chat")
    toast.get_by_role("button", name="Accept").click()
    expect(page.locator("#conv")).to_be_visible()
    customer.sees("My badge does not open the door")


def test_the_list_follows_others_and_moves_nothing_under_the_hand(desk, person):
    noor, mary = (at_tickets(person().new_page(), desk, who) for who in desk.emails)
    row = noor.locator("[data-row]", has_text="VPN drops")
    row.focus()
    edit(mary, "VPN drops every ten minutes")
    mary.get_by_label("Impact").select_option("2")
    mary.locator("#f-operational_category").fill("network › vpn")
    mary.get_by_role("button", name="Confirm + Save").click()
    expect(mary.locator(".toast")).to_contain_text("is saved")

    expect(row).to_contain_text("3 Medium")  # It is hers: she is told at once.
    expect(row).to_be_focused()
    expect(noor.locator("[data-list-news]")).to_be_hidden()

    noor.goto(f"{desk.url}/console/tickets/?assignee=nobody")
    expect(noor.locator("[data-row]")).to_have_count(2)
    mary.goto(f"{desk.url}/console/tickets/")
    edit(mary, "Mail stuck in outbox")
    mary.locator("#f-operational_category").fill("network › vpn")
    mary.locator("#f-assignee").fill("Mary")
    mary.get_by_role("option", name="Mary Lindqvist").click()
    mary.get_by_role("button", name="Confirm + Save").click()
    expect(mary.locator(".toast")).to_contain_text("is saved")

    news = noor.locator("[data-list-news]")
    expect(news).to_contain_text("New or changed: 1", timeout=25_000)
    expect(noor.locator("[data-row]")).to_have_count(2)
    news.get_by_role("button", name="Show").click()
    expect(noor.locator("[data-row]")).to_have_count(1)
    expect(noor.locator("[data-row]").first).to_be_focused()
    expect(news).to_be_hidden()


def test_what_was_written_and_not_saved_outlives_the_page(desk, person):
    page = at_tickets(person().new_page(), desk)
    edit(page, "Mail stuck in outbox")
    page.locator("#f-summary").fill("Outbox is stuck since noon")
    page.get_by_label("Urgency").select_option("3")
    page.get_by_label("Comment to the customer").check()
    page.locator("#say").fill("We look into it")
    page.wait_for_timeout(500)
    address = page.url
    other = page.context.new_page()
    page.close()  # As when the power goes.

    other.goto(address.replace("edit/", ""))
    expect(other.locator("[data-unsaved]")).to_contain_text("did not save it")
    expect(other.locator("#say")).to_have_value("We look into it")
    other.get_by_role("button", name="Send comment").click()
    expect(other.locator(".tl li").first).to_contain_text("wrote to the customer")
    other.get_by_role("link", name="Go on editing").click()
    expect(other.locator("[data-restored]")).to_be_visible()
    expect(other.locator("#f-summary")).to_have_value("Outbox is stuck since noon")
    expect(other.locator("[data-priority]")).not_to_have_text("5 Planning")
    other.locator("#f-operational_category").fill("network › vpn")
    other.get_by_role("button", name="Confirm + Save").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Outbox is stuck since noon")
    expect(other.locator("[data-unsaved]")).to_be_hidden()

    press(other, "e")
    other.locator("#f-summary").fill("Something else")
    other.wait_for_timeout(500)
    other.get_by_role("link", name="Discard").last.click()
    other.locator("[data-discard-all]").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Outbox is stuck since noon")
    expect(other.locator("[data-unsaved]")).to_be_hidden()
    kept = "() => Object.entries(localStorage).filter(([key]) => key.startsWith('parley.kept.'))"
    assert other.evaluate(kept) == []

    other.locator("#say").fill("Not sent")
    other.wait_for_timeout(500)
    assert len(other.evaluate(kept)) == 1
    other.locator(".me").first.click()
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_label("E-mail")).to_be_visible()
    assert other.evaluate(kept) == []


def test_a_refused_save_and_a_dead_page_lose_nothing_either(desk, person):
    noor, mary = (at_tickets(person().new_page(), desk, who) for who in desk.emails)
    for page in (noor, mary):
        edit(page, "Second monitor for desk 3-14")
    mary.locator("#f-summary").fill("Two monitors for desk 3-14")
    mary.get_by_role("button", name="Confirm + Save").click()
    expect(mary.locator(".toast")).to_contain_text("is saved")
    noor.locator("#f-summary").fill("Monitor for Lucas")
    noor.get_by_role("button", name="Confirm + Save").click()
    expect(noor.locator("[data-errors]").first).to_contain_text("changed meanwhile by Mary")
    address, other = noor.url, noor.context.new_page()
    noor.close()

    other.goto(address.replace("edit/", ""))
    expect(other.locator("[data-unsaved]")).to_contain_text("did not save it")
    other.get_by_role("link", name="Go on editing").click()
    expect(other.locator("#f-summary")).to_have_value("Monitor for Lucas")

    mary.get_by_role("button", name="Resolve").click()
    mary.locator("#resolve").get_by_label("Status and reason").select_option(index=0)
    mary.locator("#resolve").get_by_role("button", name="Resolve").click()
    expect(mary.locator(".toast").last).to_contain_text("is settled")
