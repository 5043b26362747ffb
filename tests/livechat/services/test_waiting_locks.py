"""Who waits for a chat's lock sees the chat as it is when he gets it, on PostgreSQL."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections, transaction

from livechat.models import Chat
from tests.factories import AgentFactory, ChatFactory, QueueFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@contextmanager
def changed_while_somebody_waits(chat: Chat, **fields: Any) -> Iterator[None]:
    """Another connection has locked the chat, changes it, and commits once somebody waits."""
    locked = threading.Event()

    def change() -> None:
        with transaction.atomic():
            Chat.objects.locked(chat.pk)
            Chat.objects.filter(pk=chat.pk).update(**fields)
            locked.set()
            _until_somebody_waits()
        connections.close_all()

    other = threading.Thread(target=change)
    other.start()
    assert locked.wait(10)
    yield
    other.join(10)


def _until_somebody_waits() -> None:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with connection.cursor() as cursor:
        for _ in range(1_000):
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.01), pg_stat_clear_snapshot()")


def test_a_chat_that_went_to_another_queue_is_found_there():
    chat, other = ChatFactory(), QueueFactory()

    with changed_while_somebody_waits(chat, queue=other), transaction.atomic():
        found = Chat.objects.locked(chat.pk)

    assert found.queue == other


def test_a_chat_that_got_an_agent_has_him():
    chat = ChatFactory(assigned=True)
    other = AgentFactory(queues=[chat.queue])

    with changed_while_somebody_waits(chat, agent=other), transaction.atomic():
        found = Chat.objects.locked(chat.pk)

    assert found.agent == other
