"""The sockets of this process, by topic, and the last marks that were published."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol

MARKS = 100_000


class Delivery(NamedTuple):
    """A frame, encoded once, for everybody on any of these topics.

    `mark` is (key, values): what the process remembers as published. `readmit` has the listeners
    ask anew what they may hear.
    """

    topics: tuple[str, ...]
    text: str
    mark: tuple[str, list[Any]] | None = None
    readmit: bool = False


class Listener(Protocol):
    """One socket, as the hub sees it."""

    def push(self, text: str) -> None: ...
    def readmit(self) -> None: ...


class Hub:
    """Who listens to what. Lives on its process's loop; `deliver_soon` comes from anywhere."""

    def __init__(self) -> None:
        self.listeners: defaultdict[str, set[Listener]] = defaultdict(set)
        self.marks: OrderedDict[str, list[Any]] = OrderedDict()
        self.loop: asyncio.AbstractEventLoop | None = None

    def join(self, listener: Listener, topics: Iterable[str]) -> None:
        for topic in topics:
            self.listeners[topic].add(listener)

    def leave(self, listener: Listener, topics: Iterable[str]) -> None:
        for topic in topics:
            self.listeners[topic].discard(listener)
            if not self.listeners[topic]:
                del self.listeners[topic]

    def deliver(self, deliveries: Iterable[Delivery]) -> None:
        """Hand each frame to its listeners, to each once. Never waits for any of them."""
        for delivery in deliveries:
            for listener in self._hearers(delivery.topics):
                if delivery.readmit:
                    listener.readmit()
                else:
                    listener.push(delivery.text)
            if delivery.mark:
                self.remember(*delivery.mark)

    def deliver_soon(self, deliveries: Iterable[Delivery]) -> None:
        """`deliver`, from any thread."""
        if self.loop and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.deliver, deliveries)

    def remember(self, key: str, mark: list[Any]) -> None:
        """Keep the newest mark: version first, then how far its numbers have come."""
        known = self.marks.get(key)
        if known and known[0] >= mark[0]:
            newest = known if known[0] > mark[0] else mark
            mark = [newest[0], max(known[1], mark[1]), max(known[2], mark[2]), *newest[3:]]
        self.marks[key] = mark
        self.marks.move_to_end(key)
        if len(self.marks) > MARKS:
            self.marks.popitem(last=False)

    def _hearers(self, topics: tuple[str, ...]) -> set[Listener]:
        if len(topics) == 1:
            return set(self.listeners.get(topics[0], ()))
        return set().union(*(self.listeners.get(topic, ()) for topic in topics))
