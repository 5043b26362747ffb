"""Which page a handshake comes from, and which address."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http.request import validate_host

from tickets.models import network_of


def header(scope: Any, wanted: bytes) -> list[str]:
    """Every value of a header of the handshake."""
    return [value.decode("latin-1") for name, value in scope["headers"] if name == wanted]


def is_ours(scope: Any) -> bool:
    """Whether the page opening the socket is exactly ours: PUBLIC_URL's origin, else this host's.

    No Origin, two of them, `null`, another port or case: not ours.
    """
    origins, hosts = header(scope, b"origin"), header(scope, b"host")
    if len(origins) != 1 or len(hosts) != 1:
        return False
    if settings.PUBLIC_ORIGIN:
        return origins[0] == settings.PUBLIC_ORIGIN
    host = hosts[0]
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    if not validate_host(name, settings.ALLOWED_HOSTS):
        return False
    scheme = "https" if scope.get("scheme") == "wss" else "http"
    return origins[0] == f"{scheme}://{host}"


def address_of(scope: Any) -> str:
    """The peer's address, an IPv6 one by its /64: what limits count by."""
    client = scope.get("client")
    return network_of(client[0] if client else None)
