"""F7 in the console: shared by hand and by keyboard, pinned, before there is a ticket and after."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.trips.conftest import Conversation

pytestmark = [pytest.mark.browser, pytest.mark.product]

ROWS = """
from knowledge.models import ArticleCategory
from knowledge.services.articles import create_article, publish_article
from livechat.models import Agent
category = ArticleCategory.objects.create(name="Network of the trip")
for title in ("VPN drops every ten minutes", "Map a drive over VPN", "Renew a badge"):
    values = {"title": title, "summary": "What to do", "body": "Do it.", "category": category}
    made = create_article(by=None, values=values)
    publish_article(made.pk, by=None, version=made.version)
"""


def row(page: Page, title: str) -> Locator:
    return page.locator("[data-resources] .item", has_text=title)


def titles(page: Page) -> Locator:
    return page.locator("[data-resources] [id^=article-] b")


def test_articles_are_shared_and_pinned_by_hand(conversation: Conversation) -> None:
    page, stream = conversation.agent.page, conversation.agent.stream
    conversation.product.run(ROWS)

    page.get_by_role("button", name="Share an article").click()
    expect(titles(page).first).to_have_text("VPN drops every ten minutes")
    page.get_by_role("button", name="Share VPN drops every ten minutes").click()
    card = stream.locator(".kcard")
    expect(card).to_contain_text("VPN drops every ten minutes")
    expect(row(page, "VPN drops")).to_contain_text("Shared")
    page.get_by_label("Search articles and templates").fill("badg")
    expect(titles(page)).to_have_text(["Renew a badge"])
    page.get_by_role("button", name="Pin Renew a badge").click()
    expect(page.get_by_role("button", name="Pin Renew a badge")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.get_by_label("Search articles and templates").fill("")
    expect(page.get_by_role("heading", name="Shared and pinned")).to_be_visible()

    page.get_by_role("button", name="Create ticket", exact=True).click()
    page.locator(".toast", has_text="created").get_by_role("link").click()
    activity = page.locator(".tl")
    expect(activity).to_contain_text("VPN drops every ten minutes")
    expect(activity).to_contain_text("Renew a badge")
    page.go_back()
    page.reload()
    expect(card).to_have_count(1)
    with page.context.expect_page() as opened:
        card.click(modifiers=["ControlOrMeta"])
    expect(opened.value.get_by_role("heading", name="VPN drops every ten minutes")).to_be_visible()


def test_articles_are_picked_by_keyboard_alone(conversation: Conversation) -> None:
    page, box = conversation.agent.page, conversation.agent.box
    conversation.product.run(ROWS)
    cards = conversation.agent.stream.locator(".kcard")
    options = page.get_by_role("listbox", name="Articles to share").get_by_role("option")

    box.focus()
    page.keyboard.type("Please read #map dr")
    expect(options.first).to_contain_text("Map a drive")
    page.keyboard.press("Tab")
    expect(cards).to_have_count(1)
    expect(cards).to_contain_text("Map a drive over VPN")
    expect(box).to_have_value("Please read ")
    expect(box).to_be_focused()

    page.keyboard.type("#vpn")
    expect(options).to_have_count(2)
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    page.keyboard.type(" ")
    expect(options).to_have_count(2)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(cards).to_have_count(2)
    expect(conversation.agent.stream.locator(".bub", has_text="Please read")).to_have_count(0)
    page.keyboard.press("Enter")
    conversation.customer.sees("Please read")
