"""XSS: people's text is text, wherever it is shown, in Chromium under the real policy."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Frame, Page, expect

from tests.browser.conftest import browser_type_launch_args
from tests.product import Product, Workshop
from tests.security.payloads import corpus, own, storable
from tests.trips.desk import HostPage

__all__ = ["browser_type_launch_args"]
pytestmark = pytest.mark.browser

PLAIN = [
    "Plain text",
    "See https://x.example/page for more",
    "Another line\nof two lines",
    "http://x.example/",
]
OFFICES = 3
#: Of so many chats or tickets, one has what is the same beside all of them looked at.
BESIDE = 3
WATCH = """
for (const name of ["alert", "print", "confirm", "prompt"]) window[name] = () => report("called " + name);
Object.defineProperty(window, "__x", { set: () => report("set __x"), get: () => undefined });
document.addEventListener("securitypolicyviolation", (event) =>
  report("violates " + event.violatedDirective + " " + event.blockedURI + " " + event.sample));
"""  # noqa: E501
#: Which elements there are with which attributes, and where they lead.
DOM = """() => {
  const found = new Set();
  for (const element of document.querySelectorAll("*")) {
    found.add(element.localName);
    for (const { name } of element.attributes) found.add(`${element.localName}[${name}]`);
    for (const name of ["href", "src", "action", "formaction", "data"]) {
      const aim = element.getAttribute(name);
      if (aim !== null) found.add(`${element.localName} leads to ${URL.canParse(aim, location.href) ? new URL(aim, location.href).protocol : "nowhere"}`);
    }
  }
  return [...found];
}"""  # noqa: E501
TEXTS = "() => [...document.querySelectorAll('.stream :is({})')].map((e) => e.textContent)"
#: What was said. In the console the titles on cards of articles are counted besides.
BODIES = TEXTS.format("[data-slot=body], .kcard [data-slot=title]")
REPLIES = TEXTS.format("[data-slot=body]")


class Hostile:
    """The product full of payloads, a browser, and what was reported."""

    def __init__(self, product: Product, browser: Browser, host: HostPage, folder: Any) -> None:
        self.product, self.host, self.wrong = product, host, []
        texts = corpus()
        size = -(-len(texts) // OFFICES)
        asked = {
            "origin": host.origin,
            "offices": [PLAIN, *(texts[n : n + size] for n in range(0, len(texts), size))],
            "frames": [*PLAIN * 13, *texts],
            "thrice": own(),
            "admin": storable(own())[:90],
            "tickets": storable(own())[:60],
        }
        path = folder / "asked.json"
        path.write_text(json.dumps(asked), encoding="utf-8")
        code = f"from tests.security.xss_rows import main; main({str(path)!r})"
        self.rows = json.loads(product.run(code).splitlines()[-1])
        self.browser = browser
        self.plain: dict[str, set[str]] = {}

    def context(self, session: str = "") -> BrowserContext:
        context = self.browser.new_context()
        context.expose_binding("report", lambda source, text: self.wrong.append(text))
        context.add_init_script(WATCH)
        if session:
            url = self.product.url()
            context.add_cookies([{"name": "sid", "value": session, "url": url}])
        return context

    def console(self, number: int) -> BrowserContext:
        return self.context(self.rows["offices"][number]["session"])

    def judge_elements(self, page: Page) -> None:
        """Nothing was reported, and nothing on the page would run."""
        page.evaluate("() => new Promise((done) => setTimeout(done, 50))")
        elements = set(page.evaluate(DOM))
        assert not [each for each in elements if "[on" in each or "javascript:" in each]
        assert not self.wrong, self.wrong

    def judge(self, kind: str, frame: Frame | Page) -> None:
        """Nothing was reported, and there is no element or attribute that plain text had not."""
        frame.evaluate("() => new Promise((done) => setTimeout(done, 50))")
        dom = set(frame.evaluate(DOM))
        more = dom - self.plain.setdefault(kind, dom)
        assert not more, f"{kind}: {more}"
        assert not self.wrong, f"{kind}: {self.wrong}"


@pytest.fixture(scope="module")
def hostile(
    product_workshop: Workshop,
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Hostile]:
    with (
        Product(product_workshop, processes=1, database="sqlite", env={}) as product,
        HostPage() as host,
    ):
        browser = browser_type.launch(**browser_type_launch_args)
        yield Hostile(product, browser, host, tmp_path_factory.mktemp("xss"))
        browser.close()


def show(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector(".app[data-status=online]")


def test_lists_conversations_and_details_show_text(hostile: Hostile) -> None:
    """Names, e-mails, questions, previews, both sides' messages, notes, files, screen names."""
    seen = 0
    for number, office in enumerate(hostile.rows["offices"]):
        context = hostile.console(number)
        page = context.new_page()
        for tab in ("queue", "mine"):
            show(page, f"{hostile.product.url()}/console/?list={tab}")
            hostile.judge("lists", page)
            seen += page.locator(".row").count() * 2
        for n, (chat, bodies) in enumerate(office["chats"]):
            show(page, f"{hostile.product.url()}/console/chats/{chat}/")
            page.wait_for_function(f"() => ({BODIES})().length >= {len(bodies)}")
            assert page.evaluate(BODIES) == bodies
            hostile.judge("conversation", page)
            seen += len(bodies) * 2
            if n % BESIDE:
                continue
            for tab in ("activity", "resources"):
                page.click(f"#tab-{tab}")
                page.wait_for_selector(f"[data-panel={tab}] .sec")
            page.locator("[data-template]").first.click()
            page.wait_for_selector(".tpl")
            hostile.judge("beside", page)
        context.close()
    print(f"payloads shown in the console: {seen}")
    assert seen > 2_500


