"""Sockets of this process and the way to the other processes. Knows nothing of chats."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence

from django.conf import settings

from livechat.realtime.bus import NullBus, RedisBus
from livechat.realtime.hub import Delivery, Hub
from livechat.realtime.writer import Writer

__all__ = ["Delivery", "Hub", "Writer", "bus", "deliver", "hub", "start", "stop"]

#: Raised with every change of what processes tell each other: old and new ones do not talk.
WIRE = 3

hub = Hub()
_bus: NullBus | RedisBus | None = None


def bus() -> NullBus | RedisBus:
    """The way to the other processes; made when first needed."""
    global _bus  # one a process
    if _bus is None:
        _bus = _connected() if settings.REDIS_URL else NullBus()
    return _bus


def start() -> None:
    """Serve the sockets of the running loop. May be called any number of times."""
    hub.loop = asyncio.get_running_loop()
    bus()


def stop() -> None:
    """Forget loop and bus."""
    global _bus
    hub.loop = None
    if _bus:
        _bus.close()
        _bus = None


def deliver(deliveries: Sequence[Delivery]) -> None:
    """Hand encoded frames to the listeners everywhere. From any thread; no waiting, no I/O."""
    hub.deliver_soon(deliveries)
    bus().publish(deliveries)


def _connected() -> RedisBus:
    name = hashlib.sha256(settings.SECRET_KEY.encode()).hexdigest()[:12]
    return RedisBus(settings.REDIS_URL, f"parley:{WIRE}:{name}", hub.deliver_soon)
