"""Many sockets of the product that mostly listen: idle customers, returning ones, consoles."""

import asyncio
import time
from collections import Counter, defaultdict
from typing import Any

from picows import WSError

from benchmarks.dialects import Peer, ProductPeer
from benchmarks.figures import percentile


class Listener(ProductPeer):
    """A page that only listens; `target` is the seq that it waits to show."""

    desk: "Crowd"
    target: float = float("inf")

    def receipt(self, seq: int) -> None:
        """Listeners tell nothing: only their coming back is measured."""

    def show(self, items: list[dict[str, Any]]) -> None:
        super().show(items)
        if self.last >= self.target:
            self.target = float("inf")
            self.desk.caught_up()


class Console(Listener):
    """An agent's page: notes when each new chat was first heard of, and how often again."""

    def __init__(self, desk: "Crowd", spec: dict[str, Any]) -> None:
        super().__init__(desk, spec)
        self.heard_of: set[str] = set()

    def read(self, data: bytes) -> None:
        self.desk.received += 1
        super().read(data)

    def other(self, frame: dict[str, Any]) -> None:
        if frame["type"] != "chat.changed" or frame["version"] != 1:
            return
        if frame["chat"] in self.heard_of:
            self.desk.repeats += 1
            return
        self.heard_of.add(frame["chat"])
        self.desk.arrivals[frame["chat"]].append(time.monotonic())


class Served(Console):
    """An agent's page that waits to be given chats: notes when it shows each as his own."""

    def other(self, frame: dict[str, Any]) -> None:
        if frame["type"] != "chat.changed" or frame.get("agent") != self.spec["agent"]:
            return
        if frame["status"] == "assigned" and frame["chat"] not in self.heard_of:
            self.heard_of.add(frame["chat"])
            self.desk.arrivals[frame["chat"]].append(time.monotonic())


KINDS = {"customer": Listener, "console": Console, "served": Served}


class Crowd:
    """All of them, and what happens to them together."""

    def __init__(self, kind: type[Listener]) -> None:
        self.kind = kind
        self.peers: list[Listener] = []
        self.problems: Counter[str] = Counter()
        self.started = 0.0
        self.came: list[float] = []
        self.caught: list[float] = []
        self.expected = 0
        self.done = asyncio.Event()
        self.arrivals: defaultdict[str, list[float]] = defaultdict(list)
        self.received = self.repeats = 0

    def ready(self, peer: Peer) -> None:
        self.came.append(time.monotonic() - self.started)
        if not self.expected and len(self.came) == len(self.peers):
            self.done.set()

    def failed(self, what: str) -> None:
        self.problems[what] += 1

    def acked(self, key: str) -> None: ...

    def shown(self, key: str) -> None: ...

    def caught_up(self) -> None:
        self.caught.append(time.monotonic() - self.started)
        if len(self.caught) == self.expected:
            self.done.set()

    async def come(self, specs: list[dict[str, Any]], at_once: int) -> dict[str, Any]:
        """Connect all; the result once each is welcome."""
        self.peers = [self.kind(self, spec) for spec in specs]
        await self._connect(at_once)
        return self._result(sockets=len(self.peers), connects_per_second=self._rate(self.came))

    def drop(self) -> dict[str, Any]:
        """All vanish at the same moment."""
        for peer in self.peers:
            peer.drop()
        return {"dropped": len(self.peers)}

    async def come_back(self, missed: int, at_once: int) -> dict[str, Any]:
        """All return at the same moment, and wait until they show what they missed."""
        back = []
        for peer in self.peers:
            again = self.kind(self, {**peer.spec, "head": peer.last})
            again.target = peer.last + missed
            back.append(again)
        self.peers, self.expected = back, len(back)
        await self._connect(at_once)
        return self._result(
            sockets=len(self.peers),
            behind=len(self.peers) - len(self.caught),
            seconds=max(self.caught, default=float("inf")),
            welcome=[percentile(self.came, share) for share in (0.5, 0.99)],
            shown=[percentile(self.caught, share) for share in (0.5, 0.99)],
        )

    async def _connect(self, at_once: int) -> None:
        self.came, self.caught, self.done = [], [], asyncio.Event()
        turn = asyncio.Semaphore(at_once)
        self.started = time.monotonic()

        async def one(peer: Listener) -> None:
            async with turn:
                try:
                    await peer.connect()
                except (OSError, WSError) as fault:
                    self.failed(f"{type(fault).__name__}: {fault}")

        await asyncio.gather(*map(one, self.peers))
        try:
            await asyncio.wait_for(self.done.wait(), 60)
        except TimeoutError:
            self.failed("not all came")

    def heard(self) -> dict[str, Any]:
        """When each new chat reached which share of the consoles, and what came in all."""
        arrivals, self.arrivals = dict(self.arrivals), defaultdict(list)
        heard = {"received": self.received, "repeats": self.repeats}
        self.received = self.repeats = 0
        return self._result(arrivals=arrivals, **heard)

    def _rate(self, times: list[float]) -> float:
        return len(times) / max(times, default=float("inf"))

    def _result(self, **figures: Any) -> dict[str, Any]:
        problems, self.problems = dict(self.problems), Counter()
        return {**figures, "problems": problems}
