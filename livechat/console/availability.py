"""Whether an agent takes chats, and how many at once: what its control shows."""

from __future__ import annotations

from typing import Any

from livechat.models import Agent, AvailabilityReason, ChatSettings, Queue


def availability_of(agent: Agent) -> dict[str, Any]:
    """What the control's partial expects."""
    settings = ChatSettings.objects.current()
    chosen = [settings.for_queue(queue) for queue in Queue.objects.served_by(agent.user)]
    automatic = [one for one in chosen if one.gives_chats]
    capacities = [one.capacity_of(agent.capacity, agent.largest_capacity) for one in automatic]
    largest = min(agent.largest_capacity or settings.largest_capacity, settings.largest_capacity)
    reasons = [] if agent.available else AvailabilityReason.objects.filter(retired_at=None)
    return {
        "available": agent.available,
        "automatic": bool(automatic),
        "capacity": max(capacities, default=0),
        "fixed": settings.capacity_fixed,
        "choices": range(1, largest + 1),
        "reasons": list(reasons),
        "reason": agent.reason,
    }
