"""wait_of: what the rows say of a wait; what they do not say is not told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from livechat.models import Chat
from livechat.models.waits import wait_of
from tests.factories import AgentFactory, ChatFactory, QueueFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def queue():
    return QueueFactory(capacity=2)


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
    chat = Chat.objects.select_related("queue").get(pk=ChatFactory(queue=queue).pk)

    with django_assert_num_queries(5):
        wait_of(chat, 3, NOW)
