"""When nobody can take a chat: what the customer reads, what he may leave, and what is kept."""

import re

import pytest
from playwright.sync_api import expect

from tests.trips.desk import Customer, make_desk

pytestmark = [pytest.mark.browser, pytest.mark.product]

CLOSE = """
from livechat.models import ChatHours
ChatHours.objects.create(name="Drill", kind="closed", message="Fire drill. Call 4711.")
"""
NO_LEAVING = """
from livechat.models import ChatSettings
ChatSettings.objects.update(leave_tickets=False)
"""
AT_ONCE = """
from livechat.models import ChatSettings
ChatSettings.objects.update(overflow_minutes=0)
"""
ANSWER = """
from tickets.models import Ticket, User
from tickets.services.activity import add_comment, add_work_note
noor, ticket = User.objects.get(name="Noor Haddad"), Ticket.objects.get()
add_work_note(ticket.pk, body="He calls every day.", by=noor)
add_comment(ticket.pk, body="The crane has its own breaker.", by=noor)
"""
OPEN = """
from django.utils import timezone
from livechat.models import ChatHours
ChatHours.objects.update(retired_at=timezone.now())
"""
ALERT = """
from tickets.models import ServiceAlert
ServiceAlert.objects.create(title="The harbour has no power", shown_to_customers=True)
"""
#: As the admin does, in a process of its own, which stays until it has told the others.
ANNOUNCE = """
import time
from livechat.services.configuration import announce
announce(ChatHours.objects.get())
time.sleep(2)
"""
LOOK = "document.dispatchEvent(new Event('visibilitychange'))"


def run(product, code):
    product.run(code)


@pytest.fixture
def customer(person, host):
    return lambda: Customer(person().new_page(), host)


def test_who_comes_outside_hours_reads_why_and_can_ask_once_it_opens(product, customer, host):
    server = product()
    host.show(make_desk(server, host.origin))
    run(server, CLOSE + NO_LEAVING)
    rosa = customer()
    rosa.open()
    closed = rosa.frame.locator("[data-view=closed]")
    expect(closed).to_contain_text("Fire drill. Call 4711.")
    start = rosa.frame.get_by_role("button", name="Start chat")
    expect(start).to_have_count(0)
    expect(rosa.frame.get_by_role("button", name="Leave a ticket")).to_have_count(0)

    run(server, OPEN)
    rosa.page.frames[-1].evaluate(LOOK)

    expect(start).to_be_visible()
    expect(closed).to_be_hidden()


def test_after_closing_time_what_was_typed_is_left_as_a_ticket_and_talked_about(
    product, customer, host
):
    server = product()
    host.show(make_desk(server, host.origin))
    rosa = customer()
    rosa.open()
    frame = rosa.frame
    frame.locator("#question").fill("The crane does not start")
    run(server, CLOSE)

    frame.get_by_role("button", name="Start chat").click()
    expect(frame.locator("form [data-view=leave]").first).to_contain_text("Fire drill. Call 4711.")
    frame.get_by_role("button", name="Leave a ticket").click()

    expect(frame.locator("[data-left-ticket]")).to_have_text(
        re.compile(r"You left INC-\d+ with us")
    )
    run(server, ANSWER)
    frame.get_by_role("button", name="The crane does not start").click()
    expect(frame.locator("[data-said]")).to_contain_text("The crane has its own breaker.")
    expect(frame.locator("[data-said]")).not_to_contain_text("every day")
    frame.get_by_label("Write to the service desk").fill("It starts now, thank you")
    frame.get_by_role("button", name="Send").click()
    expect(frame.locator("[data-said] .own")).to_contain_text("It starts now, thank you")
    frame.get_by_role("button", name="Back").click()
    expect(frame.locator("#question")).to_have_value("")


def test_who_waits_and_nobody_comes_leaves_a_ticket_instead(product, customer, host):
    server = product()
    host.show(make_desk(server, host.origin))
    run(server, AT_ONCE)
    rosa = customer()
    rosa.ask("The crane does not start")

    rosa.frame.get_by_role("button", name="Leave a ticket instead").click()

    expect(rosa.frame.locator("[data-left-ticket]")).to_have_text(re.compile(r"INC-\d+"))
    rosa.page.reload()
    expect(rosa.frame.get_by_role("button", name="The crane does not start")).to_be_visible()
    expect(rosa.frame.get_by_role("button", name="Start chat")).to_be_visible()


def test_a_page_on_which_nobody_has_asked_hears_at_once_what_changed(product, customer, host):
    """Well within the twenty seconds after which it asks by itself."""
    server = product(database="postgresql", processes=2)
    host.show(make_desk(server, host.origin))
    rosa = customer()
    rosa.open()
    start = rosa.frame.get_by_role("button", name="Start chat")
    expect(start).to_be_visible()
    rosa.page.wait_for_timeout(1500)

    run(server, CLOSE + ANNOUNCE)
    expect(rosa.frame.get_by_text("Fire drill. Call 4711.").last).to_be_visible(timeout=5000)

    run(server, ALERT + OPEN + ANNOUNCE)
    expect(start).to_be_visible(timeout=5000)
    announced = rosa.frame.get_by_text("The harbour has no power").filter(visible=True)
    expect(announced).to_have_count(1, timeout=5000)
