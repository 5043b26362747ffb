"""The admin in Chromium, under the policy of the whole site."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.product import Product

pytestmark = [pytest.mark.browser]

PASSWORD = "a password of the tests"
WATCH = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error("violates", event.violatedDirective, event.blockedURI, event.sourceFile))"""
PAGES = [
    "",
    "livechat/queue/",
    "livechat/queue/add/",
    "livechat/queue/2/change/",
    "livechat/queue/2/history/",
    "livechat/queue/2/delete/",
    "livechat/agent/",
    "livechat/agent/1/change/",
    "livechat/chatsettings/",
    "livechat/topic/",
    "livechat/topic/1/change/",
    "livechat/availabilityreason/",
    "livechat/availabilityreason/1/change/",
    "livechat/routingdecision/",
    "livechat/routingdecision/1/change/",
    "livechat/routingdecision/now/",
    "tickets/company/",
    "tickets/company/1/change/",
    "tickets/company/1/identification/",
    "tickets/asset/",
    "tickets/asset/1/change/",
    "tickets/asset/import/",
    "tickets/assignmentgroup/",
    "tickets/assignmentgroup/1/change/",
    "tickets/category/",
    "tickets/category/5/change/",
    "tickets/chatoutcome/",
    "tickets/chatoutcome/1/change/",
    "tickets/customer/",
    "tickets/customer/1/change/",
    "tickets/priorityrule/",
    "tickets/priorityrule/history/",
    "tickets/requiredfield/",
    "tickets/service/1/change/",
    "tickets/servicealert/",
    "tickets/servicealert/1/change/",
    "tickets/status/",
    "tickets/status/5/change/",
    "tickets/status/5/delete/",
    "tickets/statusreason/1/change/",
    "tickets/tickettemplate/",
    "tickets/tickettemplate/1/change/",
    "tickets/user/",
    "tickets/user/add/",
    "tickets/user/3/change/",
    "tickets/user/3/password/",
    "auth/group/1/change/",
    "password_change/",
]


@pytest.fixture
def desk(product: Callable[..., Product]) -> Product:
    it = product(env={"PARLEY_DEMO_PASSWORD": PASSWORD})
    it.manage("demo")
    return it


def administrator(desk: Product, browser: Browser) -> tuple[Page, list[str]]:
    """A page that is signed in, and what goes wrong in it."""
    page, wrong = browser.new_page(), []
    page.add_init_script(WATCH)
    page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda said: wrong.append(f"{page.url}: {said.text}") if "violates" in said.text else None,
    )
    page.goto(f"{desk.url()}/sign-in/?next=/admin/")
    page.get_by_label("E-mail").fill("admin@parley.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin/")
    return page, wrong


def test_no_page_breaks_the_policy(desk: Product, browsers: Callable[..., list[Browser]]) -> None:
    page, wrong = administrator(desk, browsers(1)[0])

    for path in PAGES:
        answer = page.goto(f"{desk.url()}/admin/{path}")
        assert answer is not None
        assert answer.ok, path

    assert wrong == []


def test_its_scripts_work_and_what_they_choose_is_saved(
    desk: Product, browsers: Callable[..., list[Browser]]
) -> None:
    page, wrong = administrator(desk, browsers(1)[0])

    page.goto(f"{desk.url()}/admin/livechat/queue/2/change/")
    page.locator("#id_agents_from option", has_text="Theo O.").dblclick()
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(".messagelist .success").wait_for()
    page.goto(f"{desk.url()}/admin/livechat/queue/2/history/")
    assert "Theo O." in page.locator("#change-history").inner_text()

    page.goto(f"{desk.url()}/admin/tickets/company/1/change/")
    page.get_by_role("button", name="Add another Site").click()
    page.locator("#id_sites-3-name").fill("Night yard")
    page.get_by_role("button", name="Save and continue editing").click()
    page.locator(".messagelist .success").wait_for()
    sites = page.locator("input[id^=id_sites][id$=-name]:not([id*=__prefix__])")
    assert "Night yard" in [site.input_value() for site in sites.all()]
    assert wrong == []


def test_a_file_is_tried_and_confirmed(
    desk: Product, browsers: Callable[..., list[Browser]]
) -> None:
    page, wrong = administrator(desk, browsers(1)[0])
    rows = "company,tag,name\nhalden,LT-20417,Laptop of Amara\nhalden,LT-1,New laptop\n"
    file: Any = {"name": "assets.csv", "mimeType": "text/csv", "buffer": rows.encode()}

    page.goto(f"{desk.url()}/admin/tickets/asset/")
    page.get_by_role("link", name="Import").click()
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("button", name="Try").click()
    assert page.locator("[data-fate=changed]").inner_text().split()[:2] == ["2", "changed"]
    assert "New laptop" not in page.content()
    page.get_by_role("button", name="Confirm").click()

    page.locator(".messagelist .success").wait_for()
    assert "Laptop of Amara" in page.locator("#result_list").inner_text()
    assert wrong == []


def test_somebody_is_found_while_one_types(
    desk: Product, browsers: Callable[..., list[Browser]]
) -> None:
    page, wrong = administrator(desk, browsers(1)[0])
    page.goto(f"{desk.url()}/admin/tickets/asset/11/change/")

    page.locator(".select2-selection").click()
    page.locator(".select2-search__field").fill("rosa")
    page.get_by_role("option", name="Rosa Calder").click()
    page.get_by_role("button", name="Save", exact=True).click()

    page.locator(".messagelist .success").wait_for()
    row = page.locator("#result_list tr", has_text="LT-20455")
    assert "Rosa Calder" in row.inner_text()
    assert wrong == []


def test_a_line_is_copied(desk: Product, browsers: Callable[..., list[Browser]]) -> None:
    page, wrong = administrator(desk, browsers(1)[0])
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{desk.url()}/admin/tickets/company/1/change/")

    page.get_by_role("button", name="Copy").click()

    page.get_by_role("button", name="✓").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith('<script src="http://')
    assert wrong == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_a_phone(
    desk: Product, browsers: Callable[..., list[Browser]], scheme: str
) -> None:
    page, _wrong = administrator(desk, browsers(1)[0])
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 844})

    for path in PAGES:
        page.goto(f"{desk.url()}/admin/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
