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
        self.states: list[tuple[str, list[object]]] = []

    def push(self, text: str) -> None:
        self.heard.append(text)

    def noticed(self, key: str, mark: list[object]) -> None:
        self.states.append((key, mark))

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


def test_a_listener_notices_a_told_state_and_no_lines():
    hub = Hub()
    page = page_on(hub, "customer.1")

    hub.deliver([Delivery(("customer.1",), "state", ("chat", [2, 1]))])
    hub.deliver([Delivery(("customer.1",), "line", ("chat", [2, 2]), False, 1)])

    assert page.states == [("chat", [2, 1])]


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


def line(after: int, *mark: object) -> Delivery:
    return Delivery(("agent.1",), "line", ("chat", [*mark]), after=after)


def state(*mark: object) -> Delivery:
    return Delivery(("agent.1",), "state", ("chat", [*mark]))


def knowing(*mark: object) -> Hub:
    hub = Hub()
    hub.remember("chat", [*mark])
    return hub


def test_a_line_that_follows_moves_the_numbers():
    hub = knowing(2, 7, 6, "with 1")

    hub.deliver([line(7, 2, 8, 8, "with 1"), line(8, 2, 10, 8, "with 1")])

    assert hub.marks["chat"] == [2, 10, 8, "with 1"]


def test_a_line_beyond_a_hole_leaves_the_hole():
    hub = knowing(2, 7, 6, "with 1")

    hub.deliver([line(8, 2, 9, 9, "with 1"), line(9, 2, 10, 10, "with 1")])

    assert hub.marks["chat"] == [2, 7, 6, "with 1"]


def test_lines_that_are_told_twice_or_late_move_nothing_back():
    hub = knowing(2, 7, 6, "with 1")

    hub.deliver([line(5, 2, 6, 6, "with 1"), line(6, 2, 7, 6, "with 1")])

    assert hub.marks["chat"] == [2, 7, 6, "with 1"]


def test_a_line_brings_no_state_that_was_not_told():
    hub = knowing(2, 7, 6, "with 1")

    hub.deliver([line(7, 3, 8, 8, "with 2")])
    assert hub.marks["chat"] == [2, 8, 8, "with 1"]

    hub.deliver([state(3, 8, 8, "with 2")])
    assert hub.marks["chat"] == [3, 8, 8, "with 2"]


def test_a_state_brings_no_lines_that_were_not_told():
    hub = knowing(2, 7, 6, "with 1")

    hub.deliver([state(3, 9, 9, "with 2"), state(2, 9, 9, "late")])

    assert hub.marks["chat"] == [3, 7, 6, "with 2"]


def test_a_chat_is_known_from_its_first_line_on():
    hub = Hub()

    hub.deliver([line(0, 1, 1, 1, "waits"), state(1, 1, 1, "waits")])

    assert hub.marks["chat"] == [1, 1, 1, "waits"]


def test_of_a_chat_nobody_knows_a_later_line_says_too_little():
    hub = Hub()

    hub.deliver([line(3, 2, 4, 4, "with 1"), state(2, 4, 4, "with 1")])

    assert "chat" not in hub.marks


def test_what_one_page_has_read_the_others_still_miss():
    hub = knowing(2, 7, 6, "with 1")

    hub.learn("chat", [3, 9, 9, "with 2"])
    hub.learn("new", [1, 1, 1, "waits"])

    assert hub.marks == {"chat": [2, 7, 6, "with 2"], "new": [1, 1, 1, "waits"]}
