"""When the next step of a chat's target comes: planned whenever the chat takes a step."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from livechat.invariants import wrongs
from livechat.models import Chat, ChatSettings, Draft, Queue, Sender
from livechat.services.assignment import (
    accept_chat,
    decline_transfer,
    transfer_to_agent,
    transfer_to_queue,
)
from livechat.services.closing import cancel_chat, end_chat
from livechat.services.configuration import announce
from livechat.services.conversation import post_messages
from livechat.services.intake import start_chat
from livechat.services.targets import retarget
from livechat.targets import Step
from tests.factories import AgentFactory, ChatFactory, CustomerFactory, QueueFactory
from tests.livechat.services.racing import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue() -> Queue:
    """Warning and breach: 60 and 120 seconds of waiting, 600 and 900 of conversation."""
    return QueueFactory(
        is_default=True,
        target_seconds=120,
        conversation_target_seconds=900,
        conversation_warning_seconds=600,
    )


def planned(chat: Chat) -> tuple[Step, datetime | None]:
    chat.refresh_from_db()
    return Step(chat.target_told), chat.target_at


def seconds_from(moment: datetime, seconds: int) -> datetime:
    return moment + timedelta(seconds=seconds)


def waiting(queue: Queue, *, minutes: int = 0) -> Chat:
    return ChatFactory(queue=queue, queued_at=timezone.now() - timedelta(minutes=minutes))


def with_agent(queue: Queue, *, minutes: int = 0) -> Chat:
    """Since when he has it; it came ten minutes earlier."""
    accepted_at = timezone.now() - timedelta(minutes=minutes)
    queued_at = accepted_at - timedelta(minutes=10)
    return ChatFactory(queue=queue, assigned=True, queued_at=queued_at, accepted_at=accepted_at)


def change(setting: Queue | ChatSettings, **fields: int | None) -> None:
    for name, value in fields.items():
        setattr(setting, name, value)
    setting.save(update_fields=list(fields))
    announce(setting)


# --- steps of the chat ---------------------------------------------------------------------------


def test_who_comes_has_the_warning_before_him(queue):
    customer = CustomerFactory(company=queue.company)

    chat, _made = start_chat(customer.pk, client_id="c-000001", question="Why?")

    assert planned(chat) == (Step.NONE, seconds_from(chat.queued_at, 60))


def test_with_an_agent_it_is_the_conversation_that_takes_its_time(queue):
    chat = waiting(queue, minutes=5)

    accept_chat(chat.pk, by=AgentFactory(queues=[queue]).pk)

    assert planned(chat) == (Step.NONE, seconds_from(chat.accepted_at, 600))


def test_without_a_target_a_conversation_takes_as_long_as_it_does():
    chat = ChatFactory()

    accept_chat(chat.pk, by=AgentFactory(queues=[chat.queue]).pk)

    assert planned(chat) == (Step.NONE, None)


def test_given_back_it_has_waited_since_it_came(queue):
    chat = with_agent(queue, minutes=20)

    transfer_to_queue(chat.pk, by=chat.agent_id, to=queue.pk)

    assert planned(chat) == (Step.NONE, seconds_from(chat.queued_at, 60))


def test_another_queues_target_holds_there(queue):
    chat, other = with_agent(queue), QueueFactory(company=queue.company, target_seconds=1200)

    transfer_to_queue(chat.pk, by=chat.agent_id, to=other.pk)

    assert planned(chat) == (Step.NONE, seconds_from(chat.queued_at, 600))


def test_who_is_handed_a_chat_is_told_of_what_comes_not_of_what_was(queue):
    receiver = AgentFactory(queues=[queue], online=True)
    late, early = with_agent(queue), waiting(queue)
    accept_chat(early.pk, by=late.agent_id)

    for chat in (late, early):
        transfer_to_agent(chat.pk, by=late.agent_id, to=receiver.pk)

    assert planned(late) == (Step.BREACH, None)
    assert planned(early) == (Step.NONE, seconds_from(early.queued_at, 60))


def test_the_next_agent_begins_anew(queue):
    receiver = AgentFactory(queues=[queue], online=True)
    chat = with_agent(queue, minutes=20)
    transfer_to_agent(chat.pk, by=chat.agent_id, to=receiver.pk)

    accept_chat(chat.pk, by=receiver.pk)

    assert planned(chat) == (Step.NONE, seconds_from(chat.accepted_at, 600))


def test_a_transfer_that_comes_back_waits_again_since_it_came(queue):
    receiver = AgentFactory(queues=[queue], online=True)
    chat = with_agent(queue)
    transfer_to_agent(chat.pk, by=chat.agent_id, to=receiver.pk)

    decline_transfer(chat.pk, by=receiver.pk)

    assert planned(chat) == (Step.NONE, seconds_from(chat.queued_at, 60))


@pytest.mark.parametrize("close", ["end", "cancel", "leave"])
def test_nothing_is_due_of_what_is_over_or_left(queue, close):
    chat = waiting(queue) if close == "cancel" else with_agent(queue)

    if close == "end":
        end_chat(chat.pk, by=chat.agent_id)
    else:
        cancel_chat(chat.pk)

    assert planned(chat) == (Step.NONE, None)


# --- other settings ------------------------------------------------------------------------------


def test_a_changed_target_of_the_queue_holds_for_who_waits_and_who_is_served(queue):
    chat, served, other = waiting(queue), with_agent(queue), ChatFactory()
    before = planned(other)

    change(queue, target_seconds=300, conversation_warning_seconds=30)

    assert planned(chat) == (Step.NONE, seconds_from(chat.queued_at, 150))
    assert planned(served) == (Step.NONE, seconds_from(served.accepted_at, 30))
    assert planned(other) == before


def test_a_changed_target_of_all_holds_where_a_queue_has_none_of_its_own(queue):
    own, general = with_agent(queue), ChatFactory(assigned=True)

    change(ChatSettings.objects.current(), conversation_target_seconds=1800)

    assert planned(own) == (Step.NONE, seconds_from(own.accepted_at, 600))
    assert planned(general) == (Step.NONE, seconds_from(general.accepted_at, 900))


def test_conversations_lose_their_target_with_the_setting():
    chat = ChatFactory(assigned=True)
    settings = ChatSettings.objects.current()
    change(settings, conversation_target_seconds=1800)

    change(settings, conversation_target_seconds=None)

    assert planned(chat) == (Step.NONE, None)


@pytest.mark.parametrize(
    ("target", "expected", "next_at"),
    [(300, Step.NONE, 150), (150, Step.WARNING, 150), (80, Step.WARNING, 80)],
    ids=["both are to come again", "the breach is to come", "the breach is due at once"],
)
def test_what_was_told_counts_as_far_as_it_has_come_under_the_new_target(
    queue, target, expected, next_at
):
    chat = waiting(queue)
    queued_at = timezone.now() - timedelta(seconds=100)
    told = {"target_told": Step.WARNING, "target_at": seconds_from(queued_at, 120)}
    Chat.objects.filter(pk=chat.pk).update(queued_at=queued_at, **told)

    change(queue, target_seconds=target)

    assert planned(chat) == (expected, seconds_from(queued_at, next_at))


def test_whatever_else_is_saved_plans_nothing_anew(queue):
    chat = waiting(queue, minutes=5)
    Chat.objects.filter(pk=chat.pk).update(target_told=Step.BREACH, target_at=None)

    change(queue, capacity=2)

    assert planned(chat) == (Step.BREACH, None)
    assert retarget([queue.pk]) == 0


@pytest.mark.parametrize("rows", [1, 20])
def test_planning_anew_takes_as_many_queries_for_many(queue, rows, django_assert_num_queries):
    ChatFactory.create_batch(rows, queue=queue)
    Queue.objects.update(target_seconds=240)

    with django_assert_num_queries(6):  # settings, chats, their locks, one update; a savepoint
        assert retarget([queue.pk]) == rows


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_changing_targets_beside_batches_of_messages_is_no_deadlock(queue):
    """Both hold many chats at once."""
    AgentFactory()  # With the rights, the settings that a flushed database has lost.
    chats = ChatFactory.create_batch(20, queue=queue)

    def write(writer: int) -> None:
        for turn in range(10):
            lines = [
                Draft(chat.public_id, by, f"writer-{writer}-{turn:05}", "reply", "Hello")
                for chat in chats[:: -1 if writer else 1]
                for by in [Sender("c", chat.customer_id, "Ann")]
            ]
            post_messages(lines)

    def aim(first: int) -> None:
        for seconds in range(first, first + 10):
            with transaction.atomic():
                change(Queue.objects.get(pk=queue.pk), target_seconds=seconds)

    at_once([partial(write, 0), partial(write, 1), partial(aim, 100), partial(aim, 200)])

    assert [line for line in wrongs(timezone.now()) if "target" in line] == []
