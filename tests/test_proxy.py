"""The proxy of the product tests fails as it should."""

import socket
import threading
from collections.abc import Iterator

import pytest

from tests.proxy import Proxy


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """A proxy before a server that sends back what it gets."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve_echoes, args=[server], daemon=True).start()
        proxy = Proxy(server.getsockname()[1])
        yield proxy
        proxy.close()
        server.shutdown(socket.SHUT_RDWR)


def serve_echoes(server: socket.socket) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=echo, args=[connection], daemon=True).start()


def echo(connection: socket.socket) -> None:
    with connection:
        while data := connection.recv(65_536):
            connection.sendall(data)


def connect(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=2)


def is_dropped(client: socket.socket) -> bool:
    try:
        return client.recv(5) == b""
    except ConnectionResetError:
        return True


def test_it_passes_everything_and_then_the_end(proxy: Proxy) -> None:
    with connect(proxy) as client:
        client.sendall(b"x" * 300_000)
        client.shutdown(socket.SHUT_WR)

        received = b"".join(iter(lambda: client.recv(65_536), b""))

    assert len(received) == 300_000


def test_a_cut_drops_connections_and_refuses_new_ones(proxy: Proxy) -> None:
    with connect(proxy) as client:
        client.sendall(b"hello")
        assert client.recv(5) == b"hello"

        proxy.cut()

        assert is_dropped(client)
    with pytest.raises(ConnectionRefusedError):
        connect(proxy)


def test_a_cut_ends_what_was_stalled(proxy: Proxy) -> None:
    with connect(proxy) as client:
        proxy.stall()
        client.sendall(b"hello")

        proxy.cut()

        assert is_dropped(client)


def test_a_stall_holds_back_until_it_is_healed(proxy: Proxy) -> None:
    with connect(proxy) as client:
        client.settimeout(0.2)
        proxy.stall()
        client.sendall(b"hello")
        with pytest.raises(TimeoutError):
            client.recv(5)

        proxy.heal()
        client.settimeout(2)

        assert client.recv(5) == b"hello"


def test_healed_after_a_cut_it_takes_connections_at_the_same_address(proxy: Proxy) -> None:
    proxy.cut()

    proxy.heal()

    with connect(proxy) as client:
        client.sendall(b"hello")
        assert client.recv(5) == b"hello"
