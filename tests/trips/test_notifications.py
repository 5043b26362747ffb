"""An agent who looks elsewhere is told, once, in the way he chose."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.product import Product
from tests.trips.desk import AgentAtWork, Customer, Desk, HostPage, make_desk

pytestmark = [pytest.mark.browser, pytest.mark.product]

#: A page that is hidden when the test says so, and that keeps what it would show and sound.
WATCHED = """
(() => {
  let hidden = false;
  const state = () => (hidden ? "hidden" : "visible");
  const get = (value) => ({ get: value, configurable: true });
  Object.defineProperty(Document.prototype, "hidden", get(() => hidden));
  Object.defineProperty(Document.prototype, "visibilityState", get(state));
  Document.prototype.hasFocus = () => !hidden;
  window.hide = (yes) => {
    hidden = yes;
    document.dispatchEvent(new Event("visibilitychange"));
  };
  window.told = [];
  window.sounded = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...args) {
    window.sounded += 1;
    start.apply(this, args);
  };
  window.Notification = class {
    static permission = "granted";
    constructor(title, options) {
      window.told.push([title, options.body]);
      window.notice = this;
    }
    close() {}
  };
})();
"""
GATHERED = 3_500
#: The clock ticks every 2 s.
SOON = 15_000


@dataclass
class Office:
    """An agent at his first tab, and the page of his customers."""

    desk: Desk
    host: HostPage
    agents: BrowserContext
    customers: Browser
    agent: AgentAtWork
    product: Product

    @property
    def page(self) -> Page:
        return self.agent.page

    def asks(self, question: str) -> Customer:
        customer = Customer(self.customers.new_context().new_page(), self.host)
        customer.ask(question)
        return customer

    def second_tab(self) -> Page:
        page = self.agents.new_page()
        page.goto(f"{self.desk.url}/console/")
        expect(page.locator(".app")).to_have_attribute("data-status", "online")
        return page


@pytest.fixture
def host() -> HostPage:
    with HostPage() as page:
        yield page


@pytest.fixture
def office(
    product: Callable[..., Product], browsers: Callable[..., list[Browser]], host: HostPage
) -> Office:
    running = product()
    desk = make_desk(running, host.origin)
    host.show(desk)
    agents, customers = browsers(2)
    context = agents.new_context(permissions=["notifications"])
    context.add_init_script(WATCHED)
    agent = AgentAtWork(context.new_page(), desk)
    return Office(desk, host, context, customers, agent, running)


def switch(page: Page, **boxes: bool) -> None:
    page.locator("[data-bell]").click()
    for name, on in boxes.items():
        with page.expect_response("**/console/notifications/") as saved:
            page.locator(f"[name={name.replace('_', '-')}]").set_checked(on)
        assert saved.value.status == 204
    page.get_by_role("button", name="Close").click()


def told(page: Page) -> list[list[str]]:
    page.wait_for_timeout(GATHERED)
    return page.evaluate("told")


def hide(*pages: Page) -> None:
    for page in pages:
        page.evaluate("hide(true)")


def test_a_hidden_tab_tells_and_a_second_one_stays_silent(office):
    switch(office.page, all_desktop=True, all_sound=True)
    second = office.second_tab()
    second.locator("body").click()
    hide(office.page, second)

    office.asks("My VPN drops")

    assert [told(office.page), told(second)] == [
        [["New chat from Unnamed customer", "Halden - Service Desk"]],
        [],
    ]
    assert office.page.evaluate("sounded") + second.evaluate("sounded") == 2  # One bell, two tones.


def test_nothing_is_told_on_the_desktop_of_who_looks_or_did_not_ask_for_it(office):
    hide(office.page)
    office.asks("before he switched it on")
    assert told(office.page) == []
    office.page.evaluate("hide(false)")
    switch(office.page, all_desktop=True)
    second = office.second_tab()
    hide(second)

    office.asks("while he looks at the first tab")

    assert told(office.page) + told(second) == []


def test_a_kind_that_is_switched_off_stays_silent(office):
    switch(office.page, all_desktop=True, chat_desktop=False, chat_toast=False)
    hide(office.page)

    office.asks("My VPN drops")

    expect(office.page.locator("#list-queue [data-waiting]")).to_have_count(1)
    assert told(office.page) == []
    assert office.page.locator(".toast").count() == 0
    office.page.reload()
    assert not office.page.locator("[name=chat-desktop]").is_checked()


def test_a_click_on_the_notice_opens_the_chat(office):
    switch(office.page, all_desktop=True)
    hide(office.page)
    office.asks("My VPN drops")
    assert told(office.page)

    office.page.evaluate("hide(false); notice.onclick()")

    expect(office.page.get_by_text("Preview.")).to_be_visible()


def test_the_title_counts_up_and_back_down(office):
    quiet = office.page.title()
    hide(office.page)
    office.asks("first")
    office.asks("second")
    expect(office.page).to_have_title("(2) New chat - Parley")
    icon = office.page.locator("link[rel=icon]")
    assert icon.get_attribute("href").startswith("data:image/svg+xml,")

    office.page.evaluate("hide(false)")

    expect(office.page).to_have_title(quiet)
    assert icon.get_attribute("href").endswith(".svg")


def test_a_toast_waits_for_an_answer_and_one_of_a_message_goes_by_itself(office):
    first, second = office.asks("My VPN drops"), office.asks("New starter")
    toasts = office.page.locator(".toast")
    expect(toasts).to_have_count(2)
    toasts.filter(has_text="New starter").get_by_role("button", name="Not now").click()
    toasts.filter(has_text="My VPN").get_by_role("button", name="Accept").click()
    expect(office.agent.box).to_be_focused()
    expect(toasts).to_have_count(0)
    office.agent.accept("New starter")
    office.agent.box.fill("half a sentence")

    first.say("Anyone there?")

    expect(toasts).to_contain_text("Anyone there?")
    expect(office.agent.box).to_be_focused()
    expect(toasts).to_have_count(0, timeout=9_000)
    second.say("And me?")
    office.agent.sees("And me?")
    assert toasts.count() == 0


def test_a_toast_is_reached_and_closed_by_keys(office):
    office.asks("My VPN drops")
    toast = office.page.locator(".toast")
    expect(toast).to_have_count(1)
    toast.get_by_role("button", name="Not now").focus()

    office.page.keyboard.press("Escape")

    expect(toast).to_have_count(0)


def targets(product: Product, **seconds: int) -> None:
    """Of the queue, shorter than the admin would let them be."""
    changes = ", ".join(f"{name}={value}" for name, value in seconds.items())
    code = f"from livechat.models import Queue; Queue.objects.update({changes})"
    product.run(code)


def test_a_target_is_told_once_a_step_and_the_page_shows_and_says_the_same(office):
    targets(office.product, warning_seconds=2, target_seconds=7)
    page = office.page
    switch(page, all_desktop=True, chat_desktop=False, chat_toast=False)
    hide(page)
    office.asks("My VPN drops")
    toast = page.locator(".toast[data-kind=target]")

    expect(toast).to_contain_text(re.compile(r"has waited \d seconds"), timeout=SOON)
    expect(page.locator("#list-queue .wait")).to_have_class(re.compile("amber"))
    expect(toast).to_have_attribute("data-step", "breach", timeout=SOON)
    expect(toast).to_have_count(1)
    title = toast.locator(".toast__open").inner_text()
    expect(page.locator("[data-live=polite]")).to_have_text(title)
    expect(page.locator("#list-queue .wait")).to_have_class(re.compile("red"))
    warning, breach = told(page)
    assert re.fullmatch(r"Unnamed customer has waited \d seconds", warning[0])
    assert breach[0] == title


def test_a_conversation_that_takes_long_turns_red_and_is_told(office):
    targets(office.product, conversation_warning_seconds=2, conversation_target_seconds=5)
    switch(office.page, target_toast=False)
    office.asks("My VPN drops")
    office.agent.accept("My VPN")

    toast = office.page.locator(".toast[data-kind=conversation][data-step=breach]")
    said = re.compile(r"The chat with Unnamed customer has taken \d+ seconds")
    expect(toast).to_contain_text(said, timeout=SOON)
    expect(office.page.locator(".conv__who time")).to_have_class("red")
