"""What an agent wants to be told, and how."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from livechat.models import Agent, NotificationChoice
from livechat.models.notifications import Ways


@transaction.atomic
def choose_notifications(agent_id: int, *, choices: Mapping[str, Ways]) -> None:
    """Keep the agent's switches for these kinds of news; what is as it was is not written."""
    agent = Agent.objects.select_for_update().get(pk=agent_id)
    before = NotificationChoice.objects.of(agent)
    for kind, ways in choices.items():
        if ways != before[kind]:
            NotificationChoice.objects.update_or_create(agent=agent, kind=kind, defaults=ways)
