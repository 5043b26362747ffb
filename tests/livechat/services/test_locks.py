"""Who waits for a lock gets the row as it is by then, with what belongs to it now."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections, transaction

from livechat.models import Chat
from tests.factories import AgentFactory, ChatFactory, QueueFactory, TicketFactory
from tickets.models import Status, Ticket

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def waiting_for(lock: Callable[[int], object], pk: int, change: Callable[[], object]) -> object:
    """What `lock` gives to somebody who began to wait before the change was committed."""
    got: list[object] = []

    def wait() -> None:
        with transaction.atomic():
            got.append(lock(pk))
        connections.close_all()

    other = threading.Thread(target=wait)
    with transaction.atomic():
        lock(pk)
        other.start()
        until_somebody_waits()
        change()
    other.join(timeout=30)
    assert got, "nothing was found to lock"
    return got[0]


def until_somebody_waits() -> None:
    asked = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    for _ in range(2_000):
        with connection.cursor() as cursor:
            cursor.execute(asked)
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits")


def test_a_chat_that_went_to_another_queue_and_agent_meanwhile():
    chat, queue, agent = ChatFactory(assigned=True), QueueFactory(), AgentFactory()
    rows = Chat.objects.filter(pk=chat.pk)

    found = waiting_for(Chat.objects.locked, chat.pk, lambda: rows.update(queue=queue, agent=agent))

    assert (found.queue, found.agent) == (queue, agent)


def test_a_ticket_that_got_another_status_meanwhile():
    ticket = TicketFactory()
    pending = Status.objects.get(kind="incident", name="Pending")
    rows = Ticket.objects.filter(pk=ticket.pk)

    found = waiting_for(Ticket.objects.locked, ticket.pk, lambda: rows.update(status=pending))

    assert found.status == pending
