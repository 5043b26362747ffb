"""What happens next to a chat that is not over, and when: nothing waits for an event alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from livechat.models import Chat, ChatSettings, NextAction
from livechat.models.targets import Running, running
from livechat.targets import Step

#: A lost event costs at most so long; events alone route at once.
ROUTE_AGAIN = timedelta(seconds=10)
#: Nothing is to be done by itself; somebody looks all the same.
SELDOM = timedelta(hours=1)
LOOK_AGAIN = timedelta(seconds=60)


def plan(
    chat: Chat, now: datetime, *, tried: bool = False, settings: ChatSettings | None = None
) -> None:
    """Set what is next of a chat that took a step; saving is the caller's business.

    `tried`: it took none, as nobody was found for it. `settings`: if they have just been read.
    """
    settings = settings or ChatSettings.objects.current()
    if not tried:
        _begin_target(chat, settings, now)
    chosen = settings.for_queue(chat.queue)
    if chat.status == Chat.Status.QUEUED:
        again = ROUTE_AGAIN if tried else timedelta(0)
        chat.next_action = NextAction.ROUTE
        chat.next_action_at = now + (again if chosen.auto_accept else SELDOM)
    elif chat.status == Chat.Status.TRANSFERRED:
        chat.next_action = NextAction.GIVE_BACK
        chat.next_action_at = now + timedelta(seconds=chosen.transfer_seconds)
    elif chat.left_at and settings.cancelled_closed_after_minutes:
        chat.next_action = NextAction.CLOSE
        minutes = timedelta(minutes=settings.cancelled_closed_after_minutes)
        chat.next_action_at = chat.left_at + minutes
    elif chat.is_live:
        chat.next_action, chat.next_action_at = NextAction.LOOK, now + LOOK_AGAIN
    else:
        chat.next_action, chat.next_action_at = "", None


def plan_target(chat: Chat, runs: Running | None, told: Step) -> None:
    """Set when the step comes that follows what was told; saving is the caller's business."""
    chat.target_told = told if runs else Step.NONE
    chat.target_at = runs.next_at(told) if runs else None


def _begin_target(chat: Chat, settings: ChatSettings, now: datetime) -> None:
    """What has passed is told at once; not to who is handed a chat, as that is news enough."""
    runs, told = running(chat, settings), Step.NONE
    if runs and chat.status == Chat.Status.TRANSFERRED:
        told = runs.passed(now)
    plan_target(chat, runs, told)
