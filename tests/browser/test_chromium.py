"""Browser tests have Chromium processes of their own, and pages of the product in them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from tests.product import Product

pytestmark = [pytest.mark.browser]


def test_two_browsers_know_nothing_of_each_other(
    product: Callable[..., Product], browsers: Callable[..., list[Browser]]
) -> None:
    it = product()
    one, other = (browser.new_page() for browser in browsers(2))

    for page in (one, other):
        answer = page.goto(f"{it.url()}/healthz")
        assert answer is not None
        assert answer.ok
    one.context.add_cookies([{"name": "mine", "value": "1", "url": it.url()}])

    assert [cookie["name"] for cookie in one.context.cookies()] == ["mine"]
    assert other.context.cookies() == []


def test_a_cut_network_is_seen_by_the_browser(
    product: Callable[..., Product], browsers: Callable[..., list[Browser]]
) -> None:
    it = product()
    [browser] = browsers(1)
    page = browser.new_page()
    page.goto(f"{it.url()}/healthz")
    fetch = "fetch('/healthz').then(answer => answer.status, error => error.name)"

    it.proxy().cut()
    assert page.evaluate(fetch) == "TypeError"

    it.proxy().heal()
    assert page.evaluate(fetch) == 200
