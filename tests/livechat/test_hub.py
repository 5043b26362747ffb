"""Who hears what in one process."""

import asyncio
import threading
from importlib import import_module

import pytest

from livechat.realtime.hub import Delivery, Hub


class Page:
    """A listener that keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.readmitted = 0

    def push(self, text: str) -> None:
        self.heard.append(text)

    def readmit(self) -> None:
        self.readmitted += 1


def page_on(hub: Hub, *topics: str) -> Page:
    page = Page()
    hub.join(page, topics)
    return page


def test_a_frame_reaches_the_topic_it_was_sent_to():
    hub = Hub()
    one, other = page_on(hub, "agent.1"), page_on(hub, "agent.2")

    hub.deliver([Delivery(("agent.1",), "hi")])

    assert (one.heard, other.heard) == (["hi"], [])


def test_who_listens_to_several_of_its_topics_hears_a_frame_once():
    hub = Hub()
    page = page_on(hub, "agent.1", "queue.1")

    hub.deliver([Delivery(("queue.1", "agent.1", "agent.2"), "hi")])

    assert page.heard == ["hi"]


def test_frames_are_heard_in_the_order_they_were_sent():
    hub = Hub()
    page = page_on(hub, "agent.1", "queue.1")

    hub.deliver([Delivery(("agent.1" if n % 2 else "queue.1",), str(n)) for n in range(9)])

    assert page.heard == list("012345678")


def test_who_left_hears_nothing_and_leaves_nothing_behind():
    hub = Hub()
    page = page_on(hub, "agent.1", "queue.1")

    hub.leave(page, ["agent.1", "queue.1"])
    hub.deliver([Delivery(("agent.1", "queue.1"), "hi")])

    assert page.heard == []
    assert not hub.listeners


def test_sending_to_nobody_leaves_nothing_behind():
    hub = Hub()

    hub.deliver([Delivery(("agent.1",), "hi"), Delivery(("agent.1", "queue.1"), "hi")])

    assert not hub.listeners


def test_a_changed_access_asks_the_listeners_to_be_admitted_anew():
    hub = Hub()
    page = page_on(hub, "agent.1")

    hub.deliver([Delivery(("agent.1",), "access", None, True)])

    assert (page.heard, page.readmitted) == ([], 1)


def test_a_listener_may_leave_while_it_is_told():
    hub = Hub()

    class Leaver(Page):
        def push(self, text: str) -> None:
            hub.leave(self, ["agent.1"])

    pages = [Leaver(), Leaver()]
    for page in pages:
        hub.join(page, ["agent.1"])

    hub.deliver([Delivery(("agent.1",), "hi")])

    assert not hub.listeners


def test_a_mark_is_remembered_and_the_newest_stays():
    hub = Hub()
    hub.remember("chat", [2, 7, 6, "with 1"])

    hub.remember("chat", [1, 6, 6, "with nobody"])

    assert hub.marks["chat"] == [2, 7, 6, "with 1"]


def test_of_one_version_the_furthest_numbers_stay():
    hub = Hub()
    hub.remember("chat", [2, 7, 6, "old"])

    hub.remember("chat", [2, 6, 7, "new"])

    assert hub.marks["chat"] == [2, 7, 7, "new"]


def test_the_memory_is_bounded_and_the_longest_unheard_goes(monkeypatch):
    monkeypatch.setattr(import_module("livechat.realtime.hub"), "MARKS", 2)
    hub = Hub()

    for chat in ["a", "b", "a", "c"]:
        hub.remember(chat, [1, 1, 1])

    assert list(hub.marks) == ["a", "c"]


def test_without_a_loop_a_delivery_is_dropped_in_silence():
    Hub().deliver_soon([Delivery(("agent.1",), "hi")])


@pytest.mark.asyncio
async def test_other_threads_deliver_on_the_loop():
    hub = Hub()
    hub.loop = asyncio.get_running_loop()
    told = asyncio.Event()
    threads = []

    class Listener(Page):
        def push(self, text: str) -> None:
            threads.append(threading.current_thread())
            told.set()

    hub.join(Listener(), ["agent.1"])

    await asyncio.to_thread(hub.deliver_soon, [Delivery(("agent.1",), "hi")])
    await asyncio.wait_for(told.wait(), 5)

    assert threads == [threading.main_thread()]