def test_the_frame_shows_text(hostile: Hostile) -> None:
    """Both sides' messages, files, the agent's name, the question, who joined."""
    seen = 0
    for customer in hostile.rows["frames"]:
        context = hostile.context()
        page = context.new_page()
        hostile.host.tag = (
            f'<script src="{hostile.product.url()}/embed.js" async '
            f'data-company="{hostile.rows["company"]}" '
            f'data-identity="{customer["identity"]}"></script>'
        )
        page.goto(hostile.host.origin)
        page.frame_locator("iframe").locator("[data-launch]").click()
        frame = next(each for each in page.frames if "/widget/" in each.url)
        frame.wait_for_function(f"() => ({REPLIES})().length >= {len(customer['bodies'])}")
        assert frame.evaluate(REPLIES) == customer["bodies"]
        frame.wait_for_selector("[data-attach][data-off]", state="attached")  # Its script is late.
        hostile.judge("frame", frame)
        hostile.judge("page around", page)
        seen += len(customer["bodies"]) * 2
        context.close()
    print(f"payloads shown in the frame: {seen}")
    assert seen > 1_000


def test_tickets_show_text(hostile: Hostile) -> None:
    """Summaries, descriptions, names, choices, comments, notes, files and steps."""
    page = hostile.context(hostile.rows["tickets"]["session"]).new_page()
    at = f"{hostile.product.url()}/console/tickets/"
    for n, (public_id, text, summary) in enumerate(hostile.rows["tickets"]["shown"]):
        page.goto(f"{at}{public_id}/")
        hostile.judge_elements(page)
        assert page.locator(".tl .q").last.text_content() == text
        assert page.locator(".files a").first.text_content() == text[:120]
        if n % BESIDE == 0:
            page.goto(f"{at}{public_id}/edit/")
            hostile.judge_elements(page)
            assert page.locator("#f-summary").input_value() == " ".join(summary.split("\n"))
    for query in ("", "?sort=priority"):
        page.goto(at + query)
        hostile.judge_elements(page)


def test_articles_show_text(hostile: Hostile) -> None:
    """To whoever writes them: titles, summaries, texts, names, comments, versions, the preview."""
    page = hostile.context(hostile.rows["articles"]["sessions"][0]).new_page()
    at = f"{hostile.product.url()}/console/articles/"
    shown = hostile.rows["articles"]["shown"]
    for public_id in shown:
        page.goto(f"{at}{public_id}/")
        hostile.judge_elements(page)
    for public_id in shown[::3]:  # Each page shows four texts.
        for tail in ("versions/", "edit/"):
            page.goto(f"{at}{public_id}/{tail}")
            hostile.judge_elements(page)
        page.locator("[name=body]").press("End")
        with page.expect_response("**/preview/"):
            page.keyboard.type(" ")
        hostile.judge_elements(page)
    for query in ("", "?q=kestrel", "?state=published&needs=revised"):
        page.goto(at + query)
        hostile.judge_elements(page)
        assert page.locator("[data-row]").count() > 10


