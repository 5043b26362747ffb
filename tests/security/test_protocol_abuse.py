"""WS-FUZZ below the frames, and sessions that end: against a real server, by a real socket."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import socket
import struct
import time
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.product import Product, Workshop

pytestmark = pytest.mark.product

ROWS = """
import json
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from livechat.models import Agent, Queue
from livechat.services.intake import start_chat
from tickets.models import Company, Customer
from tickets.services.identity import customer_token
company = Company.objects.create(name="Abused", external_key="abused")
customer = Customer.objects.create(company=company)
chat, _ = start_chat(customer.pk, client_id="abuse-0001", question="Still there?")
user = get_user_model().objects.create_user("a@desk.example", "x", name="A")
user.groups.add(Group.objects.get(name="Agent"))
agent = Agent.objects.create(user=user)
agent.queues.add(Queue.objects.get(is_default=True, company=None))
browsers = [Client() for _ in range(4)]
[browser.force_login(user) for browser in browsers]
print(json.dumps({"token": customer_token(customer), "chat": chat.public_id,
    "customer": customer.pk, "user": user.pk, "sessions": [
    each.cookies["sid"].value for each in browsers]}))
"""
CLOSE_SECONDS = 5.0


class Victim:
    """The server, and somebody's credentials on it."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.port = product.servers[0].port
        said = product.run(ROWS)
        self.rows: dict[str, Any] = json.loads(said.strip().splitlines()[-1])

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self, path: str = "/ws/customer/", **headers: str) -> ClientConnection:
        return connect(
            f"ws://127.0.0.1:{self.port}{path}",
            origin=self.origin,
            additional_headers=headers,
            compression=None,
            max_size=None,
            close_timeout=1,
            legacy=True,
        )  # type: ignore[arg-type]

    def customer(self) -> ClientConnection:
        wire = self.open()
        wire.send(json.dumps({"type": "hello", "token": self.rows["token"]}))
        assert json.loads(wire.recv(timeout=10))["type"] == "welcome"
        return wire

    def console(self, session: str) -> ClientConnection:
        wire = self.open("/ws/console/", Cookie=f"sid={session}")
        wire.send(json.dumps({"type": "hello"}))
        assert json.loads(wire.recv(timeout=10))["type"] == "welcome"
        return wire

    def raw(self, more: str = "") -> socket.socket:
        """A connection that has shaken hands, and from now on says whatever bytes we like."""
        wire = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        key = base64.b64encode(os.urandom(16)).decode()
        wire.sendall(
            f"GET /ws/customer/ HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Origin: {self.origin}\r\n{more}\r\n".encode()
        )
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += wire.recv(4096)
        assert b" 101 " in answer
        assert b"permessage-deflate" not in answer
        return wire

    def still_serves(self) -> None:
        """The next honest frame is answered."""
        with self.customer() as wire:
            wire.send(json.dumps({"type": "history", "chat": self.rows["chat"], "after": 0}))
            assert json.loads(wire.recv(timeout=10))["items"][0]["body"] == "Still there?"


@pytest.fixture(scope="module")
def victim(product_workshop: Workshop) -> Iterator[Victim]:
    with Product(product_workshop, processes=1, database="sqlite", env={}) as product:
        it = Victim(product)
        yield it
        loud = [line for line in product.logs().splitlines() if '"level": "warning"' not in line]
        loud = [line for line in loud if '"level": "info"' not in line and line.strip()]
        assert not loud, "\n".join(loud)


@pytest.fixture(autouse=True)
def _it_still_serves(victim: Victim) -> Iterator[None]:
    yield
    victim.still_serves()


def closed(wire: ClientConnection) -> int:
    """The code with which the server closed."""
    with contextlib.suppress(ConnectionClosed):
        while True:
            said = json.loads(wire.recv(timeout=15))
            assert said["type"] in {"refused", "bye", "access.changed"}, said
    assert wire.close_code is not None
    return wire.close_code


