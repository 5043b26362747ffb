"""The sockets of this process, by topic, and the last marks that were published."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol

MARKS = 100_000


class Delivery(NamedTuple):
    """A frame, encoded once, for everybody on any of these topics.

    `mark` is (key, values): what the process remembers as published. `after` is the number that
    this frame's numbered lines follow; None when it tells the state. `readmit` has the listeners
    ask anew what they may hear.
    """

    topics: tuple[str, ...]
    text: str
    mark: tuple[str, list[Any]] | None = None
    readmit: bool = False
    after: int | None = None


class Listener(Protocol):
    """One socket, as the hub sees it."""

    def push(self, text: str) -> None: ...
    def noticed(self, key: str, mark: list[Any]) -> None: ...
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
                    continue
                if delivery.mark and delivery.after is None:
                    listener.noticed(*delivery.mark)
                listener.push(delivery.text)
            if delivery.mark:
                self.follow(*delivery.mark, delivery.after)

    def deliver_soon(self, deliveries: Iterable[Delivery]) -> None:
        """`deliver`, from any thread."""
        if self.loop and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.deliver, deliveries)

    def follow(self, key: str, mark: list[Any], after: int | None) -> None:
        """Take from a live frame what it told, and no more: a hole stays, so that it is repaired.

        Lines move the numbers when they follow what is known, a told state moves all the rest.
        What is not known at all begins with line 1; else somebody has to read it first.
        """
        known = self.marks.get(key)
        if known is None:
            if after == 0:
                self._keep(key, [0, *mark[1:]])
        elif after is None:
            if mark[0] >= known[0]:
                self._keep(key, [mark[0], known[1], known[2], *mark[3:]])
        elif after <= known[1] < mark[1]:
            same = mark[0] == known[0]
            self._keep(key, mark if same else [known[0], mark[1], mark[2], *known[3:]])

    def learn(self, key: str, mark: list[Any]) -> None:
        """Take what was read for one page. The others may miss something still: it stays a hole."""
        known = self.marks.get(key)
        if known is None:
            self._keep(key, mark)
        elif mark[0] > known[0]:
            self._keep(key, [*known[:3], *mark[3:]])

    def remember(self, key: str, mark: list[Any]) -> None:
        """Take what everybody here was told: version first, then how far its numbers have come."""
        known = self.marks.get(key)
        if known and known[0] >= mark[0]:
            newest = known if known[0] > mark[0] else mark
            mark = [newest[0], max(known[1], mark[1]), max(known[2], mark[2]), *newest[3:]]
        self._keep(key, mark)

    def _keep(self, key: str, mark: list[Any]) -> None:
        self.marks[key] = mark
        self.marks.move_to_end(key)
        if len(self.marks) > MARKS:
            self.marks.popitem(last=False)

    def _hearers(self, topics: tuple[str, ...]) -> set[Listener]:
        if len(topics) == 1:
            return set(self.listeners.get(topics[0], ()))
        return set().union(*(self.listeners.get(topic, ()) for topic in topics))
