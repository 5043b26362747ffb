"""Small screens, large text, long names and the keyboard: what matters stays in sight."""

import pytest
from playwright.sync_api import expect

from tests.trips.desk import AgentAtWork, make_desk

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
