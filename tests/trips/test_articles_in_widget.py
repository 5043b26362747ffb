"""F1 and F7 for customers: what is typed suggests articles; what was shared is opened and read."""

import re

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.trips.conftest import Conversation
from tests.trips.desk import Customer, HostPage, make_desk
from tests.trips.test_articles_in_chats import ROWS
from tests.trips.test_hours import run
from tests.trips.test_own_tickets import picture

pytestmark = [pytest.mark.browser, pytest.mark.product]

TITLE = "VPN drops every ten minutes"
QUESTION = f"My {TITLE}"
COUNTS = """
from django.db.models import Sum
from knowledge.models import ArticleDay
from livechat.models import Chat
sums = ArticleDay.objects.aggregate(v=Sum("views"), o=Sum("opened"), d=Sum("deflected"))
print("COUNTED", Chat.objects.count(), *(each or 0 for each in sums.values()))
"""
OFF = """
from knowledge.models import KnowledgeSettings
KnowledgeSettings.objects.update(suggest_to_customers=False)
"""
LONG = """
from knowledge.models import Article
text = "1. Open **Settings**.\\n2. Choose `vpn.example`.\\n\\n> Not at home?\\n\\n| A | B |\\n| - | - |\\n| 1 | 2 |\\n\\n"
more = "## Why\\n\\nSee [the intranet](https://intranet.example/).\\n\\n" + "It is so. " * 60 + "\\n\\n"
Article.objects.filter(title__startswith="VPN").update(body=text + more * 5)
"""  # noqa: E501
RETIRE = """
from knowledge.models import Article
from knowledge.services.articles import retire_article
retire_article(Article.objects.get(title="VPN drops every ten minutes").pk, by=None)
"""


class Reader(Customer):
    """A customer who reads."""

    def __init__(self, page: Page, host: HostPage) -> None:
        super().__init__(page, host)
        self.question: Locator = self.frame.locator("#question")

    @property
    def suggested(self) -> Locator:
        return self.frame.locator("[data-suggested]").get_by_role("button")

    @property
    def reader(self) -> Locator:
        return self.frame.locator("[data-reader]")

    @property
    def article(self) -> FrameLocator:
        return self.frame.frame_locator("[data-reader] iframe")

    def reads(self, title: str) -> None:
        expect(self.article.get_by_role("heading", name=title)).to_be_visible()


def counted(server) -> list[int]:
    """Chats, views, opened cards, deflections."""
    said = server.run(COUNTS)
    return [int(each) for each in re.search(r"COUNTED (.*)", said)[1].split()]


@pytest.fixture
def server(product):
    return product()


@pytest.fixture
def rosa(server, person, host) -> Reader:
    """She has the widget open, and there are articles."""
    host.show(make_desk(server, host.origin))
    run(server, ROWS)
    made = Reader(person().new_page(), host)
    made.open()
    return made


def test_what_is_typed_finds_what_solves_it(server, rosa):
    expect(rosa.question).to_be_focused()
    rosa.page.wait_for_timeout(300)  # It has come up.
    place = rosa.frame.get_by_role("button", name="Start chat").bounding_box()
    rosa.page.keyboard.type(QUESTION)
    expect(rosa.suggested.first).to_contain_text(TITLE)
    expect(rosa.suggested.first).to_contain_text("1 min read")
    expect(rosa.question).to_be_focused()
    expect(rosa.frame.locator("[data-live=polite]")).to_contain_text("may help")
    assert rosa.frame.get_by_role("button", name="Start chat").bounding_box() == place
    picture(rosa.page, "suggested")

    rosa.suggested.first.click()
    rosa.reads(TITLE)
    picture(rosa.page, "suggestion")
    rosa.frame.get_by_role("button", name="This solved it").click()
    expect(rosa.frame.get_by_text("Good! No chat was opened.")).to_be_visible()
    expect(rosa.frame.get_by_role("button", name="Close", exact=True)).to_be_focused()
    picture(rosa.page, "solved")
    rosa.page.wait_for_timeout(500)
    assert counted(server) == [0, 1, 0, 1]

    rosa.frame.get_by_role("button", name="Close", exact=True).click()
    expect(rosa.frame.locator(".wg")).to_be_hidden()
    rosa.page.reload()
    rosa.open()
    expect(rosa.question).to_have_value("")


