"""Messages under races, on PostgreSQL with real connections."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection, connections

from livechat.exceptions import AlreadyAcceptedError, ChatError
from livechat.models import Agent, Chat, Draft, Message, Sender
from livechat.services.assignment import accept_chat
from livechat.services.closing import end_chat
from livechat.services.conversation import Posted, post_messages
from tests.factories import AgentFactory, ChatFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


#: So many connections the pool gives at once; who comes later waits for one.
POOLED = 16


def at_once(works: list[Callable[[], object]]) -> list[object]:
    """Each in a thread and a connection of its own, let go together; what each gave or raised."""
    barrier = threading.Barrier(len(works))

    def one(work: Callable[[], object]) -> object:
        try:
            if len(works) <= POOLED:
                connection.ensure_connection()
            barrier.wait(timeout=30)
            return work()
        except ChatError as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(one, works))


def draft(chat: Chat, client_id: str) -> Draft:
    return Draft(chat.public_id, Sender("c", chat.customer_id, "Ann"), client_id, "reply", "Hello")


def numbers(chat: Chat) -> list[int]:
    return list(Message.objects.filter(chat=chat).order_by("seq").values_list("seq", flat=True))


def test_the_same_client_id_at_the_same_moment_is_one_message_and_one_ack():
    chat = ChatFactory(assigned=True)
    for round_ in range(20):
        same = partial(post_messages, [draft(chat, f"message-{round_}")])

        outcomes = [given[0] for given in at_once([same] * 4)]

        assert len({(outcome.seq, outcome.posted_at) for outcome in outcomes}) == 1
    assert Message.objects.filter(chat=chat, client_id__startswith="message-").count() == 20


def test_32_writers_on_one_chat_leave_no_hole():
    chat = ChatFactory(assigned=True)
    before = numbers(chat)

    def write(writer: int) -> None:
        for n in range(5):
            both = [draft(chat, f"writer-{writer}-{n}{half}") for half in "ab"]
            post_messages(both)

    at_once([partial(write, writer) for writer in range(32)])

    assert numbers(chat) == list(range(1, len(before) + 321))
    assert Chat.objects.get(pk=chat.pk).last_seq == len(before) + 320


def test_two_agents_accept_the_same_chat_and_one_has_it():
    first, second = AgentFactory(), AgentFactory()
    for _ in range(50):
        chat = ChatFactory()

        given = at_once([partial(accept_chat, chat.pk, by=agent.pk) for agent in (first, second)])

        chat.refresh_from_db()
        losers = [answer for answer in given if isinstance(answer, AlreadyAcceptedError)]
        assert (len(losers), chat.owner_epoch) == (1, 1)
        assert losers[0].by == chat.agent_name
        end_chat(chat.pk, by=chat.agent_id)
    assert [agent.open_chats for agent in Agent.objects.all()] == [0, 0]


def test_two_agents_race_for_1000_chats_and_each_has_one_owner():
    first, second = AgentFactory(), AgentFactory()
    chats = [chat.pk for chat in ChatFactory.create_batch(1000)]

    def accept_all(agent: Agent) -> int:
        won = 0
        for chat in chats:
            try:
                accept_chat(chat, by=agent.pk)
                won += 1
            except AlreadyAcceptedError:
                pass
        return won

    won = at_once([partial(accept_all, agent) for agent in (first, second)])

    assert sum(won) == 1000
    assert set(Chat.objects.filter(pk__in=chats).values_list("owner_epoch", flat=True)) == {1}
    counted = sorted(Agent.objects.values_list("open_chats", flat=True))
    assert counted == sorted(won)


def test_ending_chats_while_batches_write_is_no_deadlock():
    chats = ChatFactory.create_batch(8, assigned=True)

    def write(writer: int) -> list[object]:
        given: list[object] = []
        for n in range(12):
            order = chats if writer % 2 else chats[::-1]
            given += post_messages([draft(chat, f"writer-{writer}-{n}") for chat in order])
        return given

    def end_all() -> None:
        for chat in reversed(chats):
            end_chat(chat.pk, by=chat.agent_id)

    answers = at_once([*(partial(write, writer) for writer in range(4)), end_all])

    posted = [o for given in answers[:-1] for o in given if isinstance(o, Posted)]
    assert Message.objects.filter(client_id__startswith="writer-").count() == len(posted)
    assert all(numbers(chat) == list(range(1, len(numbers(chat)) + 1)) for chat in chats)
