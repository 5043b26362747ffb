"""The way to the other processes, over a real Redis that comes and goes."""

import time
from collections.abc import Callable, Iterator
from importlib import import_module

import pytest

from livechat.realtime.bus import WAITING, NullBus, RedisBus
from livechat.realtime.hub import Delivery
from tests.services import Redis, redis

MODULE = import_module("livechat.realtime.bus")
HELLO = Delivery(("agent.1", "queue.1"), '{"type":"x"}', ("chat", [1, 2, 3, None, True]))


class Process:
    """One bus and what it heard."""

    def __init__(self, url: str, channel: str = "parley:test") -> None:
        self.heard: list[Delivery] = []
        self.bus = RedisBus(url, channel, self.heard.extend)


def eventually(condition: Callable[[], object]) -> None:
    """Wait until it is so; a test that waits in vain fails."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def repeat_until_heard(sender: Process, hearer: Process, text: str) -> None:
    """Publish again and again: what is said to a broken connection may be lost."""

    def heard() -> bool:
        sender.bus.publish([Delivery(("agent.1",), text)])
        return any(delivery.text == text for delivery in hearer.heard)

    eventually(heard)


@pytest.fixture(scope="module")
def service() -> Iterator[Redis]:
    with redis() as started:
        yield started


@pytest.fixture
def processes(service: Redis) -> Iterator[Callable[..., Process]]:
    made: list[Process] = []

    def start(**options: str) -> Process:
        made.append(Process(service.url, **options))
        eventually(lambda: made[-1].bus.healthy)
        return made[-1]

    yield start
    for each in made:
        each.bus.close()
    for thread in [thread for each in made for thread in each.bus.threads]:
        thread.join(10)
        assert not thread.is_alive()


def test_what_one_process_publishes_the_others_hear_whole(processes):
    here, there, elsewhere = processes(), processes(), processes()

    here.bus.publish([HELLO])
    eventually(lambda: there.heard and elsewhere.heard)

    (delivery,) = there.heard
    assert (delivery.topics, delivery.text) == (HELLO.topics, HELLO.text)
    assert delivery.mark == ("chat", [1, 2, 3, None, True])


def test_a_process_does_not_hear_itself(processes):
    here, there = processes(), processes()

    here.bus.publish([HELLO])
    there.bus.publish([Delivery(("agent.1",), "answer")])
    eventually(lambda: there.heard and here.heard)

    assert [delivery.text for delivery in here.heard] == ["answer"]


def test_frames_cross_in_the_order_they_were_published(processes):
    here, there = processes(), processes()
    texts = [str(n) for n in range(2000)]

    for text in texts:
        here.bus.publish([Delivery(("agent.1",), text)])
    eventually(lambda: len(there.heard) == len(texts))

    assert [delivery.text for delivery in there.heard] == texts


def test_a_wish_to_be_admitted_anew_crosses(processes):
    here, there = processes(), processes()

    here.bus.publish([Delivery(("agent.1",), "access", None, True)])
    eventually(lambda: there.heard)

    assert there.heard[0].readmit is True


def test_installations_that_share_a_redis_do_not_hear_each_other(processes):
    here, there, foreign = processes(), processes(), processes(channel="parley:other")

    here.bus.publish([HELLO])
    eventually(lambda: there.heard)

    assert foreign.heard == []


def test_publishing_to_a_redis_that_hangs_returns_and_its_memory_is_bounded(processes, service):
    here = processes()
    service.pause()
    try:
        for n in range(2 * WAITING):
            here.bus.publish([Delivery(("agent.1",), str(n))])

        assert len(here.bus.waiting) <= WAITING
        eventually(lambda: not here.bus.healthy)
    finally:
        service.resume()


def test_a_redis_that_no_longer_answers_is_noticed_by_who_only_listens(
    processes, service, monkeypatch
):
    monkeypatch.setattr(MODULE, "QUIET_SECONDS", 1)
    here = processes()
    service.pause()
    try:
        eventually(lambda: not here.bus.listening)
    finally:
        service.resume()


def test_a_quiet_redis_is_asked_and_its_answer_is_enough(processes, monkeypatch, caplog):
    monkeypatch.setattr(MODULE, "QUIET_SECONDS", 1)
    here, there = processes(), processes()

    time.sleep(3.5)
    there.bus.publish([HELLO])
    eventually(lambda: here.heard)

    assert not caplog.records


def test_after_a_pause_it_heals(processes, service):
    here, there = processes(), processes()
    service.pause()
    here.bus.publish([HELLO])
    eventually(lambda: not here.bus.healthy)

    service.resume()

    repeat_until_heard(here, there, "after the pause")
    eventually(lambda: here.bus.healthy and there.bus.healthy)


def test_after_a_restart_it_heals(processes, service):
    here, there = processes(), processes()
    service.stop()
    here.bus.publish([HELLO])
    eventually(lambda: not here.bus.healthy and not there.bus.healthy)

    service.start()

    repeat_until_heard(here, there, "after the restart")
    eventually(lambda: here.bus.healthy and there.bus.healthy)


def test_a_flush_changes_nothing(processes, service):
    here, there = processes(), processes()

    service.flush()
    here.bus.publish([HELLO])

    eventually(lambda: there.heard)


def test_a_process_alone_has_nobody_to_tell():
    bus = NullBus()

    bus.publish([HELLO])
    bus.close()

    assert bus.healthy
