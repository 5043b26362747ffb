"""The two sides of a conversation: a customer as in the widget, an agent as in the console."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable, Sequence
from html import unescape
from typing import Any, Self

from livechat.management.replaying.page import Page, StuckError
from livechat.management.replaying.web import Door, Person, TurnedDownError
from livechat.protocol import HISTORY_ITEMS, Item

HIDDEN = re.compile(r"<input\b[^>]*\bname=\"csrfmiddlewaretoken\"[^>]*\bvalue=\"([^\"]+)\"")

MakePage = Callable[..., Page]


class Side:
    """Somebody with a page open for as long as the block lasts."""

    path: str
    name: str

    def __init__(self, doors: Sequence[Door], page: MakePage = Page, **page_options: Any) -> None:
        self.person = Person(doors, {})
        self.page = page(self.person, self.path, **page_options)
        self.running: asyncio.Task[None] | None = None

    async def connect(self, seconds: float = 60.0) -> None:
        """Open the socket and wait until it is welcome."""
        self.running = asyncio.create_task(self.page.run())
        await self.page.until(lambda: self.page.online, seconds, "waiting for a welcome")

    async def disconnect(self) -> None:
        """Close the page."""
        self.page.closed = True
        if self.running:
            self.running.cancel()
            await asyncio.gather(self.running, return_exceptions=True)
            self.running = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.disconnect()

    async def transcript(self, chat: str) -> list[Item]:
        """All lines of the chat that this person may see, read through the API."""
        lines: list[Item] = []
        while True:
            after = lines[-1]["seq"] if lines else 0
            query = f"messages/?after={after}&limit={HISTORY_ITEMS}"
            part = await self.person.call("GET", f"/api/v1/chats/{chat}/{query}")
            lines += part["items"]
            if not part["items"] or lines[-1]["seq"] >= part["head"]:
                return lines


class CustomerSide(Side):
    """A customer: a token, one chat."""

    path = "/ws/customer/"
    chat = ""

    async def come(self, company: str, name: str) -> None:
        """Get a token, as the widget does."""
        answer = await self.person.call("POST", "/api/v1/customers/", {"company": company})
        self.person.token, self.name = answer["token"], name

    async def ask(self, question: str) -> str:
        """Start the chat; its id."""
        body = {"client_id": secrets.token_urlsafe(12), "question": question, "name": self.name}
        chat = await self.person.call("POST", "/api/v1/chats/", body)
        self.chat = chat["id"]
        self.page.open(self.chat, chat["head"], chat["version"])
        return self.chat


class AgentSide(Side):
    """An agent: a session, many chats."""

    path = "/ws/console/"
    has = 0

    async def sign_in(self, email: str, password: str) -> None:
        """By the sign-in page's form."""
        form = (await self.person.insist("GET", "/sign-in/")).content.decode()
        token = HIDDEN.search(form)
        if token is None:
            raise StuckError("the sign-in page has no form")
        fields = {"csrfmiddlewaretoken": unescape(token[1]), "username": email}
        answer = await self.person.submit("/sign-in/", {**fields, "password": password})
        if answer.status != 302:
            raise TurnedDownError("signing in", answer)

    async def sign_out(self) -> None:
        await self.person.submit("/sign-out/", {"csrfmiddlewaretoken": self.person.csrf()})

    async def accept(self, chat: str, seconds: float = 30.0) -> dict[str, Any]:
        """Hear that the chat waits, then take it."""
        heard = self.page.announced
        await self.page.until(lambda: chat in heard, seconds, f"waiting to hear of {chat}")
        return await self.take(chat)

    async def take(self, chat: str) -> dict[str, Any]:
        """Accept the chat, and show it."""
        accepted: dict[str, Any] = await self.person.call(
            "POST", f"/api/v1/chats/{chat}/accept/", {}
        )
        self.page.open(chat, accepted["head"], accepted["version"], accepted["epoch"])
        return accepted

    async def end(self, chat: str) -> dict[str, Any]:
        ended: dict[str, Any] = await self.person.call("POST", f"/api/v1/chats/{chat}/end/", {})
        return ended

    async def make_ticket(self, chat: str) -> None:
        """An incident of the chat, as the console's button makes it."""
        fields = {"csrfmiddlewaretoken": self.person.csrf(), "kind": "incident"}
        await self.person.submit(f"/console/chats/{chat}/ticket/", fields)
