"""What customers' pages show of the desk: whether it is open, what fails, what it offers."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import Any

from livechat.hours import LOOKED_AHEAD
from livechat.models.chats import Chat
from livechat.models.hours import ChatHours
from livechat.models.settings import ChatSettings
from livechat.models.states import ChatStatus
from livechat.models.wording import SystemMessage
from tickets.models import Company, ServiceAlert


def told_of_desk(company: Company, now: datetime) -> dict[str, Any]:
    """What a page without a chat is told, and in how many seconds to ask again."""
    hours = ChatHours.objects.of_new_chats(company, now)
    alerts = ServiceAlert.objects.told_to_customers(company.pk, now)
    told = hours.told(now)
    change = ServiceAlert.objects.next_change(company.pk, now)
    soonest = [seconds for seconds in (told["seconds"], _seconds(change, now)) if seconds]
    return {
        **told,
        # No later than hours look ahead: a browser's timers hold 24 days.
        "seconds": min([*soonest, int(LOOKED_AHEAD.total_seconds())]) if soonest else None,
        "leave": ChatSettings.objects.current().leave_tickets,
        "alerts": [_told_of(alert) for alert in alerts],
    }


def offers_ticket(chat: Chat, now: datetime) -> bool:
    """Whether the customer of this chat may leave a ticket instead, as nobody came.

    Not of a chat that has one. What an agent let go waits from then on.
    """
    chosen = ChatSettings.objects.current()
    minutes = chosen.overflow_minutes
    if not chosen.leave_tickets or minutes is None or chat.status != ChatStatus.QUEUED:
        return False
    if chat.ticket_id is not None:
        return False
    since = max(chat.queued_at, chat.let_go_at or chat.queued_at)
    return now >= since + timedelta(minutes=minutes)


def told_instead(chat: Chat, now: datetime) -> str | None:
    """What such a customer reads; None: he waits on."""
    if not offers_ticket(chat, now):
        return None
    wording = SystemMessage.objects.wording(chat.customer.company.language)
    return chat.queue.overflow_text or wording["overflow"]


def _told_of(alert: ServiceAlert) -> dict[str, Any]:
    return {"id": alert.public_id, "title": alert.title, "text": alert.text}


def _seconds(moment: datetime | None, now: datetime) -> int | None:
    return max(1, ceil((moment - now).total_seconds())) if moment else None