def test_who_still_needs_help_has_lost_nothing(server, rosa):
    rosa.question.press_sequentially(QUESTION)
    rosa.suggested.first.press("Enter")
    rosa.reads(TITLE)
    rosa.frame.get_by_role("button", name="I still need help").press("Enter")
    expect(rosa.reader).to_be_hidden()
    expect(rosa.question).to_be_focused()
    expect(rosa.question).to_have_value(QUESTION)

    rosa.suggested.first.click()
    rosa.reads(TITLE)
    rosa.page.keyboard.press("Escape")
    expect(rosa.reader).to_be_hidden()
    expect(rosa.suggested.first).to_be_focused()
    expect(rosa.frame.locator(".wg")).to_be_visible()
    rosa.suggested.first.click()
    rosa.reads(TITLE)
    rosa.page.evaluate("Parley.close()")
    expect(rosa.frame.locator(".wg")).to_be_hidden()
    rosa.open()
    expect(rosa.reader).to_be_hidden()
    expect(rosa.question).to_have_value(QUESTION)

    rosa.suggested.first.click()
    rosa.frame.get_by_role("button", name="This solved it").click()
    rosa.frame.get_by_role("button", name="Ask anyway").click()
    expect(rosa.question).to_be_focused()
    expect(rosa.question).to_have_value(QUESTION)
    rosa.frame.get_by_role("button", name="Start chat").click()
    expect(rosa.frame.locator("[data-question]")).to_have_text(QUESTION)
    assert counted(server)[0] == 1


def test_where_suggestions_are_off_or_fail_the_form_is_as_ever(server, rosa):
    run(server, OFF)
    with rosa.page.expect_response("**/suggestions/") as answer:
        rosa.question.press_sequentially(QUESTION)
    assert answer.value.json() == {"results": []}
    expect(rosa.suggested).to_have_count(0)

    rosa.page.route("**/suggestions/", lambda route: route.abort())
    rosa.question.press_sequentially(" and more")
    rosa.page.wait_for_timeout(700)
    expect(rosa.frame.locator("[data-error]")).to_be_empty()
    rosa.frame.get_by_role("button", name="Start chat").click()
    expect(rosa.frame.locator("[data-question]")).to_have_text(f"{QUESTION} and more")


def test_what_was_shared_is_read_by_keyboard_and_the_agent_sees_it(conversation: Conversation):
    agent, server = conversation.agent.page, conversation.product
    rosa = conversation.customer
    run(server, ROWS + LONG)
    agent.get_by_role("button", name="Share an article").click()
    agent.get_by_role("button", name=f"Share {TITLE}").click()
    card = rosa.frame.get_by_role("button", name=TITLE)
    expect(card).to_contain_text("What to do")
    expect(agent.locator("[data-saw]")).to_be_hidden()
    picture(rosa.page, "card")

    rosa.box.focus()
    rosa.frame.locator(".stream").focus()
    rosa.page.keyboard.press("Tab")
    expect(card).to_be_focused()
    rosa.page.keyboard.press("Enter")
    page = rosa.frame.frame_locator("[data-reader] iframe")
    expect(page.get_by_role("main")).to_be_focused()
    expect(agent.locator("[data-saw]")).to_be_visible()
    assert not page.locator("html").evaluate("() => window.scrollY")
    rosa.page.keyboard.press("PageDown")
    rosa.page.wait_for_timeout(500)  # No timer runs in there.
    assert page.locator("html").evaluate("() => window.scrollY")
    rosa.page.keyboard.press("Home")
    expect(rosa.frame.get_by_role("button", name="This solved it")).to_be_hidden()
    picture(rosa.page, "reader")
    rosa.page.keyboard.press("Escape")
    expect(rosa.frame.locator("[data-reader]")).to_be_hidden()
    expect(rosa.frame.locator(".wg")).to_be_visible()
    expect(card).to_be_focused()

    run(server, RETIRE)
    rosa.page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="This article is not here any more")).to_be_visible()
    picture(rosa.page, "retired")
    rosa.page.keyboard.press("Shift+Tab")
    expect(rosa.frame.locator("[data-shut]")).to_be_focused()
    rosa.page.keyboard.press("Escape")
    expect(card).to_be_focused()
    rosa.say("That helped")
    conversation.agent.sees("That helped")
    assert counted(server) == [1, 1, 1, 0]


def test_an_article_that_does_not_come_is_tried_again(conversation: Conversation):
    agent, rosa = conversation.agent.page, conversation.customer
    run(conversation.product, ROWS)
    agent.get_by_role("button", name="Share an article").click()
    agent.get_by_role("button", name=f"Share {TITLE}").click()
    lost = rosa.frame.get_by_text("The article cannot be reached")

    rosa.page.route("**/articles/*/", lambda route: route.abort())
    rosa.frame.get_by_role("button", name=TITLE).click()
    expect(lost).to_be_visible()
    picture(rosa.page, "lost")
    rosa.page.unroute("**/articles/*/")
    rosa.frame.get_by_role("button", name="Try now").filter(visible=True).click()
    expect(lost).to_be_hidden()
    page = rosa.frame.frame_locator("[data-reader] iframe")
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
