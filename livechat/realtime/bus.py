"""The other processes: plain Redis pub/sub, from threads. An alarm bell; nothing depends on it."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import orjson
import redis

from livechat.realtime.hub import Delivery

logger = logging.getLogger(__name__)

WAITING = 10_000
JOINED = 500
SOCKET_SECONDS = 2.0
RETRY_SECONDS = 0.5
QUIET_SECONDS = 2


class NullBus:
    """One process, nobody else to tell."""

    healthy = True

    def publish(self, deliveries: Sequence[Delivery]) -> None: ...

    def close(self) -> None: ...


class RedisBus:
    """Publishes joined batches on one channel and hears those of the others.

    `publish` only appends to a bounded deque: without Redis the oldest goes, the sweep repairs.
    """

    def __init__(self, url: str, channel: str, hear: Callable[[list[Delivery]], None]) -> None:
        self.url = url
        self.channel = channel
        self.hear = hear
        self.process = secrets.token_hex(8)
        self.waiting: deque[Delivery] = deque(maxlen=WAITING)
        self.bell = threading.Event()
        self.closed = False
        self.publishing = self.listening = False
        self.threads = [
            threading.Thread(target=self._keep, args=(role,), name=name, daemon=True)
            for role, name in [(self._publish_waiting, "bus-out"), (self._listen, "bus-in")]
        ]
        for thread in self.threads:
            thread.start()

    @property
    def healthy(self) -> bool:
        return self.publishing and self.listening

    def publish(self, deliveries: Sequence[Delivery]) -> None:
        """Tell the other processes, soon. From any thread; returns at once."""
        self.waiting.extend(deliveries)
        self.bell.set()

    def close(self) -> None:
        self.closed = True
        self.bell.set()

    def _client(self) -> redis.Redis:
        return redis.Redis.from_url(
            self.url,
            socket_timeout=SOCKET_SECONDS,
            socket_connect_timeout=SOCKET_SECONDS,
            retry_on_timeout=False,
        )

    def _keep(self, role: Callable[[redis.Redis], None]) -> None:
        """Do the work; after a fault of Redis connect anew, as long as the process lives."""
        while not self.closed:
            try:
                with self._client() as client:
                    client.ping()
                    role(client)
            except (redis.RedisError, OSError) as fault:
                logger.warning("bus: %s", type(fault).__name__)
                time.sleep(RETRY_SECONDS)

    def _publish_waiting(self, client: redis.Redis) -> None:
        self.publishing = True
        try:
            while not self.closed:
                self.bell.wait(timeout=1.0)
                self.bell.clear()
                while self.waiting:
                    batch = [self.waiting.popleft() for _ in range(min(JOINED, len(self.waiting)))]
                    client.publish(
                        self.channel,
                        orjson.dumps([self.process, [list(delivery) for delivery in batch]]),
                    )
        finally:
            self.publishing = False

    def _listen(self, client: redis.Redis) -> None:
        with client.pubsub(ignore_subscribe_messages=True) as heard:
            heard.subscribe(self.channel)
            self.listening = True
            try:
                self._hear_all(heard)
            finally:
                self.listening = False

    def _hear_all(self, heard: Any) -> None:
        quiet = 0
        while not self.closed:
            message = heard.get_message(timeout=1.0)
            if message is None:
                quiet += 1
                if quiet == QUIET_SECONDS:
                    heard.ping()
                if quiet == 2 * QUIET_SECONDS:  # A peer that vanished answers nothing.
                    raise redis.TimeoutError
                continue
            quiet = 0
            if message["type"] == "message":
                self._hear_one(message["data"])

    def _hear_one(self, data: bytes) -> None:
        try:
            process, batch = orjson.loads(data)
            deliveries = [_delivery(*raw) for raw in batch]
        except (ValueError, TypeError):
            logger.warning("bus: a batch that cannot be read")
            return
        if process != self.process:
            self.hear(deliveries)


def _delivery(
    topics: list[str], text: str, mark: list[Any] | None, readmit: bool, after: int | None
) -> Delivery:
    return Delivery(tuple(topics), text, (mark[0], mark[1]) if mark else None, readmit, after)
