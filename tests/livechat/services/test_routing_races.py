"""Routing under races, on PostgreSQL with real connections; and that each check catches its bug.

`RACE_SECONDS=60 ./test pg` lets the race for places go on longer.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.db.models import F
from django.utils import timezone

from livechat import clock as clocks
from livechat.exceptions import ChatError
from livechat.invariants import wrongs
from livechat.models import Agent, Chat, ChatHead, Draft, NextAction, Queue, Sender
from livechat.models import agents as agent_models
from livechat.models.appending import lock_heads
from livechat.models.chats import LIVE_STATUSES, ChatQuerySet
from livechat.services import assignment, attention, closing, conversation
from livechat.services.conversation import post_messages
from livechat.services.drain import drain
from livechat.services.intake import start_chat
from tests.factories import AgentFactory, ChatFactory, CustomerFactory, QueueFactory
from tests.livechat.services.racing import accept_with, at_once, second_process

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

SECONDS = float(os.environ.get("RACE_SECONDS", "5"))
PLACES = 2
Work = Callable[[], object]


@pytest.fixture
def queue() -> Queue:
    return QueueFactory(is_default=True)


@pytest.fixture
def agents(queue: Queue) -> list[Agent]:
    return [AgentFactory(queues=[queue], online=True) for _ in range(4)]


def waiting(queue: Queue, count: int) -> list[int]:
    now = timezone.now()
    made = (ChatFactory(queue=queue, queued_at=now, rank_time=now) for _ in range(count))
    return [chat.pk for chat in made]


def proved() -> list[str]:
    return list(wrongs(timezone.now()))


def test_16_agents_accept_500_chats_at_once_over_two_processes(queue, capsys):
    agents = [AgentFactory(queues=[queue]).pk for _ in range(16)]
    waiting(queue, 500)

    with second_process(agents[8:]) as others, ThreadPoolExecutor(1) as beside:
        theirs = beside.submit(others)
        won, lost = accept_with(agents[:8])
        won_there, lost_there = theirs.result()

    assert won + won_there == 500
    with capsys.disabled():
        print(f"\n16 agents, 500 chats: {lost + lost_there} times too late", end=" ")
    assert set(Chat.objects.values_list("owner_epoch", flat=True)) == {1}
    assert proved() == []


def test_an_accept_that_looks_and_then_sets_is_caught(queue, agents, monkeypatch):
    def unlocked(self: ChatQuerySet, pk: int) -> Chat:
        chat = self.select_related("customer", "queue", "agent").get(pk=pk)
        time.sleep(0.01)
        return chat

    monkeypatch.setattr(ChatQuerySet, "locked", unlocked)
    waiting(queue, 10)

    try:
        won, _lost = accept_with([agent.pk for agent in agents])
    except IntegrityError:  # Two took the same number for their message.
        return

    assert won > 10 or proved()


@contextmanager
def no_agent_over(places: int) -> Iterator[None]:
    """The database itself refuses, at the moment when it happens."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE livechat_agent ADD CONSTRAINT within_places"
            f" CHECK (open_chats <= {places})"
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE livechat_agent DROP CONSTRAINT within_places")


