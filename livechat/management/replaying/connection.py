"""A socket that comes back by itself, as `socket.js` does it."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import suppress
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Origin

from livechat.management.replaying.web import Person
from livechat.protocol import SILENCE_SECONDS, Close

WELCOME_SECONDS = 10.0
ANSWER_SECONDS = 4.0
FIRST_SECONDS, MOST_SECONDS = 0.3, 15.0
LASTING_SECONDS = 5.0
GONE = {Close.SIGNED_OUT, Close.FORBIDDEN}


class SilentError(Exception):
    """Nobody answers at the other end."""


class Connection:
    """`run` keeps it up. `applied`, `hear`, `away` and `left` are whose it is."""

    def __init__(self, person: Person, path: str) -> None:
        self.person = person
        self.path = path
        self.heartbeat = self.silence = float(SILENCE_SECONDS)
        self.answer = ANSWER_SECONDS
        self.online = self.closed = False
        self.attempts, self.not_before = 0, 0.0
        self.heard_at = self.beaten_at = self.welcomed_at = 0.0
        self.asked_at: float | None = None
        self.out: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def applied(self) -> dict[str, int]:
        """The last seq that is shown of each chat."""
        return {}

    def hear(self, frame: dict[str, Any]) -> None:
        """Any frame."""

    def away(self) -> None:
        """There is no connection."""

    def left(self, code: int) -> None:
        """The server closed it."""

    async def run(self) -> None:
        """Stay connected until closed or signed out."""
        try:
            while not self.closed:
                await self._connect_once()
                self.away()
                if not self.closed:
                    await asyncio.sleep(self._back_off())
        finally:
            self.away()

    async def _connect_once(self) -> None:
        door = self.person.door
        source = {"local_addr": (door.source, 0)} if door.source else {}
        headers = {} if self.person.token else {"Cookie": self.person.cookie_header()}
        with suppress(OSError, WebSocketException, TimeoutError, SilentError):
            async with connect(
                door.socket_url(self.path),
                origin=Origin(door.origin),
                additional_headers=headers,
                compression=None,
                proxy=None,
                ping_interval=None,
                open_timeout=WELCOME_SECONDS,
                close_timeout=1,
                max_size=None,
                **source,  # type: ignore[arg-type]  # handed on to asyncio
            ) as socket:
                await self._stay(socket)
        self.person.tried += 1

    async def _stay(self, socket: ClientConnection) -> None:
        hello = {"type": "hello", "resume": self.applied()}
        await socket.send(
            _text({**hello, "token": self.person.token} if self.person.token else hello)
        )
        self.out = asyncio.Queue()
        self.heard_at = self.beaten_at = time.monotonic()
        self.asked_at = None
        sender = asyncio.create_task(self._send_all(socket))
        try:
            await self._hear_all(socket)
        except ConnectionClosed as end:
            self._ended(end.rcvd.code if end.rcvd else 1006)
        finally:
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)

    async def _send_all(self, socket: ClientConnection) -> None:
        while True:
            await socket.send(_text(await self.out.get()))

    async def _hear_all(self, socket: ClientConnection) -> None:
        while not self.closed:
            try:
                async with asyncio.timeout(self._next_beat()):
                    text = await socket.recv()
            except TimeoutError:
                self._beat()
                continue
            self.heard_at, self.asked_at = time.monotonic(), None
            self.hear(orjson.loads(text))

    def _next_beat(self) -> float:
        """Seconds until `_beat` has something to do, if nothing is heard."""
        now = time.monotonic()
        if not self.online:
            due = self.heard_at + WELCOME_SECONDS
        elif now >= self.heard_at + self.silence:
            due = now + self.answer
        else:
            beat = self.beaten_at + self.heartbeat
            due = min(beat, self.heard_at + self.silence)
        return max(0.02, due - now)

    def _beat(self) -> None:
        """Silence alone proves nothing; silence after a question does."""
        now = time.monotonic()
        silent = now >= self.heard_at + self.silence
        asked = self.asked_at is not None and now - self.asked_at >= self.answer
        if (silent and asked) or (not self.online and now >= self.heard_at + WELCOME_SECONDS):
            raise SilentError
        if self.put({"type": "heartbeat", "applied": self.applied()}):
            self.beaten_at = now
            self.asked_at = self.asked_at or now

    def _back_off(self) -> float:
        if self.welcomed_at and time.monotonic() - self.welcomed_at > LASTING_SECONDS:
            self.attempts = 0
        self.welcomed_at = 0.0
        most = min(MOST_SECONDS, FIRST_SECONDS * 2.0**self.attempts)
        self.attempts += 1
        return max(random.random() * most, self.not_before - time.monotonic())  # noqa: S311

    def _ended(self, code: int) -> None:
        self.left(code)
        if code in GONE:
            self.closed = True

    def put(self, frame: dict[str, Any]) -> bool:
        """Send a frame, if there is a connection."""
        if self.online:
            self.out.put_nowait(frame)
        return self.online


def _text(frame: dict[str, Any]) -> str:
    return orjson.dumps(frame).decode()
