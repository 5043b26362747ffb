"""What administrators do while the desk of `desk.py` is at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livechat.models import Agent, ChatHours, ChatSettings, Queue
from livechat.policy import Selector
from livechat.services import configuration

if TYPE_CHECKING:
    from tests.livechat.desk import Desk, Pick


def change_queue(desk: Desk, pick: Pick) -> None:
    queue = Queue.objects.get(pk=pick(desk.queues))
    name, values = pick(
        [
            ("auto_accept", [True, True, None, False]),
            ("capacity", [None, 1, 3]),
            ("selector", ["", "", "", *Selector]),
            ("transfer_seconds", [None, 10, 60]),
            ("priority_seconds", [0, 90, 300]),
            ("target_seconds", [None, 10, 60]),
            ("conversation_target_seconds", [None, 10, 90]),
        ]
    )
    setattr(queue, name, pick(values))
    queue.save(update_fields=[name])
    rank_anew(queue, name)
    configuration.announce(queue)


def change_settings(desk: Desk, pick: Pick) -> None:
    settings = ChatSettings.objects.current()
    name, values = pick(
        [
            ("auto_accept", [True, True, False]),
            ("default_capacity", [1, 2, 3]),
            ("largest_capacity", [3, 5]),
            ("capacity_fixed", [True, False]),
            ("unavailable_after_ending", [True, False]),
            ("transfer_falls_back_to", ["queue", "sender"]),
            ("cancelled_closed_after_minutes", [None, 1]),
            ("vip_priority_seconds", [0, 60, 600]),
            ("target_seconds", [20, 300]),
            ("conversation_target_seconds", [None, 20, 120]),
        ]
    )
    setattr(settings, name, pick(values))
    settings.save(update_fields=[name])
    rank_anew(settings, name)
    configuration.announce(settings)


def rank_anew(setting: Queue | ChatSettings, changed: str) -> None:
    """As the admin does, which saves both in one transaction."""
    if changed in {"priority_seconds", "vip_priority_seconds"}:
        configuration.rank_anew(setting)


def change_hours(desk: Desk, pick: Pick) -> None:
    """Nobody is there today; or somebody is again."""
    retired_at = pick([None, *[desk.now] * 5])
    kind = ChatHours.Kind.CLOSED
    values = {"kind": kind, "retired_at": retired_at}
    closed, _made = ChatHours.objects.update_or_create(values, name="Closed")
    configuration.announce(closed)


def change_agent(desk: Desk, pick: Pick) -> None:
    """His limit, and whose queues he serves."""
    agent = Agent.objects.get(pk=pick(desk.agents))
    agent.largest_capacity = pick([None, 1, 2])
    agent.save(update_fields=["largest_capacity"])
    pick([agent.queues.add, agent.queues.remove])(pick(desk.queues))
    configuration.announce(agent)
