"""A straight way between a socket and uvicorn: no coroutine, queue or encoder a frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Self

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol


@lru_cache(maxsize=256)
def encoded(text: str) -> bytes:
    """A whole, unmasked text frame (RFC 6455, 5.2). Made once, however many sockets it goes to."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


class FrameProtocol(WebSocketsSansIOProtocol):
    """Hands text frames to whoever hears them, instead of waking the application for each.

    The queue it goes past stops reading after every frame: two system calls, a future and a task's
    turn. What is heard is carried out at once, so nothing can pile up here.
    """

    heard: Callable[[str], None] | None = None

    def send_receive_event_to_app(self) -> None:
        if self.heard is None or self.curr_msg_data_type != "text" or self.close_sent:
            super().send_receive_event_to_app()
            return
        try:
            text = b"".join(self.frames).decode()
        except UnicodeDecodeError:
            super().send_receive_event_to_app()  # It knows how to refuse.
            return
        self.frames = []
        self.heard(text)

    def connection_lost(self, exc: Exception | None) -> None:
        self.heard = None  # The socket is not kept alive by its connection.
        super().connection_lost(exc)


class Transport:
    """The connection under a socket, where uvicorn serves it; other servers have none."""

    __slots__ = ("server",)

    def __init__(self, server: WebSocketsSansIOProtocol) -> None:
        self.server = server

    @classmethod
    def under(cls, send: Any) -> Self | None:
        """The transport under this `send` of an ASGI application."""
        server = getattr(send, "__self__", None)
        return cls(server) if isinstance(server, WebSocketsSansIOProtocol) else None

    def write(self, texts: Iterable[str]) -> bool:
        """Send these frames at once; False, and nothing sent, when there is no room or no peer."""
        server = self.server
        gone = server.close_sent or server.disconnected or server.transport.is_closing()
        if gone or not server.writable.is_set():
            return False
        server.transport.write(b"".join(map(encoded, texts)))
        return True

    def hear(self, on_text: Callable[[str], None]) -> None:
        """From now on text frames come here, unless some still wait in the application's queue."""
        if isinstance(self.server, FrameProtocol) and self.server.queue.empty():
            self.server.heard = on_text

    def cut(self) -> None:
        """Drop the connection without a word."""
        transport: Any = self.server.transport
        transport.abort()
