"""Group commit: what waits goes together, every item hears its own outcome, in order."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence

import pytest
import pytest_asyncio
from django.db import OperationalError

from livechat.realtime import writer as writers
from livechat.realtime.writer import Writer

pytestmark = pytest.mark.asyncio


class Store:
    """A commit that can be held up, and that fails as often as it is told to."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.threads: set[str] = set()
        self.gate = threading.Event()
        self.gate.set()
        self.fails: Callable[[Sequence[str]], bool] = lambda items: False

    def commit(self, items: Sequence[str]) -> list[str]:
        assert self.gate.wait(10)
        self.batches.append(list(items))
        self.threads.add(threading.current_thread().name)
        if self.fails(items):
            raise OperationalError("deadlock detected")
        return [f"stored {item}" for item in items]


@pytest.fixture
def store() -> Store:
    return Store()


@pytest_asyncio.fixture
async def writer(store: Store) -> AsyncIterator[Writer[str, str]]:
    made = Writer(store.commit, lambda item: f"failed {item}", name="test-writer", batch=5)
    yield made
    store.gate.set()
    await made.drain()
    made.close()


async def all_of(writer: Writer[str, str], items: str) -> list[str]:
    outcomes = [asyncio.get_running_loop().create_future() for _ in items]
    for item, outcome in zip(items, outcomes, strict=True):
        writer.submit(item, outcome.set_result)
    return await asyncio.wait_for(asyncio.gather(*outcomes), 10)


def stored(items: str) -> list[str]:
    return [f"stored {item}" for item in items]


async def test_every_item_gets_its_outcome(writer):
    assert await all_of(writer, "abc") == stored("abc")


async def test_while_one_batch_commits_the_next_one_gathers(writer, store):
    store.gate.clear()
    outcomes = asyncio.ensure_future(all_of(writer, "abcd"))
    await asyncio.sleep(0)

    store.gate.set()
    await outcomes

    assert store.batches == [["a"], ["b", "c", "d"]]


async def test_a_batch_has_its_bound_and_the_order_stays(writer, store):
    store.gate.clear()
    outcomes = asyncio.ensure_future(all_of(writer, "abcdefgh"))
    await asyncio.sleep(0)

    store.gate.set()

    assert await outcomes == stored("abcdefgh")
    assert store.batches == [["a"], [*"bcdef"], [*"gh"]]


async def test_the_outcomes_are_told_in_the_order_of_the_items(writer):
    told: list[str] = []

    for item in "abcdefgh":
        writer.submit(item, told.append)
    await asyncio.wait_for(writer.drain(), 10)

    assert told == stored("abcdefgh")


async def test_it_commits_in_one_thread_of_its_own(writer, store):
    await all_of(writer, "abcdefgh")

    assert len(store.threads) == 1
    assert threading.current_thread().name not in store.threads


async def test_a_batch_that_fails_once_is_done_again(writer, store):
    store.fails = lambda items: len(store.batches) == 1

    assert await all_of(writer, "a") == stored("a")
    assert store.batches == [["a"], ["a"]]


async def test_a_batch_that_fails_twice_goes_one_by_one_and_the_bad_item_alone_fails(writer, store):
    store.fails = lambda items: "x" in items
    store.gate.clear()
    outcomes = asyncio.ensure_future(all_of(writer, "abxc"))
    await asyncio.sleep(0)

    store.gate.set()

    assert await outcomes == [*stored("ab"), "failed x", *stored("c")]
    assert store.batches == [["a"], [*"bxc"], [*"bxc"], ["b"], ["x"], ["c"]]


async def test_a_fault_that_is_not_the_databases_fails_the_batch_and_the_next_goes_on(
    writer, store, caplog
):
    def fail_once(items: Sequence[str]) -> bool:
        if len(store.batches) == 1:
            raise LookupError("a bug")
        return False

    store.fails = fail_once

    assert await all_of(writer, "a") == ["failed a"]
    assert await all_of(writer, "b") == stored("b")
    assert "lost a batch" in caplog.text


async def test_when_too_many_wait_the_next_one_fails_at_once(writer, store, monkeypatch):
    monkeypatch.setattr(writers, "WAITING", 2)
    store.gate.clear()
    told: list[str] = []

    for item in "abcd":
        writer.submit(item, told.append)

    assert told == ["failed d"]


async def test_what_a_callback_submits_is_committed_too(writer):
    told: list[str] = []

    def once_more(outcome: str) -> None:
        told.append(outcome)
        writer.submit("b", told.append)

    writer.submit("a", once_more)
    await asyncio.wait_for(writer.drain(), 10)

    assert told == stored("ab")


async def test_draining_an_idle_writer_returns_at_once(writer):
    await asyncio.wait_for(writer.drain(), 1)


async def test_draining_waits_for_all_that_gathered(writer, store):
    store.gate.clear()
    told: list[str] = []
    for item in "abcdefgh":
        writer.submit(item, told.append)
    drained = [asyncio.ensure_future(writer.drain()) for _ in range(2)]
    await asyncio.sleep(0)
    assert not any(each.done() for each in drained)

    store.gate.set()
    await asyncio.wait_for(asyncio.gather(*drained), 10)

    assert told == stored("abcdefgh")


async def test_who_stopped_waiting_for_the_end_harms_nobody(writer, store):
    store.gate.clear()
    writer.submit("a", lambda outcome: None)
    given_up, patient = (asyncio.ensure_future(writer.drain()) for _ in range(2))
    await asyncio.sleep(0)
    given_up.cancel()

    store.gate.set()

    await asyncio.wait_for(patient, 10)
