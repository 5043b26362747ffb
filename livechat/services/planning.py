"""What happens next to a chat that is not over, and when: nothing waits for an event alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from livechat.models import Chat, ChatSettings, NextAction

#: A lost event costs at most so long; events alone route at once.
ROUTE_AGAIN = timedelta(seconds=10)
#: Nothing is to be done by itself; somebody looks all the same.
SELDOM = timedelta(hours=1)
LOOK_AGAIN = timedelta(seconds=60)


def plan(chat: Chat, now: datetime, *, tried: bool = False) -> None:
    """Set the chat's next action; saving is the caller's business. `tried`: nobody was found."""
    settings = ChatSettings.objects.current()
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
