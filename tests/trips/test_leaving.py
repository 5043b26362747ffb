"""A customer leaves: while he waits, while he is served, and while nobody can be reached."""

import pytest
from playwright.sync_api import expect

from tests.trips.desk import Customer, make_desk

pytestmark = [pytest.mark.browser, pytest.mark.product]

UNREACHABLE = "The service desk cannot be reached. Try again in a moment."


def test_who_ends_his_chat_without_a_connection_is_told_and_can_end_it_later(conversation):
    customer = conversation.customer
    customer.frame.get_by_role("button", name="End chat").click()
    dialog = customer.frame.get_by_role("dialog", name="End this chat?")
    customer.page.context.set_offline(True)
    dialog.get_by_role("button", name="End chat").click()

    expect(dialog.get_by_role("alert")).to_have_text(UNREACHABLE)
    customer.page.context.set_offline(False)
    dialog.get_by_role("button", name="End chat").click()

    expect(dialog).to_be_hidden()
    expect(customer.frame.get_by_role("button", name="Start a new chat")).to_be_visible()
    conversation.agent.page.set_viewport_size({"width": 390, "height": 844})
    buttons = conversation.agent.page.locator("#banner-left button")
    expect(buttons).to_have_text(["Abandon", "End chat"])
    assert buttons.first.bounding_box()["y"] == buttons.last.bounding_box()["y"]


def test_who_cancels_his_request_without_a_connection_is_told(product, person, host):
    desk = make_desk(product(), host.origin)
    host.show(desk)
    customer = Customer(person().new_page(), host)
    customer.ask("My VPN drops")
    customer.page.context.set_offline(True)
    cancel = customer.frame.get_by_role("button", name="Cancel request")
    cancel.click()

    expect(customer.frame.get_by_role("alert")).to_have_text(UNREACHABLE)
    customer.page.context.set_offline(False)
    cancel.click()

    expect(customer.frame.locator("[data-title]")).to_have_text("Request cancelled")
    expect(customer.stream).to_contain_text("My VPN drops")
    expect(customer.stream).not_to_contain_text("You ended the chat")
