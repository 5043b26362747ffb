"""What is told of how long chats wait and take."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from livechat import events
from livechat.models import Chat, ChatSettings
from livechat.models.targets import running
from livechat.services.ownership import supervisors_of
from livechat.services.planning import plan_target
from livechat.targets import Step

FIELDS = ("target_told", "target_at")


@transaction.atomic
def tell_target(chat_id: int) -> Chat:
    """Tell of the step of its target that has come, once; then plan the next.

    Of two that have come meanwhile the later one is told. What another clock has told, or what is
    not due any more, is left alone.
    """
    chat = Chat.objects.locked(chat_id)
    now = timezone.now()
    runs = running(chat, ChatSettings.objects.current())
    step, told = runs.passed(now) if runs else Step.NONE, chat.target_told
    plan_target(chat, runs, step)
    chat.save(update_fields=FIELDS)
    if runs and step > told:
        seconds = int((now - runs.since).total_seconds())
        news = events.TargetBreached(chat, runs.target, step, seconds, supervisors_of(chat))
        events.publish_all([news])
    return chat


@transaction.atomic
def retarget(queues: Collection[int]) -> int:
    """Plan anew the chats of these queues whose target is another now. How many there were.

    What was told and has not come yet under the new one will be told again. Chats that the change
    does not concern are not locked: whatever else is saved holds up no chat.
    """
    settings, now = ChatSettings.objects.current(), timezone.now()
    live = Chat.objects.live().filter(queue__in=queues).select_related("queue")
    moved = [chat.pk for chat in live if _planned(chat, settings, now)]
    found = live.filter(pk__in=moved).order_by("pk")
    locked = list(found.select_for_update(of=("self",), no_key=True)) if moved else []
    for chat in locked:
        _planned(chat, settings, now)
    return Chat.objects.bulk_update(locked, FIELDS) if locked else 0


def _planned(chat: Chat, settings: ChatSettings, now: datetime) -> bool:
    """Plan it by the settings of now; whether that is another plan."""
    before = chat.target_told, chat.target_at
    runs, told = running(chat, settings), Step(chat.target_told)
    plan_target(chat, runs, min(told, runs.passed(now)) if runs else Step.NONE)
    return before != (chat.target_told, chat.target_at)
