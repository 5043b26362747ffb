"""What is remembered of what was told, and when it is told."""

import json

import pytest
from django.db import transaction

from livechat import events, realtime
from livechat.events import Mark
from livechat.models import Chat, Message
from livechat.realtime import Delivery
from livechat.services.assignment import accept_chat
from tests.factories import AgentFactory, ChatFactory, MessageFactory
from tests.livechat.hearing import posted

pytestmark = pytest.mark.django_db


@pytest.fixture
def chat() -> Chat:
    return ChatFactory(assigned=True)


@pytest.fixture
def delivered(monkeypatch) -> list[Delivery]:
    """What is really handed to hub and bus."""
    handed: list[Delivery] = []
    monkeypatch.setattr(realtime, "deliver", handed.extend)
    return handed


# --- what a process remembers --------------------------------------------------------------------


def test_a_mark_tells_each_audience_its_own_head(chat):
    posted(chat, "reply", "note")
    mark = Mark.of(chat)

    assert mark.head(staff=True).head == 4
    assert (mark.head(staff=False).head, mark.head(staff=False).epoch) == (3, None)


def test_messages_and_steps_carry_the_mark_that_is_remembered(chat):
    line = MessageFactory(chat=chat)
    found = events.deliveries_of([events.MessagePosted(chat, [line]), events.ChatChanged(chat)])

    assert {delivery.mark[0] for delivery in found} == {chat.public_id}
    assert all(Mark(*delivery.mark[1]) == Mark.of(chat) for delivery in found)


# --- when ----------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_news_are_told_when_the_transaction_commits_and_not_before(delivered):
    chat = ChatFactory()

    with transaction.atomic():
        accept_chat(chat.pk, by=AgentFactory().pk)
        assert delivered == []

    assert {json.loads(delivery.text)["type"] for delivery in delivered} == {
        *("chat.changed", "messages", "queue.changed")
    }


@pytest.mark.django_db(transaction=True)
def test_news_of_what_was_rolled_back_are_never_told(delivered):
    chat, agent = ChatFactory(), AgentFactory()

    with transaction.atomic():
        accept_chat(chat.pk, by=agent.pk)
        transaction.set_rollback(True)

    assert delivered == []
    assert Chat.objects.get(pk=chat.pk).status == "queued"
    assert Message.objects.filter(chat=chat).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_failing_publication_never_fails_what_is_committed(monkeypatch, caplog):
    def fail(deliveries: list[Delivery]) -> None:
        raise RuntimeError("no hub")

    monkeypatch.setattr(realtime, "deliver", fail)
    chat = ChatFactory()

    accept_chat(chat.pk, by=AgentFactory().pk)

    assert Chat.objects.get(pk=chat.pk).status == "assigned"
    assert "no hub" in caplog.text


def test_no_news_register_nothing(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        events.publish_all([])

    assert callbacks == []


def test_one_transaction_says_one_thing_to_the_hub(django_capture_on_commit_callbacks, chat):
    with django_capture_on_commit_callbacks() as callbacks:
        events.publish_all([events.ChatChanged(chat), events.LineMoved(chat.queue_id)])

    assert len(callbacks) == 1


def test_typing_is_told_at_once(delivered, chat):
    events.tell_now([events.TypingNoticed(Mark.of(chat), chat.public_id, "customer", "Ada")])

    assert len(delivered) == 1
