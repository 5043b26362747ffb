"""HTTP as one person's browser does it: cookies, an origin, and patience."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from http.cookies import SimpleCookie
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import orjson

PATIENCE_SECONDS = 60.0
ANSWER_SECONDS = 30.0
LOCAL = {"127.0.0.1", "localhost"}


class Door(NamedTuple):
    """Where one process is reached, the origin of its pages, and the address that we come from."""

    url: str
    origin: str
    source: str | None = None

    def socket_url(self, path: str) -> str:
        return self.url.replace("http", "ws", 1) + path


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def data(self) -> Any:
        return orjson.loads(self.content or b"null")


class TurnedDownError(Exception):
    """The server understood, and said no."""

    def __init__(self, what: str, answer: Answer) -> None:
        said = answer.content[:300].decode(errors="replace")
        super().__init__(f"{what} was answered with {answer.status}: {said}")
        self.status = answer.status
        self.answer = answer


def own_address(url: str, number: int) -> str | None:
    """An address for person `number`, where this machine has many: the server limits by address.

    Linux answers to all of 127.0.0.0/8. Elsewhere everybody shares one, and waits as told.
    """
    if urlsplit(url).hostname not in LOCAL:
        return None
    address = f"127.64.{number // 250 % 250}.{number % 250 + 1}"
    with socket.socket() as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return None
    return address


@dataclass(slots=True)
class Person:
    """Whoever calls: the doors he tries in turn, his cookies and, for customers, his token."""

    doors: Sequence[Door]
    cookies: dict[str, str]
    token: str = ""
    tried: int = 0

    @property
    def door(self) -> Door:
        return self.doors[self.tried % len(self.doors)]

    def cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def csrf(self) -> str:
        """The token that proves that a page of ours asks; its cookie is as good as the page's."""
        return next((self.cookies[name] for name in self.cookies if "csrftoken" in name), "")

    async def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """An API call, with JSON both ways."""
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Customer {self.token}"
        elif csrf := self.csrf():
            headers["X-CSRFToken"] = csrf
        content = orjson.dumps(body) if body is not None else None
        return (await self.insist(method, path, content, headers)).data

    async def submit(self, path: str, fields: dict[str, str]) -> Answer:
        """A form, as a page sends it."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return await self.insist("POST", path, urlencode(fields).encode(), headers)

    async def insist(
        self,
        method: str,
        path: str,
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Ask until there is an answer: again when nobody is there, later when told so."""
        give_up = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = await asyncio.to_thread(self._ask, method, path, content, headers or {})
            except (OSError, HTTPException):
                answer = Answer(503, {}, b"")
                self.tried += 1
            if answer.status < 400:
                return answer
            if answer.status == 429:
                wait = float(answer.headers.get("retry-after", "1"))
                give_up = time.monotonic() + wait + PATIENCE_SECONDS
            elif answer.status < 500 or time.monotonic() > give_up:
                raise TurnedDownError(f"{method} {path}", answer)
            else:
                wait = 0.5
            await asyncio.sleep(wait)

    def _ask(
        self, method: str, path: str, content: bytes | None, headers: dict[str, str]
    ) -> Answer:
        door = self.door
        parts = urlsplit(door.url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        source = (door.source, 0) if door.source else None
        connection = kind(parts.netloc, timeout=ANSWER_SECONDS, source_address=source)
        sent = {"Origin": door.origin, "Referer": f"{door.origin}/", **headers}
        if self.cookies and not self.token:
            sent["Cookie"] = self.cookie_header()
        try:
            connection.request(method, path, content, sent)
            response = connection.getresponse()
            content_back = response.read()
        finally:
            connection.close()
        for cookie in response.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: part.value for name, part in SimpleCookie(cookie).items()}
        received = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, received, content_back)
