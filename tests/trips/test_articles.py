"""An article in the browser, by the keyboard: written, looked at by another, changed, restored."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.hostile_files import picture
from tests.trips.desk import PASSWORD, make_desk
from tests.trips.test_files import give

pytestmark = [pytest.mark.browser, pytest.mark.product]

ROWS = """
from django.contrib.auth.models import Group
from knowledge.models import ArticleCategory
from tickets.models import User
ArticleCategory.objects.create(name="Drives of the trip")
for name, group in (("noor", "Knowledge author"), ("mary", "Knowledge publisher")):
    User.objects.get(email__startswith=name).groups.add(Group.objects.get(name=group))
"""


@pytest.fixture
def desk(product, host):
    started = product()
    made = make_desk(started, host.origin, ("Noor Haddad", "Mary Lindqvist"))
    started.run(ROWS)
    return made


def sign_in(page: Page, url: str, email: str) -> None:
    page.goto(f"{url}/sign-in/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".app")).to_be_visible()


def enter(page: Page, role: str, name: str) -> None:
    """Go there and press Enter, without a pointer."""
    control = page.get_by_role(role, name=name, exact=True)
    control.focus()
    expect(control).to_be_focused()
    page.keyboard.press("Enter")


def write(page: Page, label: str, text: str) -> None:
    field = page.locator(f"[name={label}]")
    field.focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(text)


def test_images_are_pasted_in_and_seen_by_readers(desk, browser: Browser):
    page = browser.new_context().new_page()
    sign_in(page, desk.url, desk.emails[1])
    page.goto(f"{desk.url}/console/articles/new/")
    write(page, "title", "Map a drive")
    page.get_by_label("Category").select_option(label="Drives of the trip")
    body = page.locator("[name=body]")

    body.press_sequentially("Look: ")
    give(body, "paste", "The explorer.png", "image/png", picture(size=(300, 200)))
    expect(body).to_have_value(re.compile(r"^Look: !\[The explorer\]\(image:[\w-]{22}\)$"))
    drawn(page.locator("[data-preview] img"))
    give(body, "paste", "drive.svg", "image/svg+xml", b"<svg/>")
    expect(page.get_by_text("Only PNG, JPEG, GIF and WebP images")).to_be_visible()
    page.get_by_role("button", name="Save draft").click()
    page.get_by_role("button", name="Publish version 1").click()
    drawn(page.locator(".art__text img"))
    page.set_viewport_size({"width": 390, "height": 844})
    drawn(page.get_by_role("img", name="The explorer"))


def drawn(place: Locator) -> None:
    expect(place).to_be_visible()
    expect(place).to_have_js_property("naturalWidth", 300)


def test_an_article_goes_from_hand_to_hand(desk, browser: Browser):
    noor, mary = (browser.new_context().new_page() for _each in range(2))
    for page, email in zip((noor, mary), desk.emails, strict=True):
        sign_in(page, desk.url, email)
    noor.goto(f"{desk.url}/console/articles/")

    enter(noor, "link", "Write")
    write(noor, "title", "Map a drive")
    write(noor, "body", "## Steps\n\nOpen the **explorer**.")
    expect(noor.locator("[data-preview] strong")).to_have_text("explorer")
    noor.get_by_label("Category").focus()
    noor.keyboard.type("Drives")
    enter(noor, "button", "Submit for review")
    expect(noor.get_by_text("In review", exact=True)).to_be_visible()
    address = noor.url

    mary.goto(address)
    enter(mary, "button", "Publish version 1")
    expect(mary.get_by_text("Published", exact=True)).to_be_visible()

    noor.goto(address)
    enter(noor, "link", "Edit")
    write(noor, "body", "## Steps\n\nClose the **explorer**.")
    enter(noor, "button", "Save")
    noor.locator(".art__wait summary").focus()
    noor.keyboard.press("Enter")
    expect(noor.locator("del")).to_have_text("Open")
    expect(noor.locator("ins")).to_have_text("Close")
    expect(noor.locator(".art__text > .prose")).to_contain_text("Open the explorer")

    enter(noor, "link", "Versions")
    enter(noor, "button", "Restore version 1")
    expect(noor.get_by_text("Version 3", exact=True)).to_be_visible()
    expect(noor.locator("ins")).to_have_text("Open")
