"""How each chat is spoken to over its socket. One class for one side of one chat."""

import time
from collections.abc import Mapping
from typing import Any, Protocol

import orjson
import picows
from picows import WSFrame, WSListener, WSMsgType, WSTransport

TEXT = WSMsgType.TEXT


class Desk(Protocol):
    """Who is told what a side has seen."""

    def ready(self, peer: "Peer") -> None: ...
    def acked(self, key: str) -> None: ...
    def shown(self, key: str) -> None: ...
    def failed(self, what: str) -> None: ...


class Peer(WSListener):
    """One side of one chat: `spec` says where it is reached and who speaks."""

    def __init__(self, desk: Desk, spec: Mapping[str, Any]) -> None:
        self.desk = desk
        self.spec = spec
        self.transport: WSTransport | None = None
        self.leaving = False
        self.last = int(spec.get("head", 0))
        self.heard = self.told = self.last

    async def connect(self) -> None:
        await picows.ws_connect(
            lambda: self,
            self.spec["url"],
            extra_headers=dict(self.spec.get("headers", {})),
            websocket_handshake_timeout=120,
            read_buffer_init_size=2048,
        )

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport
        self.greet()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.transport = None
        if not self.leaving:
            self.desk.failed("disconnected")

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == TEXT:
            self.read(frame.get_payload_as_bytes())
        elif frame.msg_type == WSMsgType.CLOSE and not self.leaving:
            self.desk.failed(f"closed {frame.get_close_code()}")

    def write(self, data: bytes) -> None:
        if self.transport is not None:
            self.transport.send(TEXT, data)

    def drop(self) -> None:
        """Vanish without a farewell."""
        self.leaving = True
        if self.transport is not None:
            self.transport.underlying_transport.abort()

    def heard_to(self, seq: int) -> None:
        """Something of the other side is shown now: to be told by the next receipt."""
        self.heard = max(self.heard, seq)

    def tick(self, now: float) -> None:
        """Once a second, as the page does: at most one receipt, when there is something to tell."""
        if self.heard > self.told:
            self.told = self.heard
            self.receipt(self.told)

    def greet(self) -> None:
        self.desk.ready(self)

    def post(self, key: str, body: str) -> None:
        raise NotImplementedError

    def receipt(self, seq: int) -> None:
        raise NotImplementedError

    def read(self, data: bytes) -> None:
        raise NotImplementedError


class NaivePeer(Peer):
    """The tutorial's JSON."""

    def post(self, key: str, body: str) -> None:
        self.write(orjson.dumps({"type": "message", "key": key, "body": body}))

    def receipt(self, seq: int) -> None:
        self.write(orjson.dumps({"type": "receipt", "delivered": seq, "read": seq}))

    def read(self, data: bytes) -> None:
        frame = orjson.loads(data)
        if frame["type"] == "ack":
            self.desk.acked(frame["key"])
        elif frame["author"] != self.spec["author"]:
            self.heard_to(frame["id"])
            self.desk.shown(frame["key"])


class SocketIoPeer(Peer):
    """Engine.IO 4 and Socket.IO 5, as far as a chat needs them."""

    def __init__(self, desk: Desk, spec: Mapping[str, Any]) -> None:
        super().__init__(desk, spec)
        self.number = 0
        self.waiting: dict[str, str] = {}

    def greet(self) -> None:
        """The server speaks first."""

    def post(self, key: str, body: str) -> None:
        self.number += 1
        self.waiting[str(self.number)] = key
        packet = orjson.dumps(["message", {"key": key, "body": body}])
        self.write(b"42%d%b" % (self.number, packet))

    def receipt(self, seq: int) -> None:
        self.write(b'42["receipt",{"delivered":%d,"read":%d}]' % (seq, seq))

    def read(self, data: bytes) -> None:
        kind = data[:2]
        if kind == b"42":
            message = orjson.loads(data[2:])[1]
            self.heard_to(int(message["id"]))
            self.desk.shown(message["key"])
        elif kind == b"43":
            number = data[2 : data.index(b"[")].decode()
            self.desk.acked(self.waiting.pop(number))
        elif kind == b"40":
            self.desk.ready(self)
        elif data[:1] == b"0":
            self.write(b"40" + orjson.dumps(self.spec["auth"]))
        elif data == b"2":
            self.write(b"3")
        else:
            self.desk.failed(f"said {data[:20]!r}")


class ProductPeer(Peer):
    """The product's frames. Every item has to be the next one of its chat."""

    epoch: int | None = None
    heartbeat = 10.0
    beaten = 0.0

    def greet(self) -> None:
        self.beaten = time.monotonic()
        hello = {"type": "hello", "token": self.spec.get("token", "")}
        self.write(orjson.dumps({**hello, "resume": self.shown_so_far()}))

    def shown_so_far(self) -> dict[str, int]:
        chat = self.spec["chat"]
        return {chat: self.last} if chat else {}

    def post(self, key: str, body: str) -> None:
        frame = {"type": "message.post", "client_id": key, "chat": self.spec["chat"], "body": body}
        if self.epoch is not None:
            frame["epoch"] = self.epoch
        self.write(orjson.dumps(frame))

    def receipt(self, seq: int) -> None:
        frame = {"type": "receipt", "chat": self.spec["chat"], "delivered": seq, "read": seq}
        self.write(orjson.dumps(frame))

    def tick(self, now: float) -> None:
        super().tick(now)
        if now - self.beaten > self.heartbeat:
            self.beaten = now
            self.write(orjson.dumps({"type": "heartbeat", "applied": self.shown_so_far()}))

    def read(self, data: bytes) -> None:
        frame = orjson.loads(data)
        kind = frame["type"]
        if kind == "messages":
            self.show(frame["items"])
        elif kind == "ack":
            self.desk.acked(frame["client_id"])
        elif kind == "welcome":
            self.welcome(frame)
        elif kind == "refused":
            self.desk.failed(f"refused {frame['code']}")
        else:
            self.other(frame)

    def other(self, frame: dict[str, Any]) -> None:
        """Heartbeats, receipts, changes: what this side need not understand."""

    def welcome(self, frame: dict[str, Any]) -> None:
        self.heartbeat = frame["heartbeat"]
        self.epoch = frame["chats"].get(self.spec["chat"], {}).get("epoch")
        self.desk.ready(self)

    def show(self, items: list[dict[str, Any]]) -> None:
        for item in items:
            if item["seq"] <= self.last:
                continue
            if item["after"] != self.last:
                self.desk.failed("gap")
            self.last = item["seq"]
            if item["author"] != self.spec["author"]:
                self.heard_to(item["seq"])
                self.desk.shown(item["client_id"])


DIALECTS: dict[str, type[Peer]] = {
    "naive": NaivePeer,
    "socket.io": SocketIoPeer,
    "product": ProductPeer,
}