def test_help_pages_show_text(hostile: Hostile) -> None:
    """To anybody: the front page, categories, search and articles."""
    page = hostile.context().new_page()
    at = f"{hostile.product.url()}/help/xss/"
    page.goto(at)
    hostile.judge_elements(page)
    page.goto(f"{at}search/?q=kestrel")
    hostile.judge_elements(page)
    assert page.locator("mark").count() > 10
    for public_id in hostile.rows["articles"]["shown"]:
        page.goto(f"{at}{public_id}/")
        hostile.judge_elements(page)
        assert page.locator("h1").inner_text().endswith("kestrel")


def test_articles_beside_a_chat_show_text(hostile: Hostile) -> None:
    """Suggested, searched, picked by `#`, and shared as a card."""
    rows = hostile.rows["articles"]
    page = hostile.context(rows["sessions"][1]).new_page()
    show(page, f"{hostile.product.url()}/console/chats/{rows['chat']}/")
    page.click("#tab-resources")
    page.fill("[data-search]", "kestrel")
    expect(page.locator("#articles-title")).to_have_text("Articles")
    hostile.judge_elements(page)
    for number in range(5):
        page.locator("[data-share]").first.click()
        expect(page.locator(".stream .kcard")).to_have_count(number + 1)
        expect(page.locator("[data-resources] .chip.ok")).to_have_count(number + 1)
        hostile.judge_elements(page)
    page.locator("#body").press_sequentially("#kestrel")
    page.wait_for_selector("[data-pick]")
    hostile.judge_elements(page)


def test_articles_in_the_widget_show_text(hostile: Hostile) -> None:
    """Titles and summaries as they are, Markdown as what it may say."""
    page = hostile.context().new_page()
    at = f"{hostile.product.url()}/widget/{hostile.rows['company']}/articles/"
    for public_id in hostile.rows["articles"]["shown"]:
        page.goto(f"{at}{public_id}/")
        assert page.locator("h1").inner_text().endswith("kestrel")
        assert not page.locator("main :is(script, img, iframe, form, style, svg)").count()
        hostile.judge_elements(page)


def test_the_admin_shows_text(hostile: Hostile) -> None:
    """Lists, forms and histories of what administrators name."""
    admin = hostile.rows["admin"]
    page = hostile.context(admin["session"]).new_page()
    change = f"tickets/company/{admin['company']}/"
    for path in [
        "tickets/company/", "livechat/queue/", "tickets/user/", "livechat/agent/", "",
        change + "change/", change + "history/", change + "delete/", "livechat/queue/add/",
    ]:  # fmt: skip
        page.goto(f"{hostile.product.url()}/admin/{path}")
        page.wait_for_load_state("networkidle")
        elements = set(page.evaluate(DOM))
        assert not [each for each in elements if "[on" in each or "javascript:" in each]
        assert not hostile.wrong


@pytest.mark.parametrize("path", ["/{}", "/sign-in/?next={}", "/console/chats/{}/", "/widget/{}/"])
def test_addresses_are_shown_as_text(hostile: Hostile, path: str) -> None:
    page = hostile.context().new_page()
    for text in storable(own())[:45:3]:
        page.goto(hostile.product.url() + path.format(page.evaluate("encodeURIComponent", text)))
        elements = set(page.evaluate(DOM))
        assert not [each for each in elements if "[on" in each or "javascript:" in each]
        assert not hostile.wrong


def test_attributes_of_the_tag_do_nothing(hostile: Hostile) -> None:
    context = hostile.context()
    page = context.new_page()
    for text in ["../../x", *storable(own())[:40:2]]:
        told = html.escape(text)
        hostile.host.tag = (
            f'<script src="{hostile.product.url()}/embed.js" '
            f'data-company="{told}" data-identity="{told}"></script>'
        )
        page.goto(hostile.host.origin)
        frame = page.locator("iframe").get_attribute("src") or ""
        assert frame.startswith(f"{hostile.product.url()}/widget/")
        assert not hostile.wrong
    context.close()
