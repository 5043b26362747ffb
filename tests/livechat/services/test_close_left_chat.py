"""Chats that their customers left are closed in the time of the settings, whenever that was set."""

from datetime import timedelta

import pytest
from django.utils import timezone

from livechat import clock as clocks
from livechat.models import Chat, ChatSettings
from livechat.services.attention import look_at, plan_left_chats
from livechat.services.closing import cancel_chat, close_left_chat
from tests.factories import ChatFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def chat():
    """Left ten minutes ago."""
    chat = ChatFactory(left=True)
    Chat.objects.filter(pk=chat.pk).update(left_at=timezone.now() - timedelta(minutes=10))
    return Chat.objects.get(pk=chat.pk)


def closed_after(minutes):
    ChatSettings.objects.update(cancelled_closed_after_minutes=minutes)


def status(chat):
    return Chat.objects.get(pk=chat.pk).status


def test_it_is_closed_in_its_time():
    closed_after(5)
    chat = ChatFactory(assigned=True)
    cancel_chat(chat.pk)
    five_minutes_ago = timezone.now() - timedelta(minutes=5)
    Chat.objects.update(left_at=five_minutes_ago, next_action_at=timezone.now())

    clocks.do_what_is_due()

    assert status(chat) == "ended"


@pytest.mark.parametrize(
    "find",
    [lambda chat: plan_left_chats(), lambda chat: look_at([chat.pk])],
    ids=["set", "looked at"],
)
def test_what_was_left_before_it_was_set_is_closed_too(chat, find):
    closed_after(5)

    find(chat)
    clocks.do_what_is_due()

    assert status(chat) == "ended"


def test_a_shorter_time_holds_for_what_is_planned(chat):
    closed_after(60)
    plan_left_chats()
    closed_after(5)
    plan_left_chats()

    clocks.do_what_is_due()

    assert status(chat) == "ended"


@pytest.mark.parametrize("minutes", [None, 60])
def test_what_was_planned_is_not_done_when_the_setting_says_otherwise(chat, minutes):
    closed_after(5)
    plan_left_chats()
    closed_after(minutes)

    close_left_chat(chat.pk)

    after = Chat.objects.get(pk=chat.pk)
    assert after.status == "assigned"
    assert after.next_action == ("close" if minutes else "look")
    assert after.next_action_at > timezone.now()


def test_emptying_it_leaves_them_to_their_agents(chat):
    closed_after(5)
    plan_left_chats()
    closed_after(None)

    assert plan_left_chats() == 1

    assert Chat.objects.get(pk=chat.pk).next_action == "look"


def test_chats_that_nobody_left_stay_as_they_are_planned():
    closed_after(5)
    chat = ChatFactory(assigned=True)

    assert plan_left_chats() == 0
    look_at([chat.pk])

    assert Chat.objects.get(pk=chat.pk).next_action == "look"
