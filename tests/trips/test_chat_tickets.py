"""Chats become tickets, by mouse and by keyboard alone, and are settled with them."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.trips.conftest import Conversation

pytestmark = [pytest.mark.product, pytest.mark.browser]

#: A directory for pictures of what was passed on the way.
PICTURES = os.environ.get("TRIP_PICTURES", "")
RECORDS = """
from livechat.models import Chat, Queue
from tickets.models import *
chat = Chat.objects.select_related("customer__company").get()
customer, company = chat.customer, chat.customer.company
group = AssignmentGroup.objects.create(name="Network")
service = Service.objects.create(name="Remote access")
access = Category.objects.create(tree="operational", name="Access")
fault = TicketTemplate.objects.create(
    name="Remote access fault", purpose="The tunnel drops, or never comes up.", group=group,
    service=service, urgency=3, for_work_orders=True, description="Which network?",
)
TicketTemplate.objects.create(name="Badge request", for_incidents=False, for_work_orders=True)
RequiredField.objects.create(kind="incident", field="impact", template=fault)
RequiredField.objects.create(kind="incident", field="operational_category", template=fault)
ServiceAlert.objects.create(title="Harbour VPN gateway is slow", service=service, text="Wait.")
Asset.objects.create(company=company, customer=customer, tag="LT-20417", name="Laptop, 14 inch")
"""
STATE = """
from livechat.models import Chat
chat = Chat.objects.select_related("ticket__status", "ticket__reason").latest("pk")
ticket = chat.ticket
print("STATE", chat.status, *([ticket.number, ticket.status, "|", ticket.reason] if ticket else []))
"""


@pytest.fixture
def desk(conversation: Conversation) -> Conversation:
    conversation.product.run(RECORDS)
    return conversation


def state(desk: Conversation) -> str:
    said: str = desk.product.run(STATE)
    return said[said.index("STATE") + 6 :].strip()


def picture(page: Page, name: str) -> None:
    """At the sizes of the design, light and dark."""
    if not PICTURES:
        return
    for width, height, scheme in ((1440, 900, "light"), (1440, 900, "dark"), (390, 844, "light")):
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(250)
        page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{scheme}.png")
    page.set_viewport_size({"width": 1280, "height": 720})
    page.emulate_media(color_scheme="light")


def tab(page: Page, name: str) -> Locator:
    return page.locator("#details").get_by_role("tab", name=name)


def test_a_ticket_by_mouse_then_the_three_answers_to_the_end(desk: Conversation) -> None:
    page = desk.agent.page
    picture(page, "customer")

    page.get_by_role("button", name="Create ticket", exact=True).click()
    toast = page.locator(".toast", has_text="created")
    expect(toast.get_by_role("link")).to_contain_text("INC-")
    expect(page.locator(".conv__ticket")).to_be_focused()  # What had the focus has gone.
    expect(desk.customer.stream).to_contain_text("created INC-")
    desk.customer.say("One more thing")
    desk.agent.sees("One more thing")
    expect(tab(page, "Activity")).to_be_visible()
    tab(page, "Activity").click()
    expect(page.locator("[data-panel=activity]")).to_contain_text("opened the incident")
    picture(page, "activity")

    page.locator(".conv__head [data-do=end]").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("In Progress")
    expect(dialog.get_by_role("button", name="Resolve and end")).to_be_visible()
    picture(page, "end")
    dialog.get_by_role("button", name="Return to chat").click()
    expect(page.locator("dialog[open]")).to_have_count(0)

    page.locator(".conv__head [data-do=end]").click()
    dialog.get_by_text("End without resolving").click()
    expect(dialog.get_by_role("button", name="End chat")).to_be_visible()
    expect(dialog.get_by_role("button", name="Resolve and end")).to_be_hidden()
    dialog.get_by_text("Resolve the ticket and end").click()
    dialog.get_by_label("Status", exact=True).select_option("Closed")
    reasons = dialog.locator("#end-reason option:not([disabled])")
    expect(reasons).to_have_text(["No Further Action Required", "No longer a Causal CI"])
    dialog.get_by_label("Status reason").focus()
    page.keyboard.type("No longer")
    dialog.get_by_role("button", name="Resolve and end").click()
    expect(page.locator("#list-mine")).not_to_contain_text("My VPN drops")
    expect(desk.customer.stream).to_contain_text("ended the chat")
    assert state(desk).startswith("ended INC-")
    assert state(desk).endswith("Closed | No longer a Causal CI")


def test_ended_without_resolving_the_ticket_stays_open(desk: Conversation) -> None:
    page = desk.agent.page
    page.get_by_role("button", name="Create ticket", exact=True).click()
    expect(page.locator(".conv__ticket")).to_contain_text("INC-")

    page.locator(".conv__head [data-do=end]").click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_text("End without resolving").click()
    dialog.get_by_role("button", name="End chat").click()

    expect(page.locator("#list-mine")).not_to_contain_text("My VPN drops")
    assert state(desk).startswith("ended INC-")
    assert "In Progress" in state(desk)


KEPT = "() => Object.keys(localStorage).filter((key) => key.startsWith('parley.kept.ticket.'))"


def after_a_power_cut(page: Page) -> Page:
    """The same page again, which has what was written."""
    page.wait_for_timeout(500)
    address, again = page.url, page.context.new_page()
    page.close()
    again.goto(address)
    expect(again.locator("[data-restored]")).to_contain_text("is here again")
    return again


def test_from_a_template_by_keyboard_alone_with_blanks_and_back(desk: Conversation) -> None:
    page = desk.agent.page
    keys = page.keyboard
    keys.press("F6")  # Out of the composer: single keys act again.
    keys.press("c")
    expect(page.get_by_role("menuitem", name="Incident")).to_be_focused()
    keys.press("t")
    search = page.get_by_role("searchbox", name="Search articles and templates")
    expect(search).to_be_focused()
    resources = page.locator("[data-panel=resources]")
    expect(resources).to_contain_text("Harbour VPN gateway is slow")
    keys.type("fault")
    expect(resources).not_to_contain_text("Badge request")
    expect(search).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")
    foot = resources.locator(".tpl")
    expect(foot).to_contain_text("Impact, Operational category")
    picture(page, "resources")
    foot.get_by_role("button", name="Create incident").focus()
    keys.press("Enter")

    summary = page.locator("[data-errors]")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("2 required fields are blank")
    picture(page, "form")
    page.get_by_role("link", name="Discard", exact=True).focus()
    keys.press("Enter")
    expect(desk.agent.box).to_be_visible()
    assert state(desk) == "assigned"

    page.go_back()
    expect(summary).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")
    expect(page.get_by_label("Impact")).to_be_focused()
    keys.type("2")
    page = after_a_power_cut(page)
    expect(page.get_by_label("Impact")).to_have_value("2")
    keys = page.keyboard
    page.get_by_role("combobox", name="Operational category").focus()
    keys.type("Access")
    expect(page.get_by_role("option", name="Access", exact=True)).to_be_visible()
    keys.press("Tab")
    keys.press("Control+s")
    expect(page.locator(".conv__ticket")).to_contain_text("INC-")
    assert state(desk).startswith("assigned INC-")
    assert page.evaluate(KEPT) == []


def test_ended_by_keyboard_alone_and_the_details_turned(desk: Conversation) -> None:
    page, keys = desk.agent.page, desk.agent.page.keyboard
    keys.press("F6")
    keys.press("]")
    expect(tab(page, "Resources")).to_have_attribute("aria-selected", "true")
    expect(page.locator("[data-panel=resources]")).to_contain_text("Remote access fault")
    keys.press("[")
    expect(tab(page, "Customer")).to_have_attribute("aria-selected", "true")
    keys.press("c")
    expect(page.get_by_role("menuitem", name="Incident")).to_be_focused()
    keys.press("w")
    expect(page.locator(".conv__ticket")).to_contain_text("WO-")
    expect(page.locator("[data-panel=customer]")).to_contain_text("LT-20417")
    expect(page.locator("[data-panel=customer]")).to_contain_text("In Progress")

    keys.press("e")
    expect(page.locator("#end-resolving")).to_be_focused()
    keys.press("Enter")

    expect(page.locator("#list-mine")).not_to_contain_text("My VPN drops")
    assert state(desk).endswith("Completed | Successful")


def test_abandoned_with_a_ticket_it_is_cancelled_first(desk: Conversation) -> None:
    page = desk.agent.page
    page.get_by_role("button", name="Create ticket", exact=True).click()
    expect(page.locator(".conv__ticket")).to_contain_text("INC-")

    page.get_by_role("button", name="Chat actions").click()
    page.get_by_role("menuitem", name="Abandon").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("will be cancelled first")
    picture(page, "abandon")
    dialog.get_by_label("Status reason").select_option("No longer a Causal CI")
    dialog.get_by_role("button", name="Abandon").click()

    expect(page.locator("#list-mine")).not_to_contain_text("My VPN drops")
    assert state(desk).startswith("abandoned INC-")
    assert state(desk).endswith("Cancelled | No longer a Causal CI")


def test_abandoned_without_a_ticket_it_is_only_confirmed(desk: Conversation) -> None:
    page = desk.agent.page
    page.locator(".conv__head [data-do=end]").click()
    expect(page.locator("dialog[open]")).to_contain_text("There is no ticket for this chat.")
    picture(page, "end-without")
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Chat actions").click()
    page.get_by_role("menuitem", name="Abandon").click()
    dialog = page.locator("dialog[open]")
    expect(dialog.get_by_label("Status reason")).to_have_count(0)
    dialog.get_by_role("button", name="Abandon").click()

    expect(page.locator("#list-mine")).not_to_contain_text("My VPN drops")
    assert state(desk) == "abandoned"


def test_a_ticket_that_is_settled_elsewhere_keeps_the_chat_and_says_why(
    desk: Conversation,
) -> None:
    page = desk.agent.page
    page.get_by_role("button", name="Create ticket", exact=True).click()
    expect(page.locator(".conv__ticket")).to_contain_text("INC-")
    page.locator(".conv__head [data-do=end]").click()
    desk.product.run(SETTLE)  # In a process that tells nobody here.

    page.get_by_role("button", name="Resolve and end").click()

    expect(page.locator(".toasts")).to_contain_text("is Resolved already")
    expect(page.locator("#list-mine")).to_contain_text("My VPN drops")
    page.locator(".conv__head [data-do=end]").click()
    expect(page.locator("dialog[open]")).to_contain_text("Resolved")
    page.locator("dialog[open]").get_by_role("button", name="End chat").click()
    expect(page.locator("#list-mine")).not_to_contain_text("My VPN drops")


SETTLE = """
from tickets.models import ChatOutcome, Ticket
from tickets.services.lifecycle import resolve_ticket
usual = ChatOutcome.objects.usual("incident", "ended")
resolve_ticket(Ticket.objects.get().pk, outcome=usual.pk)
"""


def test_what_is_chosen_in_a_dialog_stays_when_the_page_is_renewed(desk: Conversation) -> None:
    """A colleague works on the ticket while its chat is about to be ended."""
    page = desk.agent.page
    page.get_by_role("button", name="Create ticket", exact=True).click()
    expect(page.locator(".conv__ticket")).to_contain_text("INC-")
    other = page.context.new_page()
    other.goto(f"{desk.desk.url}/console/tickets/")
    other.locator("[data-row]").first.click()
    page.locator(".conv__head [data-do=end]").click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("Status", exact=True).select_option("Closed")
    dialog.get_by_label("Status reason").focus()
    page.keyboard.type("No longer")
    dialog.get_by_text("End without resolving").click()

    with page.expect_response("**/console/chats/*/"):
        other.locator("#say").fill("Seen by the network group")
        other.get_by_role("button", name="Add note").click()
    page.wait_for_timeout(500)

    expect(dialog.get_by_label("End without resolving")).to_be_checked()
    expect(dialog.get_by_role("button", name="Resolve and end")).to_be_hidden()
    dialog.get_by_text("Resolve the ticket and end").click()
    expect(dialog.get_by_label("Status", exact=True).locator(":checked")).to_have_text("Closed")
    reason = dialog.get_by_label("Status reason").locator(":checked")
    expect(reason).to_have_text("No longer a Causal CI")
