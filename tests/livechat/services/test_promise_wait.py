"""promise_wait: what a customer was told of his wait when he came, and how long it was."""

from datetime import timedelta

import pytest
from django.utils import timezone

from livechat.models import Chat, Queue, WaitPromise
from livechat.services.assignment import accept_chat, transfer_to_agent, transfer_to_queue
from livechat.services.closing import cancel_chat
from livechat.services.intake import promise_wait, start_chat
from tests.factories import AgentFactory, ChatFactory, CustomerFactory, QueueFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue() -> Queue:
    return QueueFactory(is_default=True, auto_accept=True)


@pytest.fixture
def agent(queue):
    return AgentFactory(queues=[queue], online=True)


def asked(queue: Queue) -> Chat:
    customer = CustomerFactory(company=queue.company)
    return start_chat(customer.pk, client_id=f"chat-{customer.pk}", question="Why?")[0]


def promise_of(chat: Chat) -> WaitPromise:
    return WaitPromise.objects.get(chat=chat)


def test_it_is_kept_when_the_chat_starts(queue, agent):
    promise = promise_of(asked(queue))

    assert (promise.queue, promise.least_minutes, promise.most_minutes) == (queue, 0, 1)
    assert (promise.settled_at, promise.waited_seconds) == (None, None)


def test_where_nothing_can_be_said_nothing_is_promised(queue):
    asked(queue)

    assert not WaitPromise.objects.exists()


def test_the_first_one_stands(queue, agent):
    chat = asked(queue)
    AgentFactory(queues=[queue], online=True)

    promise_wait(chat.pk)

    assert WaitPromise.objects.get() == promise_of(chat)


@pytest.mark.django_db(transaction=True)
def test_who_is_given_an_agent_at_once_is_promised_nothing(queue, agent):
    Queue.objects.update(auto_accept=True)

    chat = asked(queue)

    assert Chat.objects.get(pk=chat.pk).status == "assigned"
    assert not WaitPromise.objects.exists()


def test_it_is_compared_with_the_wait_when_somebody_accepts(queue, agent):
    chat = asked(queue)
    came = timezone.now() - timedelta(seconds=400)
    Chat.objects.filter(pk=chat.pk).update(queued_at=came, rank_time=came)

    accepted = accept_chat(chat.pk, by=agent.pk)

    promise = promise_of(chat)
    assert (promise.settled_at, promise.waited_seconds) == (accepted.accepted_at, 400)
    assert WaitPromise.objects.kept_lately(queue.pk) == [False]


def test_it_is_settled_once_and_in_the_queue_of_the_promise(queue, agent):
    chat, other = asked(queue), QueueFactory(company=queue.company)
    second = AgentFactory(queues=[queue, other], online=True)
    accept_chat(chat.pk, by=agent.pk)
    settled = promise_of(chat).settled_at

    transfer_to_agent(chat.pk, by=agent.pk, to=second.pk)
    accept_chat(chat.pk, by=second.pk)
    transfer_to_queue(chat.pk, by=second.pk, to=other.pk)
    accept_chat(chat.pk, by=second.pk)

    assert promise_of(chat).settled_at == settled
    assert WaitPromise.objects.kept_lately(queue.pk) == [True]
    assert WaitPromise.objects.kept_lately(other.pk) == []


def test_who_gives_up_is_not_compared(queue, agent):
    chat = asked(queue)

    cancel_chat(chat.pk)

    assert WaitPromise.objects.kept_lately(queue.pk) == []


def test_the_last_twenty_count_in_one_query(queue, django_assert_num_queries):
    now = timezone.now()
    for number in range(25):
        WaitPromise.objects.create(
            chat=ChatFactory(queue=queue, ended=True),
            queue=queue,
            least_minutes=0,
            most_minutes=1,
            waited_seconds=600 if number < 10 else 5,
            settled_at=now + timedelta(seconds=number),
        )

    with django_assert_num_queries(1):
        assert WaitPromise.objects.kept_lately(queue.pk) == [True] * 15 + [False] * 5
