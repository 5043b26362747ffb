"""Chats under way in which somebody is silent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from livechat.models import Chat, ChatSettings, Draft, NextAction
from livechat.services.ownership import say
from livechat.services.planning import LOOK_AGAIN


def look_at(chat_ids: Collection[int]) -> int:
    """Ask the customers who are silent; then plan the next look. How many were asked."""
    now = timezone.now()
    since = now - timedelta(minutes=ChatSettings.objects.current().idle_minutes)
    silent = Chat.objects.filter(pk__in=chat_ids).silent_since(since)
    asked = [ask_silent_customer(pk, since=since) for pk in silent.values_list("pk", flat=True)]
    look_again(chat_ids, at=now + LOOK_AGAIN)
    return sum(asked)


@transaction.atomic
def ask_silent_customer(chat_id: int, *, since: datetime) -> bool:
    """Ask once whether he is still there. False when somebody has spoken meanwhile."""
    chat = Chat.objects.locked(chat_id)
    if not Chat.objects.filter(pk=chat_id).silent_since(since).exists():
        return False
    chat.idle_asked_at = timezone.now()
    chat.version += 1
    chat.save(update_fields=["idle_asked_at", "version"])
    say(chat, Draft.event(chat, "idle"))
    return True


@transaction.atomic
def look_again(chat_ids: Collection[int], *, at: datetime) -> int:
    """When chats under way are looked at next, or closed if they were left. How many there were."""
    looked_at = Chat.objects.filter(pk__in=chat_ids, next_action=NextAction.LOOK)
    free = list(looked_at.unlocked().values_list("pk", flat=True))
    Chat.objects.filter(pk__in=free).update(next_action_at=at)
    _plan_left(free)
    return len(free)


@transaction.atomic
def plan_left_chats() -> int:
    """The setting is another: when chats are closed that their customers left. How many there were.

    It waits for nobody; what somebody else holds is planned by him, or looked at soon.
    """
    left = Chat.objects.live().filter(left_at__isnull=False)
    free = list(left.unlocked().values_list("pk", flat=True))
    return _plan_left(free)


def _plan_left(free: Collection[int]) -> int:
    """Close the left ones of these, which we hold, in their time; or leave it to their agents."""
    minutes = ChatSettings.objects.current().cancelled_closed_after_minutes
    left = Chat.objects.filter(pk__in=free, left_at__isnull=False)
    if minutes is None:
        planned = left.filter(next_action=NextAction.CLOSE)
        return planned.update(next_action=NextAction.LOOK, next_action_at=timezone.now())
    at = F("left_at") + timedelta(minutes=minutes)
    return left.update(next_action=NextAction.CLOSE, next_action_at=at)
