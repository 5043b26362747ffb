"""How often the widget asks, and that nothing typed is lost on the way."""

import pytest
from playwright.sync_api import expect

from tests.trips.desk import AgentAtWork, Customer, make_desk

pytestmark = [pytest.mark.browser, pytest.mark.product]

SLOWLY = """() => {
  const real = window.fetch;
  window.asked = 0;
  window.fetch = async (...request) => {
    window.asked += 1;
    await new Promise((then) => setTimeout(then, 1000));
    return real(...request);
  };
}"""
CALL = """async ([method, path, body]) => {
  const key = Object.keys(localStorage).find((name) => name.startsWith("parley."));
  const { token, chat } = JSON.parse(localStorage.getItem(key));
  const headers = { Authorization: `Customer ${token}`, "Content-Type": "application/json" };
  const address = `/api/v1/chats/${path.replace("CHAT", chat)}`;
  return (await fetch(address, { method, headers, body: JSON.stringify(body) })).status;
}"""


def test_a_change_while_another_is_fetched_is_asked_for_once_more(product, person, host):
    desk = make_desk(product(), host.origin)
    host.show(desk)
    customer = Customer(person().new_page(), host)
    agent = AgentAtWork(person().new_page(), desk)
    customer.ask("Two things at once")
    frame = customer.page.frames[-1]
    frame.evaluate(SLOWLY)

    agent.accept("Two things at once")
    agent.end()
    expect(customer.frame.get_by_role("button", name="Start a new chat")).to_be_visible()
    asked = frame.evaluate("window.asked")
    customer.page.wait_for_timeout(4000)

    assert frame.evaluate("window.asked") <= asked + 1


def test_a_question_beside_a_chat_under_way_can_still_be_said(product, person, host):
    desk = make_desk(product(), host.origin)
    host.show(desk)
    customer = Customer(person().new_page(), host)
    customer.ask("Given up")
    frame = customer.page.frames[-1]
    assert frame.evaluate(CALL, ["POST", "CHAT/cancel/", {}]) == 200
    customer.frame.get_by_role("button", name="Start a new chat").click()
    elsewhere = {"client_id": "elsewhere", "question": "Asked elsewhere"}
    assert frame.evaluate(CALL, ["POST", "", elsewhere]) == 201

    customer.frame.locator("#question").fill("Typed here")
    customer.frame.get_by_role("button", name="Start chat").click()

    expect(customer.frame.locator("[data-question]")).to_have_text("Asked elsewhere")
    expect(customer.box).to_have_value("Typed here")


def test_the_closed_widget_says_the_place_in_line(product, person, host):
    desk = make_desk(product(), host.origin)
    host.show(desk)
    customer = Customer(person().new_page(), host)
    customer.ask("How long")

    customer.frame.get_by_role("button", name="Minimise").click()

    name = "Chat with us, You are next in line"
    expect(customer.frame.get_by_role("button", name=name, exact=True)).to_be_visible()


def test_who_gets_no_token_reads_why_his_chat_does_not_start(product, person, host):
    desk = make_desk(product(), host.origin)
    host.show(desk)
    customer = Customer(person().new_page(), host)
    refusals = [(429, {"code": "rate_limited", "retry_after": 7}), (404, {"code": "not_found"})]
    customer.page.route(
        "**/api/v1/customers/",
        lambda route: route.fulfill(status=refusals[0][0], json=refusals.pop(0)[1]),
    )
    customer.open()
    customer.frame.locator("#question").fill("My VPN drops")

    for text in ("Too many at once. Try again in 7 s.", "The service desk cannot be reached."):
        customer.frame.get_by_role("button", name="Start chat").click()
        expect(customer.frame.locator("#ask-error")).to_contain_text(text)
