"""A customer who is silent, after his agent spoke last, is asked once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from livechat.models import Chat, Draft, Message, Sender
from livechat.services.attention import look_at
from livechat.services.closing import cancel_chat
from livechat.services.conversation import post_messages
from tests.factories import ChatFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def chat():
    chat = ChatFactory(assigned=True)
    says(chat, Sender("a", chat.agent_id, ""), "answer-1")
    return chat


def says(chat, sender, client_id):
    post_messages([Draft(chat.public_id, sender, client_id, "reply", "Hello?")])


def half_an_hour_passes(chat):
    Message.objects.filter(chat=chat).update(posted_at=timezone.now() - timedelta(minutes=31))
    Chat.objects.filter(pk=chat.pk).update(last_message_at=timezone.now() - timedelta(minutes=31))


def asked(chat):
    return Message.objects.filter(chat=chat, data__code="idle").count()


def test_he_is_asked_when_he_has_been_silent(chat):
    half_an_hour_passes(chat)

    assert look_at([chat.pk]) == 1

    after = Chat.objects.get(pk=chat.pk)
    assert (asked(chat), after.next_action) == (1, "look")
    assert after.next_action_at > timezone.now()


def test_he_is_asked_once(chat):
    for _ in range(2):
        half_an_hour_passes(chat)
        look_at([chat.pk])

    assert asked(chat) == 1


def test_and_again_when_he_had_spoken_meanwhile(chat):
    half_an_hour_passes(chat)
    look_at([chat.pk])
    Chat.objects.update(idle_asked_at=timezone.now() - timedelta(hours=1))
    says(chat, Sender("c", chat.customer_id, ""), "here-0001")
    says(chat, Sender("a", chat.agent_id, ""), "answer-2")
    half_an_hour_passes(chat)

    look_at([chat.pk])

    assert asked(chat) == 2


def test_who_waits_for_an_answer_is_not_asked(chat):
    says(chat, Sender("c", chat.customer_id, ""), "here-0001")
    half_an_hour_passes(chat)

    assert look_at([chat.pk]) == 0


def test_nor_who_has_left(chat):
    cancel_chat(chat.pk)
    half_an_hour_passes(chat)

    assert look_at([chat.pk]) == 0


def test_before_the_time_nobody_is_asked(chat):
    assert look_at([chat.pk]) == 0
