"""Outside chat hours: what the customer reads, and that what he wrote is still there after them."""

import pytest
from playwright.sync_api import expect

from tests.trips.desk import Customer, make_desk

pytestmark = [pytest.mark.browser, pytest.mark.product]

CLOSE = """
from livechat.models import ChatHours
ChatHours.objects.create(name="Drill", kind="closed", message="Fire drill. Call 4711.")
"""
OPEN = """
from django.utils import timezone
from livechat.models import ChatHours
ChatHours.objects.update(retired_at=timezone.now())
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
    product.manage("shell", "-v0", "-c", code)


def test_who_comes_outside_hours_reads_why_and_can_ask_once_it_opens(product, person, host):
    server = product()
    host.show(make_desk(server, host.origin))
    run(server, CLOSE)
    customer = Customer(person().new_page(), host)
    customer.open()
    closed = customer.frame.locator("[data-view=closed]")
    expect(closed).to_contain_text("Fire drill. Call 4711.")
    start = customer.frame.get_by_role("button", name="Start chat")
    expect(start).to_have_count(0)

    run(server, OPEN)
    customer.page.frames[-1].evaluate(LOOK)

    expect(start).to_be_visible()
    expect(closed).to_be_hidden()


def test_closing_time_keeps_what_was_typed_and_refuses_at_once(product, person, host):
    server = product()
    host.show(make_desk(server, host.origin))
    customer = Customer(person().new_page(), host)
    customer.open()
    customer.frame.locator("#question").fill("The crane does not start")
    run(server, CLOSE)

    customer.frame.get_by_role("button", name="Start chat").click()

    closed = customer.frame.locator("[data-view=closed]")
    expect(closed).to_contain_text("Fire drill. Call 4711.")
    expect(closed).to_contain_text("What you wrote is kept here.")
    run(server, OPEN)
    customer.page.frames[-1].evaluate(LOOK)
    customer.frame.get_by_role("button", name="Start chat").click()
    expect(customer.frame.locator("[data-question]")).to_have_text("The crane does not start")


def test_a_page_on_which_nobody_has_asked_hears_at_once_that_hours_changed(product, person, host):
    """Well within the twenty seconds after which it asks by itself."""
    server = product(database="postgres", processes=2)
    host.show(make_desk(server, host.origin))
    customer = Customer(person().new_page(), host)
    customer.open()
    start = customer.frame.get_by_role("button", name="Start chat")
    expect(start).to_be_visible()
    customer.page.wait_for_timeout(1500)

    run(server, CLOSE + ANNOUNCE)
    expect(customer.frame.locator("[data-view=closed]")).to_be_visible(timeout=5000)

    run(server, OPEN + ANNOUNCE)
    expect(start).to_be_visible(timeout=5000)
