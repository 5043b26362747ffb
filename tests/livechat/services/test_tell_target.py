"""A target that comes, or is passed, is told once, to whom it concerns."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from livechat import clock as clocks
from livechat import events
from livechat.models import Agent, Chat, Queue
from livechat.services import targets
from livechat.services.assignment import accept_chat, transfer_to_queue
from livechat.services.configuration import announce
from livechat.services.targets import tell_target
from livechat.targets import Step, Target
from tests.factories import AgentFactory, ChatFactory, CompanyFactory, QueueFactory, UserFactory
from tests.livechat.services.racing import at_once

pytestmark = pytest.mark.django_db
Told = list[tuple[Target, Step]]


@pytest.fixture
def queue() -> Queue:
    """Warning and breach: 60 and 120 seconds of waiting, 600 and 900 of conversation."""
    return QueueFactory(
        target_seconds=120, conversation_target_seconds=900, conversation_warning_seconds=600
    )


def waited(chat: Chat, seconds: int) -> None:
    """Since it came, and so long; whatever was told of it stays told."""
    set_back(chat, "queued_at", seconds)


def taken(chat: Chat, seconds: int) -> None:
    """Since its agent has it."""
    set_back(chat, "accepted_at", seconds)


def set_back(chat: Chat, name: str, seconds: int) -> None:
    chat.refresh_from_db()
    before: Any = getattr(chat, name)
    since = timezone.now() - timedelta(seconds=seconds)
    at = chat.target_at and chat.target_at - (before - since)
    Chat.objects.filter(pk=chat.pk).update(**{name: since, "target_at": at})


def told(published: list[events.Event]) -> Told:
    return [
        (news.target, news.step) for news in published if isinstance(news, events.TargetBreached)
    ]


def test_a_warning_then_the_breach_each_once(queue, published):
    chat = ChatFactory(queue=queue)
    for seconds in (59, 61, 90, 119, 121, 500):
        waited(chat, seconds)
        clocks.tell_targets()

    assert told(published) == [(Target.WAITING, Step.WARNING), (Target.WAITING, Step.BREACH)]
    chat.refresh_from_db()
    assert (chat.target_told, chat.target_at) == (Step.BREACH, None)


def test_of_two_steps_that_came_meanwhile_the_later_is_told(queue, published):
    chat = ChatFactory(queue=queue)
    waited(chat, 300)

    clocks.tell_targets()

    assert told(published) == [(Target.WAITING, Step.BREACH)]
    assert published[-1].seconds == 300


def test_the_version_stays_as_no_page_has_to_draw_the_chat_anew(queue):
    chat = ChatFactory(queue=queue)
    waited(chat, 61)

    assert tell_target(chat.pk).version == chat.version


def test_what_another_clock_has_told_is_not_told_again(queue, published, monkeypatch):
    chat = ChatFactory(queue=queue)
    waited(chat, 61)
    tell = targets.tell_target

    def tell_twice(chat_id: int) -> Chat:
        tell(chat_id)
        return tell(chat_id)

    monkeypatch.setattr(targets, "tell_target", tell_twice)

    clocks.tell_targets()

    assert len(told(published)) == 1


def test_the_conversation_has_a_target_of_its_own(queue, published):
    chat = ChatFactory(queue=queue, assigned=True)
    for seconds in (599, 601, 901):
        taken(chat, seconds)
        clocks.tell_targets()

    conversation = Target.CONVERSATION
    assert told(published) == [(conversation, Step.WARNING), (conversation, Step.BREACH)]


def test_who_waits_again_too_long_is_told_of_again(queue, published):
    """Others may serve the queue by now, and he is red there."""
    chat, agent = ChatFactory(queue=queue), AgentFactory(queues=[queue])
    waited(chat, 121)
    clocks.tell_targets()
    accept_chat(chat.pk, by=agent.pk)

    transfer_to_queue(chat.pk, by=agent.pk, to=queue.pk)
    clocks.tell_targets()
    clocks.tell_targets()

    assert told(published) == [(Target.WAITING, Step.BREACH)] * 2


def test_a_longer_target_that_has_not_come_yet_is_told_when_it_comes(queue, published):
    chat = ChatFactory(queue=queue)
    waited(chat, 121)
    clocks.tell_targets()
    queue.target_seconds = 600
    queue.save(update_fields=["target_seconds"])
    announce(queue)

    clocks.tell_targets()
    assert len(told(published)) == 1
    waited(chat, 301)
    clocks.tell_targets()

    assert told(published)[1:] == [(Target.WAITING, Step.WARNING)]


def test_a_target_that_went_while_the_clock_looked_is_not_told(queue, published):
    """The settings may change between the plan of a step and its time."""
    chat = ChatFactory(queue=queue)
    waited(chat, 121)
    Queue.objects.update(target_seconds=600)

    tell_target(chat.pk)

    chat.refresh_from_db()
    assert told(published) == []
    assert chat.target_at == chat.queued_at + timedelta(seconds=300)


@pytest.mark.parametrize("trait", ["left", "ended", "abandoned", "cancelled"])
def test_of_what_is_over_or_left_nothing_is_told(queue, published, trait):
    tell_target(ChatFactory(queue=queue, **{trait: True}).pk)

    assert published == []


def test_the_supervisors_of_its_company_hear_of_it_too(queue, published):
    company = queue.company
    supervisor, _other = (
        AgentFactory(user=UserFactory(in_groups=["Agent", "Supervisor"], companies=[each]))
        for each in (company, CompanyFactory())
    )
    chat = ChatFactory(queue=queue)
    waited(chat, 61)

    clocks.tell_targets()

    assert published[-1].supervisors == {supervisor.pk}


def test_a_supervisor_who_has_the_chat_hears_it_once(queue):
    chat = ChatFactory(queue=queue, assigned=True)
    news = events.TargetBreached(chat, Target.CONVERSATION, Step.WARNING, 600, {chat.agent_id})

    (delivery,) = news.deliveries()

    assert delivery.topics == (events.agent_topic(chat.agent_id),)


def test_one_chat_that_fails_does_not_hold_up_the_others(queue, published, monkeypatch):
    first, second = ChatFactory.create_batch(2, queue=queue)
    waited(first, 90)
    waited(second, 61)
    tell = targets.tell_target

    def fail_for_first(chat: int) -> Chat:
        if chat == first.pk:
            raise ValueError("broken row")
        return tell(chat)

    monkeypatch.setattr(targets, "tell_target", fail_for_first)

    with pytest.raises(ValueError, match="broken row"):
        clocks.tell_targets()

    assert [news.chat for news in published] == [second]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_clocks_that_tick_together_tell_once(queue, published):
    AgentFactory()  # The rights that a flushed database has lost.
    chats = ChatFactory.create_batch(20, queue=queue)
    for chat in chats:
        waited(chat, 61)

    at_once([partial(clocks.tell_targets) for _ in range(4)])

    assert sorted(news.chat.pk for news in published) == sorted(chat.pk for chat in chats)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_accept_and_the_clock_leave_one_plan(queue):
    agents = [AgentFactory(queues=[queue]).pk for _ in range(10)]
    chats = ChatFactory.create_batch(10, queue=queue)
    for chat in chats:
        waited(chat, 61)

    works = [
        partial(accept_chat, chat.pk, by=agent) for chat, agent in zip(chats, agents, strict=True)
    ]
    at_once([*works, clocks.tell_targets, clocks.tell_targets])

    assert Agent.objects.filter(open_chats=1).count() == 10
    for chat in Chat.objects.select_related("queue"):
        assert chat.target_at == chat.accepted_at + timedelta(seconds=600)
        assert chat.target_told == Step.NONE
