"""Sockets inside the test: the real application, the work of its threads done in line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.test import TestCase

from livechat import realtime
from livechat.consumers import process as process_module
from livechat.consumers.process import process
from livechat.realtime import writer as writer_module
from livechat.routing import websocket_application

ORIGIN = "http://127.0.0.1:8000"
HOST = "127.0.0.1:8000"


class InLine(Executor):
    """Does the work at once, as if no loop ran around it: with the test's own connection."""

    def __init__(self, *_: Any, **__: Any) -> None: ...

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        around = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        try:
            future.set_result(work(*args, **kwargs))
        except Exception as fault:  # as an executor does
            future.set_exception(fault)
        finally:
            asyncio._set_running_loop(around)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None: ...


class Wire:
    """One open socket, as its page sees it."""

    def __init__(self, sockets: Sockets, path: str, headers: list[tuple[bytes, bytes]]) -> None:
        self.sockets = sockets
        self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.sent: list[dict[str, Any]] = []
        self.fault: BaseException | None = None
        scope = {
            "type": "websocket", "scheme": "ws", "path": path, "raw_path": path.encode(),
            "query_string": b"", "headers": headers, "subprotocols": [],
            "client": ["127.0.0.1", 50_000], "server": ["127.0.0.1", 8000],
        }  # fmt: skip
        self.inbox.put_nowait({"type": "websocket.connect"})
        self.task = sockets.runner.get_loop().create_task(self._run(scope))
        sockets.settle()

    async def _run(self, scope: dict[str, Any]) -> None:
        await websocket_application(scope, self.inbox.get, self._send)

    async def _send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    @property
    def accepted(self) -> bool:
        return any(message["type"] == "websocket.accept" for message in self.sent)

    @property
    def closed_with(self) -> int | None:
        codes = [m.get("code") for m in self.sent if m["type"] == "websocket.close"]
        return codes[0] if codes else None

    @property
    def texts(self) -> list[str]:
        return [message["text"] for message in self.sent if message["type"] == "websocket.send"]

    @property
    def frames(self) -> list[dict[str, Any]]:
        return [json.loads(text) for text in self.texts]

    def send_text(self, text: str) -> list[dict[str, Any]]:
        """Send, let everything happen, and give the frames that came of it."""
        before = len(self.texts)
        self.inbox.put_nowait({"type": "websocket.receive", "text": text})
        self.sockets.settle()
        return self.frames[before:]

    def send(self, **frame: Any) -> list[dict[str, Any]]:
        return self.send_text(json.dumps(frame))

    def send_bytes(self, data: bytes) -> list[dict[str, Any]]:
        before = len(self.texts)
        self.inbox.put_nowait({"type": "websocket.receive", "bytes": data})
        self.sockets.settle()
        return self.frames[before:]

    def close(self) -> None:
        self.inbox.put_nowait({"type": "websocket.disconnect", "code": 1000})
        self.sockets.settle()


def told(sockets: Sockets, act: Callable[[], Any]) -> Any:
    """Do it as one committed transaction, and let everybody hear of it."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        done = act()
    sockets.settle()
    return done


class Sockets:
    """The sockets of one test, on a loop that runs only while something is asked of it."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self.runner = runner
        self.wires: list[Wire] = []
        self.runner.run(self._started())

    async def _started(self) -> None:
        """Without the loops that look after sockets by the clock: tests call what they do."""
        process.loop = None
        process.start()
        for task in list(process.tasks):
            task.cancel()

    def settle(self) -> None:
        """Let everything that can happen now happen."""
        self.runner.run(_turns())

    def open(
        self,
        path: str,
        *,
        origin: str | None = ORIGIN,
        host: str = HOST,
        cookie: str = "",
        more: tuple[tuple[bytes, bytes], ...] = (),
    ) -> Wire:
        headers = [(b"host", host.encode("latin-1"))]
        headers += [(b"origin", origin.encode("utf-8"))] if origin is not None else []
        headers += [(b"cookie", cookie.encode("latin-1"))] if cookie else []
        wire = Wire(self, path, [*headers, *more])
        self.wires.append(wire)
        return wire

    def customer(self, token: str, **resume: int) -> Wire:
        wire = self.open("/ws/customer/")
        wire.send(type="hello", token=token, resume=resume)
        return wire

    def console(self, session: str, **resume: int) -> Wire:
        wire = self.open("/ws/console/", cookie=f"sid={session}" if session else "")
        wire.send(type="hello", resume=resume)
        return wire

    def of(self, who: Any, **resume: int) -> Wire:
        """The socket of a principal, hello said."""
        if who.speaks_for_himself:
            return self.customer(who.token, **resume)
        return self.console(who.session, **resume)

    def close(self) -> None:
        for wire in self.wires:
            if not wire.task.done():
                wire.close()


async def _turns() -> None:
    for _ in range(60):
        await asyncio.sleep(0)


@contextmanager
def sockets_in_line() -> Iterator[Sockets]:
    with (
        mock.patch.object(process_module, "ThreadPoolExecutor", InLine),
        mock.patch.object(writer_module, "ThreadPoolExecutor", InLine),
        asyncio.Runner() as runner,
    ):
        sockets = Sockets(runner)
        try:
            yield sockets
        finally:
            sockets.close()
            runner.run(_ended())
            forget_everybody()


async def _ended() -> None:
    for task in list(process.tasks):
        task.cancel()
    await asyncio.gather(*process.tasks, return_exceptions=True)


def forget_everybody() -> None:
    """Leave the process as it was before its first socket."""
    process.loop = None
    process.receipts.clear()
    for known in (process.sockets, process.addresses, process.unknown, process.pages):
        known.clear()
    realtime.hub.loop = None
    realtime.hub.listeners.clear()
    realtime.hub.marks.clear()
