"""How long a waiting customer will wait, as far as it can be said honestly."""

from __future__ import annotations

from datetime import datetime

from livechat.models.agents import Agent
from livechat.models.chats import Chat
from livechat.models.hours import ChatHours
from livechat.models.promises import WaitPromise
from livechat.models.settings import ChatSettings
from livechat.policy import estimate_wait, may_promise

#: The last so many finished chats of the queue say how long one takes.
SAMPLES = 40


def wait_of(chat: Chat, ahead: int, now: datetime) -> tuple[int, int] | None:
    """Minutes from and to (0: open end) for a chat with so many before it; None: say nothing.

    Nine queries at most, however long the line is.
    """
    if may_promise(WaitPromise.objects.kept_lately(chat.queue_id)):
        return expected_wait(chat, ahead, now)
    return None


def expected_wait(chat: Chat, ahead: int, now: datetime) -> tuple[int, int] | None:
    """The same, whether or not the queue's promises were kept lately.

    Where agents take the chats by hand a free place says nothing, nor does anything while closed.
    """
    chosen = ChatSettings.objects.current().for_queue(chat.queue)
    company = chat.customer.company_id
    if not chosen.gives_chats or not ChatHours.objects.is_open(chat.queue, now, company=company):
        return None
    ready = Agent.objects.ready_in(chat.queue_id, now)
    places = [
        (chosen.capacity_of(wanted, limit), open_chats)
        for wanted, limit, open_chats in ready.values_list(
            "capacity", "largest_capacity", "open_chats"
        )
    ]
    held = _held_seconds(chat.queue_id)
    first = Chat.objects.waiting().filter(queue=chat.queue_id).values_list("queued_at", flat=True)
    last = Chat.objects.accepted_last(chat.queue_id)
    return estimate_wait(
        ahead=ahead,
        free=sum(max(0, capacity - taken) for capacity, taken in places),
        slots=sum(capacity for capacity, _taken in places),
        hold_seconds=sum(held) / len(held) if held else None,
        samples=len(held),
        last_entered_wait=(last[1] - last[0]).total_seconds() if last and last[1] else None,
        head_age=(now - head).total_seconds() if (head := first.first()) else None,
    )


def _held_seconds(queue_id: int) -> list[float]:
    finished = Chat.objects.filter(queue=queue_id, ended_at__isnull=False, agent__isnull=False)
    rows = finished.order_by("-ended_at").values_list("accepted_at", "ended_at")[:SAMPLES]
    return [(ended - accepted).total_seconds() for accepted, ended in rows if accepted and ended]
