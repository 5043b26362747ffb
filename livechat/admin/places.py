"""Who waits, who serves, how many could be taken: by queue, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from livechat.models import Agent, Chat, ChatSettings, Lease, Queue


def with_counts(queues: QuerySet[Queue]) -> QuerySet[Queue]:
    """Each queue with who waits in it, since when the first does, and how many serve it."""
    waiting = Chat.objects.waiting().filter(queue=OuterRef("pk")).order_by().values("queue")
    active = Q(agents__retired_at=None, agents__user__is_active=True)
    return queues.annotate(
        waiting_count=Coalesce(Subquery(waiting.annotate(count=Count("pk")).values("count")), 0),
        waiting_since=Subquery(waiting.annotate(since=Min("queued_at")).values("since")),
        agent_count=Count("agents", filter=active),
    )


def free_places(queues: Collection[Queue], settings: ChatSettings, now: datetime) -> dict[int, int]:
    """How many chats these queues could give away now. Who serves two queues counts in both."""
    chosen = {queue.pk: settings.for_queue(queue) for queue in queues}
    there = Lease.objects.alive(now).values("agent")
    able = Agent.objects.active().filter(available=True, pk__in=there, queues__in=list(chosen))
    free = dict.fromkeys(chosen, 0)
    rows = able.values_list("queues", "capacity", "largest_capacity", "open_chats")
    for queue, wanted, limit, taken in rows:
        free[queue] += max(0, chosen[queue].capacity_of(wanted, limit) - taken)
    return free
