"""The widget where the browser or the page around it is no friend."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect

from tests.product import Product
from tests.trips.conftest import under_way
from tests.trips.desk import HostPage, make_desk

pytestmark = [pytest.mark.browser, pytest.mark.product]

QUESTION = "My VPN drops every ten minutes"
STORAGE = "(() => { try { return Boolean(localStorage) } catch { return false } })()"
HOSTILE = """
<style>
  * { display: none !important; opacity: 0 !important }
  html, body, h1, a { display: block !important; opacity: 1 !important }
  iframe { width: 1px !important; height: 1px !important; opacity: 0 !important;
           visibility: hidden !important; position: static !important;
           transform: rotate(9deg) !important }
</style>
<script>
  Array.prototype.map = Array.prototype.forEach = function () { throw new Error("mine") };
  Object.prototype.type = "shape";
  JSON.parse = JSON.stringify = function () { return "mine" };
  window.stolen = [];
  window.addEventListener("message", function (event) { window.stolen.push(event.origin) });
  setInterval(function () { window.postMessage({type: "keep", value: "mine"}, "*") }, 200);
</script>
"""


def test_without_storage_of_its_own_the_chat_survives_reload_and_mid_send(
    product: Callable[..., Product], browsers: Callable[..., list[Browser]], host: HostPage
) -> None:
    first, second = browsers(2)
    trip = under_way(product(), host, first, second)
    frame = next(f for f in trip.customer.page.frames if "/widget/" in f.url)
    assert frame.evaluate(STORAGE) is False  # A private window denies it to another site's frame.

    trip.product.proxy().stall()
    trip.customer.say("sent just before the reload")
    trip.customer.page.wait_for_timeout(300)
    trip.product.proxy().cut()
    trip.product.proxy().heal()
    trip.customer.page.reload()

    trip.agent.sees("sent just before the reload", seconds=40)
    trip.customer.sees("sent just before the reload", seconds=40)
    assert trip.customer.said() == trip.agent.said() == [QUESTION, "sent just before the reload"]


def test_a_hostile_page_cannot_break_it(
    product: Callable[..., Product], browsers: Callable[..., list[Browser]]
) -> None:
    with HostPage(before=HOSTILE) as host:
        first, second = browsers(2)
        trip = under_way(product(), host, first, second)
        trip.agent.say("Do you hear me?")
        trip.customer.sees("Do you hear me?")
        expect(trip.customer.box).to_be_visible()
        trip.customer.say("Yes")
        trip.agent.sees("Yes")
        stolen = trip.customer.page.evaluate("window.stolen")

    assert set(stolen) <= {trip.desk.url, host.origin}


def test_a_page_with_a_strict_policy_of_its_own_can_show_it(
    product: Callable[..., Product], browsers: Callable[..., list[Browser]]
) -> None:
    running = product()
    policy = f"default-src 'none'; script-src {running.url()}; frame-src {running.url()}"
    with HostPage(headers={"Content-Security-Policy": policy}) as host:
        first, second = browsers(2)
        trip = under_way(running, host, first, second)
        trip.agent.say("Do you hear me?")
        trip.customer.sees("Do you hear me?")


def test_a_page_that_is_not_listed_shows_nothing(
    product: Callable[..., Product], browsers: Callable[..., list[Browser]], host: HostPage
) -> None:
    running = product()
    desk = make_desk(running, "https://intranet.example.com")
    host.show(desk)
    page = browsers(1)[0].new_page()
    page.goto(host.origin)
    page.wait_for_timeout(1500)

    frame = page.locator("iframe").content_frame
    expect(frame.locator("[data-launch]")).to_have_count(0)
