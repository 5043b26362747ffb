"""Small screens, large text, long names and the keyboard: what matters stays in sight."""

import pytest
from playwright.sync_api import expect

from tests.trips.desk import AgentAtWork, Customer, make_desk

pytestmark = [pytest.mark.browser, pytest.mark.product]

INSIDE = """(element) => {
  const { top, bottom, left, right } = element.getBoundingClientRect();
  return top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
}"""


def test_the_console_on_a_phone_with_a_long_name(product, person, host):
    desk = make_desk(product(), host.origin)
    page = AgentAtWork(person().new_page(), desk).page

    expect(page.locator("[data-agent=name]")).to_have_attribute("title", "Noor")
    page.set_viewport_size({"width": 900, "height": 700})
    page.locator("[data-agent=name]").evaluate("(name) => (name.textContent = 'W'.repeat(60))")
    assert page.locator(".topbar .me").evaluate(INSIDE)

    me = page.locator(".topbar .me")
    me.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#me")).to_be_focused()
    page.keyboard.press("Escape")
    expect(me).to_be_focused()


def test_large_text_leaves_the_way_in_reachable(product, person):
    page = person().new_page()
    page.set_viewport_size({"width": 320, "height": 400})
    page.goto(f"{product().url()}/sign-in/")
    page.evaluate("document.documentElement.style.fontSize = '200%'")

    button = page.get_by_role("button", name="Sign in")
    page.mouse.move(160, 200)
    page.mouse.wheel(0, 2000)
    page.wait_for_timeout(300)

    assert button.evaluate(INSIDE)


#: The middle of it is not under something else.
FREE = """(element) => {
  const { top, left, width, height } = element.getBoundingClientRect();
  return element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
}"""
SLID = 500  # The details slide out of the way.
SIZES = [(1440, 900), (1200, 800), (1000, 640), (390, 844), (320, 568)]


def test_a_toast_that_stays_leaves_the_composer_free_and_goes_when_its_chat_is_opened(
    product, person, host
):
    desk = make_desk(product(), host.origin)
    host.show(desk)
    Customer(person().new_page(), host).ask("My VPN drops")
    agent = AgentAtWork(person().new_page(), desk)
    agent.accept("My VPN drops")
    Customer(person().new_page(), host).ask("New starter on Monday")
    toast = agent.page.locator(".toast--news")
    expect(toast).to_be_visible()

    for width, height in SIZES:
        agent.page.set_viewport_size({"width": width, "height": height})
        agent.page.wait_for_timeout(SLID)
        for what in ("button:visible[data-send=reply]", "#kind-reply", "#kind-note", "#body"):
            assert agent.page.locator(what).evaluate(FREE), (width, height, what)

    toast.get_by_role("link", name="Open").click()
    expect(agent.page.get_by_text("Preview.")).to_be_visible()
    expect(toast).to_have_count(0)


#: Its text fits into it, and it into the bar that it stands in.
WHOLE = """(element) => {
  element.hidden = false;
  const { height, top, bottom } = element.getBoundingClientRect();
  const { lineHeight, fontSize } = getComputedStyle(element);
  const bar = element.closest(".topbar, .conv__head, .composer").getBoundingClientRect();
  const line = parseFloat(lineHeight) || parseFloat(fontSize);
  return height >= line && top >= bar.top && bottom <= bar.bottom;
}"""
AUTOMATIC = "from livechat.models import ChatSettings as S; S.objects.update(auto_accept=True)"
TEXTS = [".topbar .pick", "[data-agent=name]", ".bell .count", ".conv__name", ".hint--enter kbd"]


def test_large_text_is_not_clipped_and_bubbles_have_an_edge_in_forced_colours(conversation):
    page = conversation.agent.page
    page.set_viewport_size({"width": 1280, "height": 720})
    conversation.product.run(AUTOMATIC)
    page.reload()
    expect(page.locator(".app")).to_have_attribute("data-status", "online")
    page.evaluate("document.documentElement.style.fontSize = '200%'")

    clipped = [text for text in TEXTS if not page.locator(text).first.evaluate(WHOLE)]

    assert clipped == []
    conversation.customer.page.emulate_media(forced_colors="active")
    bubble = conversation.customer.stream.locator(".bub").first
    expect(bubble).to_have_css("border-top-width", "1px")


def test_single_keys_go_from_chat_to_chat_and_past_one_that_somebody_took(agents, person, host):
    noor, mary = agents
    keys = noor.page.keyboard
    for question in ("My VPN drops", "New starter", "Out of paper"):
        Customer(person().new_page(), host).ask(question)
    expect(noor.page.locator("#list-queue [data-waiting]")).to_have_count(3)

    mary.accept("My VPN drops")
    noor.page.locator("#list-queue .is-taken").wait_for(state="attached")
    noor.page.locator("[data-lists-pane]").focus()
    keys.press("a")
    expect(noor.stream).to_contain_text("New starter")
    noor.accept("Out of paper")
    expect(noor.stream).to_contain_text("Out of paper")
    expect(noor.page.locator("#list-mine [data-mine]")).to_have_count(2)
    noor.page.locator("[data-lists-pane]").focus()
    for key, shown in (("j", "New starter"), ("k", "Out of paper"), ("j", "New starter")):
        keys.press(key)
        expect(noor.stream).to_contain_text(shown)
        expect(noor.page.locator("#conv")).to_be_focused()

    assert noor.box.input_value() == ""
