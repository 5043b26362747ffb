"""A service desk for the trips: its rows, its company's page, its customer and its agent."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from playwright.sync_api import Locator, Page, expect

from tests.product import Product

PASSWORD = "correct horse battery"
ROWS = """
import json, sys
from django.contrib.auth.models import Group
from livechat.models import Agent, Queue
from tickets.models import Company, User
from tickets.services.identity import identity_secret
origin, password, names = json.loads({given!r})
company = Company.objects.create(name="Halden", external_key="halden", allowed_origins=origin)
queue = Queue.objects.create(company=company, name="Service Desk", is_default=True)
for name in names:
    email = name.split()[0].lower() + "@desk.example"
    user = User.objects.create_user(email, password, name=name, all_companies=True)
    user.groups.add(Group.objects.get(name="Agent"))
    agent = Agent.objects.create(user=user, screen_name=name.split()[0])
    agent.queues.add(queue)
print(company.public_id, identity_secret(company))
"""


@dataclass
class Desk:
    """The product's address, its company, and who signs in."""

    url: str
    company: str
    emails: list[str]
    secret: str

    def identity(self, external_id: str, name: str) -> str:
        """What the company's server says of its user, fresh for each of its pages."""
        payload = {
            "company": self.company,
            "external_id": external_id,
            "email": f"{external_id}@halden.example",
            "name": name,
            "expires": int(time.time()) + 3600,
            "nonce": secrets.token_urlsafe(16),
        }
        text = base64.urlsafe_b64encode(json.dumps(payload).encode()).rstrip(b"=").decode()
        return f"{text}.{hmac.new(self.secret.encode(), text.encode(), 'sha256').hexdigest()}"


def make_desk(product: Product, origin: str, agents: tuple[str, ...] = ("Noor Haddad",)) -> Desk:
    """Rows beside the running servers; the company's pages are at `origin`."""
    given = json.dumps([origin, PASSWORD, agents])
    *_, company, secret = product.run(ROWS.format(given=given)).split()
    emails = [f"{name.split()[0].lower()}@desk.example" for name in agents]
    return Desk(product.url(), company, emails, secret)


class HostPage:
    """A company's pages on an origin of their own, with the tag and whatever else a test wants."""

    def __init__(self, before: str = "", headers: dict[str, str] | None = None) -> None:
        self.before = before
        self.headers = headers or {}
        self.tag: str | Callable[[], str] = ""
        page = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                tag = page.tag if isinstance(page.tag, str) else page.tag()
                body = (
                    "<!doctype html><meta charset=utf-8><title>Intranet</title>"
                    f"<h1>Intranet</h1><a href='/other'>Other</a>{page.before}{tag}"
                ).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                for name, value in page.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.origin = f"http://localhost:{self.server.server_port}"

    def show(self, desk: Desk, *, person: str = "") -> None:
        """With the tag; signed for a person of this name, or for nobody."""

        def tag() -> str:
            signed = desk.identity(person.lower(), person) if person else ""
            return (
                f'<script src="{desk.url}/embed.js" data-company="{desk.company}"'
                f' data-identity="{signed}" async></script>'
            )

        self.tag = tag

    def __enter__(self) -> Self:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.server.shutdown()
        self.server.server_close()


class Talker:
    """Somebody in a conversation: what he reads and writes."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.stream: Locator = page.locator(".stream")
        self.box: Locator = page.locator("#body")

    def said(self) -> list[str]:
        """Every message on the page, in its order."""
        return self.stream.locator(".bub:not(.typing)").all_inner_texts()

    def say(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")

    def sees(self, text: str, times: int = 1, seconds: float = 20) -> None:
        bubbles = self.stream.locator(".bub", has_text=text)
        expect(bubbles).to_have_count(times, timeout=seconds * 1000)


class Customer(Talker):
    """A person on the company's page."""

    def __init__(self, page: Page, host: HostPage) -> None:
        self.page = page
        self.frame = page.frame_locator("iframe")
        self.stream = self.frame.locator(".stream")
        self.box = self.frame.locator("textarea[name=body]")
        page.goto(host.origin)

    def open(self) -> None:
        self.frame.locator("[data-launch]").click()

    def ask(self, question: str) -> None:
        self.open()
        self.frame.locator("#question").fill(question)
        self.frame.get_by_role("button", name="Start chat").click()
        expect(
            self.frame.get_by_text("You are next", exact=False)
            .or_(self.frame.locator("[data-place]"))
            .first
        ).to_be_visible()


class AgentAtWork(Talker):
    """An agent in the console."""

    def __init__(self, page: Page, desk: Desk, email: str = "") -> None:
        super().__init__(page)
        page.goto(f"{desk.url}/sign-in/")
        page.get_by_label("E-mail").fill(email or desk.emails[0])
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator(".app")).to_have_attribute("data-status", "online")

    def accept(self, question: str) -> None:
        row = self.page.locator("li:visible", has_text=question).first
        row.get_by_role("button", name="Accept").click()
        expect(self.box).to_be_focused()

    def end(self) -> None:
        self.page.locator(".conv__head [data-do=end]").click()
        self.page.locator("dialog[open]").get_by_role("button", name="End chat").click()