class Rush:
    """Three times as many customers as there are places, and all that moves chats, at once."""

    def __init__(self, queue: Queue, agents: Sequence[Agent]) -> None:
        self.queue, self.agents = queue, agents
        company = queue.company
        count = 3 * PLACES * len(agents)
        self.customers = [CustomerFactory(company=company).pk for _ in range(count)]
        self.until = time.monotonic() + SECONDS
        self.over = threading.Event()
        self.done = 0

    def repeat(self, work: Callable[[int], object]) -> Work:
        def go() -> None:
            turn = 0
            try:
                while time.monotonic() < self.until and not self.over.is_set():
                    turn += 1
                    try:
                        work(turn)
                        self.done += 1
                    except ChatError:
                        pass
            finally:
                self.over.set()

        return go

    def arrive(self, share: int, turn: int) -> None:
        customer = self.customers[share::2][turn % (len(self.customers) // 2)]
        start_chat(customer, client_id=f"chat-{share}-{turn:06}", question="Why?")

    def held(self, turn: int) -> tuple[int, int]:
        found = list(Chat.objects.filter(status="assigned").values_list("pk", "agent"))
        return found[turn % len(found)] if found else (0, 0)

    def end(self, turn: int) -> None:
        chat, agent = self.held(turn)
        if chat:
            closing.end_chat(chat, by=agent)

    def release(self, turn: int) -> None:
        chat, agent = self.held(turn * 7)
        if chat:
            assignment.transfer_to_queue(chat, by=agent, to=self.queue.pk)

    def transfer(self, turn: int) -> None:
        """Nobody accepts it by hand, which is not limited: it is given back."""
        chat, agent = self.held(turn * 3)
        if chat:
            to = self.agents[turn % len(self.agents)].pk
            assignment.transfer_to_agent(chat, by=agent, to=to)
            assignment.return_transfer(chat)

    def drain(self, turn: int) -> None:
        drain([self.queue.pk])

    def tick(self, turn: int) -> None:
        clocks.do_what_is_due()

    def works(self) -> list[Work]:
        arrivals = [partial(self.arrive, share) for share in range(2)]
        others = [self.end, self.end, self.release, self.transfer, self.tick]
        return [self.repeat(each) for each in [*arrivals, *others, self.drain, self.drain]]


@pytest.fixture
def rush(queue: Queue, agents: list[Agent]) -> Rush:
    Queue.objects.filter(pk=queue.pk).update(auto_accept=True, capacity=PLACES)
    return Rush(queue, agents)


def test_nobody_is_given_more_than_he_has_places_for(rush, capsys):
    with no_agent_over(PLACES):
        at_once(rush.works())

    assert proved() == []
    given = Chat.objects.filter(owner_epoch__gt=0).count()
    assert given > PLACES * len(rush.agents)
    with capsys.disabled():
        print(f"\nrush: {rush.done} works, {given} chats, {SECONDS:.0f} s", end=" ")


def test_a_claim_that_counts_and_then_assigns_is_caught(rush, monkeypatch, caplog):
    """Raised by a drain that somebody asked for, or logged by one that followed a commit."""

    def counting(self, agent_id: int, *, capacity: int, now: object) -> bool:
        free = self.filter(pk=agent_id, open_chats__lt=capacity).exists()
        time.sleep(0.005)
        return free and self.filter(pk=agent_id).update(open_chats=F("open_chats") + 1) == 1

    monkeypatch.setattr(agent_models.AgentQuerySet, "claim", counting)

    refused = ""
    with no_agent_over(PLACES):
        try:
            at_once(rush.works())
        except IntegrityError as error:
            refused = str(error)

    assert "within_places" in refused + caplog.text


def accept(chat: Chat, to: Agent) -> object:
    return assignment.accept_chat(chat.pk, by=to.pk)


def end(chat: Chat, to: Agent) -> object:
    return closing.end_chat(chat.pk, by=chat.agent_id)


def cancel(chat: Chat, to: Agent) -> object:
    return closing.cancel_chat(chat.pk)


def give_back(chat: Chat, to: Agent) -> object:
    return assignment.return_transfer(chat.pk)


def release(chat: Chat, to: Agent) -> object:
    return assignment.transfer_to_queue(chat.pk, by=chat.agent_id, to=chat.queue_id)


def transfer(chat: Chat, to: Agent) -> object:
    return assignment.transfer_to_agent(chat.pk, by=chat.agent_id, to=to.pk)


RACES = {
    "transfer against accept": ("assigned", [transfer, accept, accept]),
    "release against accept": ("assigned", [release, accept, accept]),
    "end against transfer": ("assigned", [end, transfer, release]),
    "cancel against accept": ("queued", [cancel, accept]),
    "return against accept": ("transferred", [give_back, accept, cancel]),
}


@pytest.mark.parametrize(("status", "racing"), RACES.values(), ids=RACES)
def test_who_is_first_wins_and_nothing_is_torn(queue, agents, status, racing):
    owner, other, *_ = agents
    for _ in range(12):
        [pk] = waiting(queue, 1)
        if status != "queued":
            assignment.accept_chat(pk, by=owner.pk)
        if status == "transferred":
            assignment.transfer_to_agent(pk, by=owner.pk, to=other.pk)
        chat = Chat.objects.get(pk=pk)

        answers = at_once([partial(work, chat, other) for work in racing])

        if end in racing:
            assert sum(isinstance(answer, ChatError) for answer in answers) == 2
        assert proved() == []


def test_two_hand_chats_to_each_other_and_end_others_without_a_deadlock(queue, agents):
    first, second, *_ = agents
    for _ in range(12):
        mine, yours, third, fourth = waiting(queue, 4)
        for chat, agent in ((mine, first), (yours, second), (third, first), (fourth, second)):
            assignment.accept_chat(chat, by=agent.pk)

        at_once(
            [
                partial(assignment.transfer_to_agent, mine, by=first.pk, to=second.pk),
                partial(assignment.transfer_to_agent, yours, by=second.pk, to=first.pk),
                partial(closing.end_chat, third, by=first.pk),
                partial(closing.end_chat, fourth, by=second.pk),
            ]
        )

        assert proved() == []


def write(chats: Sequence[Chat], writer: int, turn: int) -> None:
    """A message in each of these chats, in one batch; writer 0 begins with the last."""
    order = chats if writer else chats[::-1]
    senders = [Sender("c", chat.customer_id, "Ann") for chat in order]
    client_id = f"writer-{writer}-{turn:05}"
    drafts = [
        Draft(chat.public_id, sender, client_id, "reply", "Hello")
        for chat, sender in zip(order, senders, strict=True)
    ]
    post_messages(drafts)


def test_batches_of_messages_beside_drains_and_the_clock_are_no_deadlock(rush, queue, agents):
    """Both hold many chats at once, each in an order of its own."""
    chats = [Chat.objects.get(pk=pk) for pk in waiting(queue, 30)]
    everything = [chat.pk for chat in chats]

    def make_due(turn: int) -> None:
        Chat.objects.filter(pk__in=everything[turn % 30 :][:1]).filter(
            status__in=LIVE_STATUSES
        ).update(next_action_at=timezone.now())
        attention.look_again(everything[::-1], at=timezone.now())

    works = [rush.repeat(partial(write, chats, writer)) for writer in range(2)]
    works += [rush.repeat(each) for each in (make_due, rush.tick, rush.drain, rush.end)]
    rush.until = time.monotonic() + SECONDS / 2

    at_once(works)

    assert proved() == []
    assert not Chat.objects.exclude(next_action__in=["", *NextAction.values]).exists()


def test_locks_in_whatever_order_are_caught(rush, queue, monkeypatch):
    """As batches would take them, were they not sorted: one writer begins where the other ends."""
    chats = [Chat.objects.get(pk=pk) for pk in waiting(queue, 10)]

    def one_by_one(public_ids: Sequence[str]) -> dict[str, ChatHead]:
        found = {}
        for public_id in public_ids:
            found |= lock_heads([public_id])
            time.sleep(0.002)
        return found

    monkeypatch.setattr(conversation, "lock_heads", one_by_one)

    with pytest.raises(OperationalError, match="deadlock detected"):
        at_once([rush.repeat(partial(write, chats, writer)) for writer in range(2)])


def test_a_second_chat_locked_before_the_first_is_let_go_is_caught(
    rush, queue, agents, monkeypatch
):
    """As if who ends a chat gave the next one away in the same transaction, beside a batch."""
    chats = [Chat.objects.get(pk=pk) for pk in waiting(queue, 40)]
    held = [assignment.accept_chat(chat.pk, by=agents[0].pk).pk for chat in chats[20:]]

    def drain_inside(agent_id: int) -> None:
        time.sleep(0.005)
        Chat.objects.locked(chats[0].pk)

    monkeypatch.setattr(closing, "drain_for", drain_inside)

    def end_one(turn: int) -> None:
        if held:
            closing.end_chat(held.pop(), by=agents[0].pk)

    with pytest.raises(OperationalError, match="deadlock detected"):
        at_once([rush.repeat(each) for each in (partial(write, chats, 1), end_one)])
