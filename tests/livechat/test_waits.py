"""wait_of: what the rows say of a wait; what they do not say is not told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from livechat.models import Chat, Queue, WaitPromise
from livechat.models.waits import wait_of
from livechat.services.assignment import accept_chat
from livechat.services.closing import end_chat
from livechat.services.intake import start_chat
from tests.factories import (
    AgentFactory,
    ChatFactory,
    ChatHoursFactory,
    CustomerFactory,
    QueueFactory,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def queue():
    return QueueFactory(capacity=2, auto_accept=True)


def finished(queue, minutes, count=20):
    for _ in range(count):
        chat = ChatFactory(queue=queue, ended=True)
        Chat.objects.filter(pk=chat.pk).update(
            queued_at=NOW - timedelta(minutes=minutes + 1),
            accepted_at=NOW - timedelta(minutes=minutes),
            ended_at=NOW,
        )


def test_without_anybody_there_nothing_is_said(queue):
    AgentFactory(queues=[queue])

    assert wait_of(ChatFactory(queue=queue), 0, NOW) is None


def test_with_a_free_place_it_is_less_than_a_minute(queue):
    AgentFactory(queues=[queue], online=True)

    assert wait_of(ChatFactory(queue=queue), 0, NOW) == (0, 1)


@pytest.mark.parametrize("fields", [{"auto_accept": False}, {"selector": "manual"}])
def test_where_agents_take_chats_by_hand_a_free_place_promises_nothing(queue, fields):
    Queue.objects.filter(pk=queue.pk).update(**fields)
    queue.refresh_from_db()
    AgentFactory(queues=[queue], online=True)
    finished(queue, 8)
    chat = ChatFactory(queue=queue, queued_at=NOW - timedelta(seconds=1122))

    assert wait_of(chat, 0, NOW) is None


def test_while_its_company_is_closed_nothing_is_said(queue):
    AgentFactory(queues=[queue], online=True)
    ChatHoursFactory(company=queue.company, kind="closed")

    assert wait_of(ChatFactory(queue=queue), 0, NOW) is None


def test_a_first_in_line_who_has_waited_longer_is_not_told_less_than_a_minute(queue):
    AgentFactory(queues=[queue], online=True)
    chat = ChatFactory(queue=queue, queued_at=NOW - timedelta(seconds=61))

    assert wait_of(chat, 0, NOW) is None
    finished(queue, 4)
    assert wait_of(chat, 0, NOW) == (1, 3)


def test_too_few_finished_chats_say_nothing(queue):
    AgentFactory(queues=[queue], online=True, open_chats=2)
    finished(queue, 8, count=3)

    assert wait_of(ChatFactory(queue=queue), 0, NOW) is None


def test_the_line_and_the_places_make_the_wait(queue):
    AgentFactory(queues=[queue], online=True, open_chats=2)
    finished(queue, 8)
    chat = ChatFactory(queue=queue, queued_at=NOW)

    assert wait_of(chat, 1, NOW) == (5, 10)
    assert wait_of(chat, 9, NOW) == (20, 0)


def test_its_queries_do_not_grow(queue, django_assert_num_queries):
    AgentFactory.create_batch(5, queues=[queue], online=True, open_chats=2)
    finished(queue, 8)
    chat = Chat.objects.with_pages_data().get(pk=ChatFactory(queue=queue).pk)

    with django_assert_num_queries(7):
        wait_of(chat, 3, NOW)
    promised(queue, kept=20)
    ChatHoursFactory.create_batch(3)
    with django_assert_num_queries(9):
        wait_of(chat, 3, NOW)


def promised(queue, *, kept=0, missed=0):
    """Chats that were told “less than a minute”: some waited half of one, the later ones ten."""
    for number in range(kept + missed):
        WaitPromise.objects.create(
            chat=ChatFactory(queue=queue, ended=True),
            queue=queue,
            least_minutes=0,
            most_minutes=1,
            waited_seconds=30 if number < kept else 600,
            settled_at=NOW - timedelta(hours=1) + timedelta(seconds=number),
        )


@pytest.mark.parametrize(
    ("kept", "missed", "told"), [(0, 19, True), (11, 9, False), (12, 8, True), (20, 9, False)]
)
def test_a_queue_whose_last_promises_were_not_kept_makes_none(queue, kept, missed, told):
    AgentFactory(queues=[queue], online=True)
    promised(queue, kept=kept, missed=missed)

    assert wait_of(ChatFactory(queue=queue), 0, NOW) == ((0, 1) if told else None)


def test_what_another_queue_promised_does_not_count(queue):
    AgentFactory(queues=[queue], online=True)
    promised(QueueFactory(), missed=20)

    assert wait_of(ChatFactory(queue=queue), 0, NOW) == (0, 1)


def test_what_is_not_told_is_compared_all_the_same_and_told_again_once_it_is_true(queue):
    agent = AgentFactory(queues=[queue], online=True)
    Queue.objects.filter(pk=queue.pk).update(is_default=True)
    promised(queue, missed=20)
    told = []

    for number in range(12):
        customer = CustomerFactory(company=queue.company)
        chat, _made = start_chat(customer.pk, client_id=f"chat-{number:04}", question="Why?")
        told.append(wait_of(chat, 0, NOW))
        accept_chat(chat.pk, by=agent.pk)
        end_chat(chat.pk, by=agent.pk)

    assert told == [None] * 12
    assert wait_of(ChatFactory(queue=queue), 0, NOW) == (0, 1)
