"""The two workloads of the message path: one message under way in each chat, and a steady rate."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

from benchmarks.dialects import Peer
from benchmarks.figures import percentile

BODY = "It happens since this morning: the mail program asks for the password again and again."
Mark = Callable[[str], None]


class Flight:
    """A message under way: when it was due, when it was acked and shown."""

    __slots__ = ("acked", "chat", "due", "shown")

    def __init__(self, chat: "Chat", due: float) -> None:
        self.chat = chat
        self.due = due
        self.acked = self.shown = 0.0


class Chat:
    """A customer and an agent, who write in turn."""

    def __init__(self, sides: tuple[Peer, Peer]) -> None:
        self.sides = sides
        self.turn = 0

    def post(self, key: str) -> None:
        self.sides[self.turn].post(key, BODY)
        self.turn = 1 - self.turn


class Pairs:
    """All chats of a load, and what is under way in them."""

    def __init__(self) -> None:
        self.chats: list[Chat] = []
        self.waiting: set[Peer] = set()
        self.all_ready = asyncio.Event()
        self.flights: dict[str, Flight] = {}
        self.problems: Counter[str] = Counter()
        self.acks: list[float] = []
        self.deliveries: list[float] = []
        self.window = (0.0, 0.0)
        self.landed = 0
        self.closed_loop = False
        self.number = 0

    async def connect(self, sides: list[tuple[Peer, Peer]], at_once: int = 50) -> None:
        peers = [peer for pair in sides for peer in pair]
        self.waiting = set(peers)
        turn = asyncio.Semaphore(at_once)

        async def one(peer: Peer) -> None:
            async with turn:
                await peer.connect()

        await asyncio.gather(*map(one, peers))
        await asyncio.wait_for(self.all_ready.wait(), 60)
        self.chats = [Chat(pair) for pair in sides]

    def ready(self, peer: Peer) -> None:
        self.waiting.discard(peer)
        if not self.waiting:
            self.all_ready.set()

    def failed(self, what: str) -> None:
        self.problems[what] += 1

    def acked(self, key: str) -> None:
        flight = self.flights.get(key)
        if flight is not None:
            flight.acked = time.monotonic()
            if flight.shown:
                self.land(key, flight)

    def shown(self, key: str) -> None:
        flight = self.flights.get(key)
        if flight is not None:
            flight.shown = time.monotonic()
            if flight.acked:
                self.land(key, flight)

    def land(self, key: str, flight: Flight) -> None:
        del self.flights[key]
        if self.window[0] <= flight.due < self.window[1]:
            self.acks.append(flight.acked - flight.due)
            self.deliveries.append(flight.shown - flight.due)
        if self.window[0] <= max(flight.acked, flight.shown) < self.window[1]:
            self.landed += 1
        if self.closed_loop:
            self.launch(flight.chat, time.monotonic())

    def launch(self, chat: Chat, due: float) -> None:
        self.number += 1
        key = f"message-{self.number:08d}"
        self.flights[key] = Flight(chat, due)
        chat.post(key)

    def open_window(self, warm: float, seconds: float) -> tuple[float, float]:
        self.acks, self.deliveries, self.landed = [], [], 0
        start = time.monotonic() + warm
        self.window = (start, start + seconds)
        return self.window

    def result(self, **more: Any) -> dict[str, Any]:
        seconds = self.window[1] - self.window[0]
        problems, self.problems = dict(self.problems), Counter()
        return {
            "messages": self.landed,
            "rate": self.landed / seconds,
            "ack": [percentile(self.acks, share) for share in (0.5, 0.99)],
            "delivery": [percentile(self.deliveries, share) for share in (0.5, 0.99)],
            "problems": problems,
            **more,
        }


async def closed(pairs: Pairs, mark: Mark, *, warm: float, seconds: float) -> dict[str, Any]:
    """In each chat the next message leaves once the last one is acked and delivered."""
    start, end = pairs.open_window(warm, seconds)
    pairs.closed_loop = True
    for chat in pairs.chats:
        pairs.launch(chat, time.monotonic())
    await asyncio.sleep(start - time.monotonic())
    mark("start")
    await asyncio.sleep(end - time.monotonic())
    mark("end")
    pairs.closed_loop = False
    stalled = sum(flight.due < time.monotonic() - 5 for flight in pairs.flights.values())
    lost = await _drain(pairs)
    return pairs.result(stalled=stalled, lost=lost)


async def open_loop(
    pairs: Pairs, mark: Mark, *, rate: float, warm: float, seconds: float
) -> dict[str, Any]:
    """Messages leave at a steady rate, whatever comes back; late ones count from when due."""
    start, end = pairs.open_window(warm, seconds)
    turns = cycle(pairs.chats)
    dues = _dues(start - warm, end, rate)
    due = next(dues, None)
    marked = overrun = False
    while due is not None and not overrun:
        now = time.monotonic()
        if not marked and now >= start:
            mark("start")
            marked = True
        while due is not None and due <= now:
            pairs.launch(next(turns), due)
            due = next(dues, None)
        overrun = len(pairs.flights) > max(2 * rate, 200)
        await asyncio.sleep(0.001)
    if not marked:
        mark("start")
    mark("end")
    lost = await _drain(pairs)
    return pairs.result(asked=rate, overrun=overrun, lost=lost)


def _dues(start: float, end: float, rate: float) -> Iterator[float]:
    return (start + number / rate for number in range(int((end - start) * rate)))


async def _drain(pairs: Pairs, seconds: float = 15) -> int:
    """Wait for what is under way; what does not come is lost."""
    until = time.monotonic() + seconds
    while pairs.flights and time.monotonic() < until:  # noqa: ASYNC110  # rarely, and short
        await asyncio.sleep(0.05)
    lost = len(pairs.flights)
    pairs.flights.clear()
    return lost
