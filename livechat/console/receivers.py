"""Who can be handed a chat: agents of its queue, and the queues its company's chats may wait in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils import timezone

from livechat.models import Agent, Chat, ChatSettings, Queue


@dataclass(frozen=True, slots=True)
class Colleague:
    """An agent who could take a chat, and how many he has of how many he takes by himself."""

    agent: Agent
    load: int
    capacity: int

    @property
    def full(self) -> bool:
        return self.load >= self.capacity


@dataclass(frozen=True, slots=True)
class Line:
    """A queue, who waits in it, and how many of its agents have a free place."""

    queue: Queue
    waiting: int
    free: int


def receivers_of(chat: Chat, agent: Agent) -> dict[str, Any]:
    """What the transfer dialog offers. As many queries for one agent as for twenty."""
    settings = ChatSettings.objects.current()
    chosen = settings.for_queue(chat.queue)
    ready = Agent.objects.ready_in(chat.queue_id, timezone.now()).exclude(pk=agent.pk)
    colleagues = [
        Colleague(one, one.open_chats, chosen.capacity_of(one.capacity, one.largest_capacity))
        for one in ready.select_related("user").order_by("open_chats", "user__name", "pk")
    ]
    open_to = Queue.objects.active().open_to(chat.customer.company_id).exclude(pk=chat.queue_id)
    queues = list(open_to.select_related("company").order_by("name", "pk"))
    waiting, free = _waiting_in(queues), _free_in(queues, settings)
    return {
        "colleagues": sorted(colleagues, key=lambda one: one.full),
        "lines": [Line(queue, waiting[queue.pk], free[queue.pk]) for queue in queues],
    }


def _waiting_in(queues: Iterable[Queue]) -> Counter[int]:
    found = Chat.objects.waiting().filter(queue__in=queues).order_by().values_list("queue")
    return Counter(dict(found.annotate(number=Count("pk"))))


def _free_in(queues: Iterable[Queue], settings: ChatSettings) -> Counter[int]:
    by_pk = {queue.pk: settings.for_queue(queue) for queue in queues}
    ready = Agent.objects.ready(timezone.now()).filter(queues__in=by_pk)
    free: Counter[int] = Counter()
    for queue, load, wanted, limit in ready.values_list(
        "queues", "open_chats", "capacity", "largest_capacity"
    ):
        free[queue] += load < by_pk[queue].capacity_of(wanted, limit)
    return free
