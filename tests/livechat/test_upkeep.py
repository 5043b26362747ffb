"""The loops that look after sockets and time: a fault costs a turn."""

import asyncio
import time

import pytest

from livechat import clock as clock_module
from livechat.clock import Clock
from livechat.consumers.process import Process
from livechat.realtime.bus import RedisBus
from livechat.realtime.hub import Delivery


@pytest.mark.asyncio
async def test_a_turn_that_fails_is_followed_by_the_next():
    turns = []

    async def work() -> None:
        turns.append(len(turns))
        raise KeyError(turns[-1])

    loop = asyncio.create_task(Process()._every(0.01, work))
    await asyncio.sleep(0.2)
    loop.cancel()

    assert len(turns) > 1


def test_a_tick_that_fails_is_followed_by_the_next(monkeypatch):
    ticks = []

    def fail() -> None:
        ticks.append(len(ticks))
        raise KeyError(ticks[-1])

    monkeypatch.setattr(clock_module, "DEADLINES", [fail])
    monkeypatch.setattr(clock_module, "TICK_SECONDS", 0.01)
    clock = Clock()
    clock.start()
    time.sleep(0.3)
    clock.stop()

    assert len(ticks) > 1


@pytest.mark.parametrize(
    "data", [b"not json", b"[1]", b'["other", [[["t"], "x", null, false, null, 1]]]']
)
def test_a_batch_of_the_bus_that_cannot_be_read_is_passed_over(data):
    heard: list[list[Delivery]] = []
    bus = RedisBus.__new__(RedisBus)
    bus.process, bus.hear = "this", heard.append

    bus._hear_one(data)
    bus._hear_one(b'["other", [[["t"], "x", null, false, null]]]')

    assert heard == [[Delivery(("t",), "x", None, False)]]
