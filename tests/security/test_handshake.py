"""CSWSH: a socket opens for a page of exactly our origin, and for nobody else's."""

from __future__ import annotations

from typing import Any

import pytest

from livechat.consumers.process import process
from tests.security.sockets import HOST, ORIGIN, Sockets
from tests.security.world import World

PATHS = ["/ws/customer/", "/ws/console/", "/ws/company/"]
FOREIGN = [
    None, "", "null", "http://evil.example", "https://127.0.0.1:8000", "http://127.0.0.1",
    "http://127.0.0.1:80", "http://127.0.0.1:8001", "http://127.0.0.1:8000/", "http://127.0.0.1:8000.",
    "http://127.0.0.1.:8000", "http://127.0.0.1:8000.evil.example", "http://sub.127.0.0.1:8000",
    "http://evil.example#http://127.0.0.1:8000", "http://127.0.0.1:8000@evil.example",
    "HTTP://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000", "ws://127.0.0.1:8000",
    "file://", "chrome-extension://127.0.0.1:8000", "127.0.0.1:8000", "*", " http://127.0.0.1:8000",
    "http://127.0.0.1:8000, http://evil.example", "http://evil.example http://127.0.0.1:8000",
    "http://2130706433:8000", "http://0x7f.1:8000", "http://127.1:8000", "http://127.0.0.1:08000",
]  # fmt: skip
PUBLIC = "https://desk.example.com"
FOREIGN_TO_PUBLIC = [
    None, "null", "http://desk.example.com", "https://desk.example.com:443", "https://desk.example.com.",
    "https://DESK.example.com", "https://evil.desk.example.com", "https://example.com",
    "https://desk.example.com.evil.example", "https://desk.example.com:8443",
    "https://xn--desk-9cd.example.com", "https://d\u0435sk.example.com", "https://desk。example.com",
    "https://desk.example.com,https://evil.example", "https://desk.example.com/", ORIGIN,
]  # fmt: skip


def refused(wire: Any) -> bool:
    return not wire.accepted and wire.closed_with == 4403 and not wire.texts


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("origin", FOREIGN, ids=repr)
def test_another_origin_opens_no_socket(sockets: Sockets, path: str, origin: str | None) -> None:
    assert refused(sockets.open(path, origin=origin))
    assert not process.sockets


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("origin", FOREIGN_TO_PUBLIC, ids=repr)
def test_with_a_public_url_its_origin_alone_opens_one(
    sockets: Sockets, settings: Any, path: str, origin: str | None
) -> None:
    settings.PUBLIC_ORIGIN = PUBLIC

    assert refused(sockets.open(path, origin=origin, host="desk.example.com"))
    assert sockets.open(path, origin=PUBLIC, host="desk.example.com").accepted


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "", "127.0.0.1.evil.example"]
)
def test_a_host_that_is_not_ours_opens_none(sockets: Sockets, path: str, host: str) -> None:
    """What a page whose name was bound to our address would send."""
    assert refused(sockets.open(path, origin=f"http://{host}", host=host))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", [b"origin", b"host"])
def test_two_origins_or_two_hosts_open_none(sockets: Sockets, path: str, name: bytes) -> None:
    value = ORIGIN.encode() if name == b"origin" else HOST.encode()

    assert refused(sockets.open(path, more=((name, value),)))


@pytest.mark.parametrize("path", ["/", "/ws/", "/ws/customer", "/ws/console/x", "/api/v1/chats/"])
def test_there_is_no_socket_elsewhere(sockets: Sockets, path: str) -> None:
    assert refused(sockets.open(path))


def test_our_page_opens_both(sockets: Sockets) -> None:
    assert all(sockets.open(path).accepted for path in PATHS)
    assert sockets.open(PATHS[0], host="localhost:8000", origin="http://localhost:8000").accepted


def test_a_customers_socket_reads_no_cookie(world: World, sockets: Sockets) -> None:
    wire = sockets.open("/ws/customer/", cookie=f"sid={world.people['agent'].session}")

    wire.send(type="hello")

    assert wire.closed_with == 4401


def test_a_console_socket_reads_no_token(world: World, sockets: Sockets) -> None:
    wire = sockets.open("/ws/console/")

    wire.send(type="hello", token=world.people["customer A"].token)

    assert wire.closed_with == 4401


def test_a_token_in_the_address_is_not_looked_at(world: World, sockets: Sockets) -> None:
    token = world.people["customer A"].token

    assert refused(sockets.open(f"/ws/customer/{token}/"))


@pytest.mark.parametrize(
    "cookie", ["a,b=c", "(=1", "a@b=c; sid=x", "sid", "=", ";;;", "sid=" + "x" * 5_000, "\xff=\xfe"]
)
def test_a_cookie_that_cannot_be_read_takes_no_room(sockets: Sockets, cookie: str) -> None:
    wire = sockets.open("/ws/console/", cookie=cookie)
    assert wire.accepted
    wire.close()

    assert wire.task.exception() is None
    assert not process.sockets
    assert not +process.addresses
    assert not +process.unknown


def test_sockets_are_limited_by_address_before_they_say_hello(
    sockets: Sockets, settings: Any
) -> None:
    settings.SOCKET_LIMITS = {**settings.SOCKET_LIMITS, "before_hello_per_address": 3}

    opened = [sockets.open("/ws/customer/").accepted for _ in range(5)]

    assert opened == [True, True, True, False, False]


def test_a_person_has_so_many_pages_and_no_more(
    world: World, sockets: Sockets, settings: Any
) -> None:
    settings.SOCKET_LIMITS = {**settings.SOCKET_LIMITS, "pages_per_person": 2}

    wires = [sockets.customer(world.people["customer A"].token) for _ in range(3)]

    assert [wire.closed_with for wire in wires] == [None, None, 4429]