def frame(opcode: int, data: bytes = b"", *, end: bool = True, reserved: int = 0) -> bytes:
    """One frame as RFC 6455 has it, masked with zeros."""
    size = len(data)
    first = (0x80 if end else 0) | reserved << 4 | opcode
    if size < 126:
        head = struct.pack("!BB", first, 0x80 | size)
    elif size < 65536:
        head = struct.pack("!BBH", first, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", first, 0x80 | 127, size)
    return head + bytes(4) + data


def answer_to(wire: socket.socket, *sent: bytes) -> int | None:
    """The close code that comes of these bytes; None when the connection just ended."""
    with contextlib.suppress(OSError):
        for each in sent:
            wire.sendall(each)
    heard = b""
    with contextlib.suppress(OSError):
        while more := wire.recv(65536):
            heard += more
            at = heard.find(b"\x88")  # All else that it says is ASCII.
            if at >= 0 and len(heard) >= at + 4:
                return int(struct.unpack("!H", heard[at + 2 : at + 4])[0])
    return None


def test_a_frame_too_large_ends_with_1009(victim: Victim) -> None:
    with victim.customer() as wire:
        wire.send("x" * 65_537)
        assert closed(wire) == 1009


def test_fragments_that_grow_too_large_end_with_1009(victim: Victim) -> None:
    with victim.raw() as wire:
        pieces = [frame(1, b"x" * 1000, end=False), *[frame(0, b"x" * 1000, end=False)] * 80]
        assert answer_to(wire, *pieces) == 1009


def test_a_frame_that_promises_too_much_is_not_waited_for(victim: Victim) -> None:
    with victim.raw() as wire:
        assert answer_to(wire, struct.pack("!BBQ", 0x81, 0xFF, 2**62)) in {1002, 1009}


def test_the_largest_frame_is_read(victim: Victim) -> None:
    with victim.customer() as wire:
        wire.send("x" * 65_536)
        assert json.loads(wire.recv(timeout=10))["code"] == "bad_frame"


def test_ten_thousand_tiny_frames_end_as_a_flood(victim: Victim) -> None:
    with victim.customer() as wire:
        with contextlib.suppress(ConnectionClosed):
            for _ in range(10_000):
                wire.send("{")
        assert closed(wire) == 4429


def test_a_text_in_a_thousand_fragments_is_one_frame(victim: Victim) -> None:
    with victim.customer() as wire:
        wire.send(list('{"type":"heartbeat","applied":{}}' + " " * 1000))
        assert json.loads(wire.recv(timeout=10))["type"] == "heartbeat"


def test_bytes_are_refused(victim: Victim) -> None:
    with victim.customer() as wire:
        wire.send(os.urandom(500))
        assert json.loads(wire.recv(timeout=10))["code"] == "bad_frame"


def test_pings_are_answered_and_nothing_more(victim: Victim) -> None:
    with victim.customer() as wire:
        for _ in range(2_000):
            wire.ping()
        wire.send(json.dumps({"type": "heartbeat"}))
        assert json.loads(wire.recv(timeout=20))["type"] == "heartbeat"


@pytest.mark.parametrize(
    ("sent", "codes"),
    [
        ([frame(1, b"\xff\xfe\xc0\x80")], {1007}),
        ([frame(1, b"\xed\xa0\x80")], {1007}),  # a lone surrogate in UTF-8
        ([frame(0, b"x")], {1002}),
        ([frame(1, b"x", end=False), frame(1, b"x")], {1002}),
        ([frame(3, b"x")], {1002}),
        ([frame(11, b"x")], {1002}),
        ([frame(9, b"x" * 126)], {1002}),
        ([frame(9, b"x", end=False)], {1002}),
        ([frame(1, b"x", reserved=4)], {1002}),  # compressed, though nobody agreed to it
        ([frame(1, b"x", reserved=7)], {1002}),
        ([b"\x81\x05hello"], {1002}),  # without a mask
        ([b"GET / HTTP/1.1\r\n\r\n" * 10], {1002, 1007, 1009, None}),
    ],
    ids=range(12),
)
def test_a_broken_protocol_ends_the_connection(
    victim: Victim, sent: list[bytes], codes: set[int | None]
) -> None:
    with victim.raw() as wire:
        assert answer_to(wire, *sent) in codes


def test_every_close_code_is_taken(victim: Victim) -> None:
    odd = [0, 1, 999, 1000, 1004, 1005, 1006, 1012, 1015, 2999, 3000, 4401, 4999, 5000, 65535]
    for code in odd:
        with victim.raw() as wire:
            assert answer_to(wire, frame(8, struct.pack("!H", code))) in {code, 1000, 1002}
    with victim.raw() as wire:
        assert answer_to(wire, frame(8, b"\x03")) == 1002
    with victim.raw() as wire:
        assert answer_to(wire, frame(8, struct.pack("!H", 1000) + b"\xff")) in {1002, 1007}


def test_compression_is_not_agreed_to(victim: Victim) -> None:
    offer = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
    with victim.raw(offer) as wire:
        bomb = b"\xec\xc1\x01\x01\x00\x00\x00\x80\x90\xfe\xaf\xee\x08\n" + b"\x00" * 60_000
        assert answer_to(wire, frame(1, bomb, reserved=4)) == 1002


def test_a_fragment_that_never_ends_is_let_go(victim: Victim) -> None:
    """It has not said hello, and who says none in five seconds goes."""
    with victim.raw() as wire:
        wire.settimeout(15)
        assert answer_to(wire, frame(1, b"{", end=False)) == 4403


@pytest.mark.parametrize("cookie", ["a,b=c", "(=1", "sid=" + "x" * 4000])
def test_a_cookie_that_cannot_be_read_is_no_fault(victim: Victim, cookie: str) -> None:
    with victim.open("/ws/console/", Cookie=cookie) as wire:
        wire.send('{"type":"hello"}')
        assert closed(wire) == 4401


@pytest.mark.parametrize("path", ["/", "/ws/", "/elsewhere/"])
def test_a_handshake_elsewhere_is_refused(victim: Victim, path: str) -> None:
    with pytest.raises(Exception, match="403"), victim.open(path):
        pass


def test_no_answer_says_what_serves_it(victim: Victim) -> None:
    with socket.create_connection(("127.0.0.1", victim.port), timeout=10) as wire:
        wire.sendall(f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{victim.port}\r\n\r\n".encode())
        assert b"\r\nserver:" not in wire.recv(4096).lower()


ENDS = {
    "signed out": "from django.contrib.sessions.models import Session as S; S(pk={0!r}).delete()",
    "password": "u.set_password('y'); u.save()",
    "deactivated": "u.is_active = False; u.save()",
}


@pytest.mark.parametrize(("number", "end"), list(enumerate(ENDS)))
def test_what_ends_a_session_ends_its_socket_within_five_seconds(
    victim: Victim, number: int, end: str
) -> None:
    key = victim.rows["sessions"][number]
    if end == "deactivated":  # The password has ended the others.
        make = "from django.test import Client; c = Client(); c.force_login(u); "
        key = staff(victim, make + "print(c.cookies['sid'].value)").split()[-1]
    with victim.console(key) as wire:
        staff(victim, ENDS[end].format(key))
        since = time.monotonic()

        assert closed(wire) in {4401, 4403}
        assert time.monotonic() - since < CLOSE_SECONDS


def staff(victim: Victim, code: str) -> str:
    user = f"from tickets.models import User; u = User.objects.get(pk={victim.rows['user']}); "
    return victim.product.run(user + code)


def test_a_raised_epoch_ends_the_customers_socket_within_five_seconds(victim: Victim) -> None:
    raised = "from tickets.services.identity import revoke_tokens as r, customer_token as t; "
    raised += f"from tickets.models import Customer as C; r({victim.rows['customer']}); "
    raised += f"print(t(C.objects.get(pk={victim.rows['customer']})))"
    with victim.customer() as wire:
        token = victim.product.run(raised).split()[-1]
        since = time.monotonic()

        assert closed(wire) == 4401
        assert time.monotonic() - since < CLOSE_SECONDS
    victim.rows["token"] = token
