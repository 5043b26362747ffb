"""CLICKJACK and CSWSH in Chromium: what a page of somebody else can frame, and open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType

from tests.browser.conftest import browser_type_launch_args
from tests.product import Product, Workshop
from tests.trips.desk import PASSWORD, Desk, HostPage, make_desk

__all__ = ["browser_type_launch_args"]
pytestmark = pytest.mark.browser

TRY_SOCKET = """(url) => new Promise((done) => {
  const socket = new WebSocket(url);
  socket.onopen = () => done("opened");
  socket.onerror = () => done("refused");
})"""
TRY_FETCH = """async (url) => {
  const answers = [];
  for (const mode of ["cors", "no-cors"]) {
    try {
      const answer = await fetch(url, {mode, credentials: "include"});
      answers.push((await answer.text()).length ? "read" : "opaque");
    } catch { answers.push("refused"); }
  }
  return answers;
}"""


class Stage:
    """The product, pages of a company that it knows, and an agent who is signed in."""

    def __init__(self, product: Product, browser: Browser, listed: HostPage) -> None:
        self.product, self.listed = product, listed
        self.desk: Desk = make_desk(product, listed.origin)
        self.context: BrowserContext = browser.new_context()
        page = self.context.new_page()
        page.goto(f"{self.desk.url}/sign-in/")
        page.get_by_label("E-mail").fill(self.desk.emails[0])
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector(".app")
        page.close()

    def framed(self, host: HostPage, path: str, origin: str = "") -> bool:
        """Whether a page of `host` gets to show this address in a frame."""
        host.tag = f'<iframe src="{self.desk.url}{path}"></iframe>'
        page = self.context.new_page()
        page.goto(origin or host.origin)
        page.wait_for_timeout(400)
        shown = any(each.url.startswith(self.desk.url) for each in page.frames[1:])
        page.close()
        return shown


@pytest.fixture(scope="module")
def stage(
    product_workshop: Workshop, browser_type: BrowserType, browser_type_launch_args: dict[str, Any]
) -> Iterator[Stage]:
    with (
        Product(product_workshop, processes=1, database="sqlite", env={}) as product,
        HostPage() as listed,
    ):
        browser = browser_type.launch(**browser_type_launch_args)
        yield Stage(product, browser, listed)
        browser.close()


@pytest.fixture
def stranger() -> Iterator[HostPage]:
    with HostPage() as page:
        yield page


PAGES = [
    "/console/",
    "/console/?list=queue",
    "/sign-in/",
    "/admin/",
    "/nothing/",
    "/demo/",
    "/healthz",
]


@pytest.mark.parametrize("path", [*PAGES, "/embed.js", "/api/v1/chats/"])
def test_no_page_shows_ours_in_a_frame(stage: Stage, path: str) -> None:
    assert not stage.framed(stage.listed, path)


@pytest.mark.parametrize("tail", ["", f"articles/{'A' * 22}/"], ids=["itself", "an article"])
def test_a_listed_page_shows_the_widget_and_no_other_does(
    stage: Stage, stranger: HostPage, tail: str
) -> None:
    path = f"/widget/{stage.desk.company}/{tail}"
    port = stage.listed.server.server_port

    assert stage.framed(stage.listed, path)
    assert not stage.framed(stranger, path)
    assert not stage.framed(stage.listed, path, f"http://127.0.0.1:{port}")


@pytest.mark.parametrize("site", ["localhost", "127.0.0.1"], ids=["another site", "another port"])
@pytest.mark.parametrize("path", ["/ws/console/", "/ws/customer/", "/ws/company/"])
def test_no_other_page_opens_a_socket(
    stage: Stage, stranger: HostPage, site: str, path: str
) -> None:
    page = stage.context.new_page()
    page.goto(f"http://{site}:{stranger.server.server_port}/")

    answer = page.evaluate(TRY_SOCKET, stage.desk.url.replace("http", "ws") + path)

    page.close()
    assert answer == "refused"


def test_our_own_page_opens_both(stage: Stage) -> None:
    page = stage.context.new_page()
    page.goto(f"{stage.desk.url}/console/")
    url = stage.desk.url.replace("http", "ws")

    answers = [page.evaluate(TRY_SOCKET, f"{url}/ws/{name}/") for name in ("console", "customer")]

    page.close()
    assert answers == ["opened", "opened"]


@pytest.mark.parametrize("site", ["localhost", "127.0.0.1"], ids=["another site", "another port"])
@pytest.mark.parametrize("path", ["/api/v1/chats/", "/console/", "/console/lists/", "/readyz"])
def test_no_other_page_reads_an_answer(
    stage: Stage, stranger: HostPage, site: str, path: str
) -> None:
    page = stage.context.new_page()
    page.goto(f"http://{site}:{stranger.server.server_port}/")

    answers = page.evaluate(TRY_FETCH, stage.desk.url + path)

    page.close()
    assert "read" not in answers


def test_the_page_around_hears_of_shape_and_storage_alone(stage: Stage) -> None:
    """It is told the frame's shape, and what to keep where the frame may store nothing itself."""
    stage.listed.before = """<script>
      window.heard = [];
      addEventListener("message", (e) => heard.push([e.origin, e.data.type]));
    </script>"""
    stage.listed.show(stage.desk)
    page = stage.context.new_page()
    page.goto(stage.listed.origin)
    frame = page.frame_locator("iframe")
    frame.locator("[data-launch]").click()
    frame.locator("#question").fill("Whatever I ask")
    frame.get_by_role("button", name="Start chat").click()
    frame.locator("[data-place]").first.wait_for(state="visible")

    heard = page.evaluate("window.heard")

    page.close()
    assert {origin for origin, _ in heard} == {stage.desk.url}
    assert {kind for _, kind in heard} <= {"shape", "keep"}
