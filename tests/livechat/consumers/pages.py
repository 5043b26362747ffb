"""Pages at the other end of real sockets: the application itself, without a server around it."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connections

from livechat.routing import websocket_application

HOST = "127.0.0.1:8000"
ORIGIN = f"http://{HOST}"
PATIENCE = 15.0
Result = TypeVar("Result")


class Page:
    """One open page. What it is sent is kept; it may stop reading."""

    def __init__(
        self, path: str, *, origins: tuple[str, ...] = (ORIGIN,), host: str = HOST, cookie: str = ""
    ) -> None:
        headers = [(b"host", host.encode())]
        headers += [(b"origin", origin.encode()) for origin in origins]
        headers += [(b"cookie", cookie.encode())] if cookie else []
        self.scope = {
            "type": "websocket",
            "path": path,
            "headers": headers,
            "client": ("127.0.0.1", 50_000),
            "scheme": "ws",
        }
        self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.messages: list[dict[str, Any]] = []
        self.taken = 0
        self.news = asyncio.Condition()
        self.reading = asyncio.Event()
        self.reading.set()
        self.inbox.put_nowait({"type": "websocket.connect"})
        self.task = asyncio.ensure_future(
            websocket_application(self.scope, self.inbox.get, self._sent)
        )

    async def _sent(self, message: dict[str, Any]) -> None:
        if message["type"] == "websocket.send":
            await self.reading.wait()
        async with self.news:
            self.messages.append(message)
            self.news.notify_all()

    async def _until(self, found: Callable[[], Result | None]) -> Result:
        async with asyncio.timeout(PATIENCE), self.news:
            await self.news.wait_for(lambda: found() is not None)
        result = found()
        assert result is not None
        return result

    @property
    def frames(self) -> list[dict[str, Any]]:
        return [json.loads(m["text"]) for m in self.messages if m["type"] == "websocket.send"]

    @property
    def close_code(self) -> int | None:
        closed = [m["code"] for m in self.messages if m["type"] == "websocket.close"]
        return closed[0] if closed else None

    @property
    def was_accepted(self) -> bool:
        return {"type": "websocket.accept"} in self.messages

    def send(self, type: str, **fields: Any) -> None:  # noqa: A002  # the frame's own name
        self.send_text(json.dumps({"type": type, **fields}))

    def send_text(self, text: str | bytes) -> None:
        kind = "text" if isinstance(text, str) else "bytes"
        self.inbox.put_nowait({"type": "websocket.receive", kind: text})

    def close(self) -> None:
        self.inbox.put_nowait({"type": "websocket.disconnect", "code": 1000})

    async def next(self, type: str) -> dict[str, Any]:  # noqa: A002
        """The next frame of this type; those before it are passed over."""

        def found() -> int | None:
            fresh = enumerate(self.frames[self.taken :], self.taken)
            return next((n for n, frame in fresh if frame["type"] == type), None)

        number = await self._until(found)
        self.taken = number + 1
        return self.frames[number]

    async def closed(self) -> int:
        """The code that the server closed with."""
        return await self._until(lambda: self.close_code)


async def in_thread(work: Callable[..., Result], *args: Any, **kwargs: Any) -> Result:
    """Rows are read and written off the loop; the thread's connection is given back."""

    def done() -> Result:
        try:
            return work(*args, **kwargs)
        finally:
            connections.close_all()

    return await asyncio.to_thread(done)


async def eventually(condition: Callable[[], object]) -> None:
    """Wait until it is so; what reads rows is asked in a thread."""
    async with asyncio.timeout(PATIENCE):
        while not await in_thread(condition):  # noqa: ASYNC110
            await asyncio.sleep(0.02)  # Rows ring no bell.
