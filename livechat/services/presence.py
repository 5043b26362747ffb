"""Whether agents can be reached."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from livechat import events
from livechat.models import Agent, Chat, Lease
from livechat.models.agents import LEASE_SECONDS


@transaction.atomic
def open_leases(agent_ids: Sequence[int]) -> list[Lease]:
    """A new page of each of these agents is open; one lease a page, in their order."""
    expires_at = timezone.now() + timedelta(seconds=LEASE_SECONDS)
    leases = Lease.objects.bulk_create(
        Lease(agent_id=agent_id, expires_at=expires_at) for agent_id in agent_ids
    )
    unreachable = Agent.objects.filter(pk__in=set(agent_ids), online=False).order_by("pk")
    for agent_id in unreachable.values_list("pk", flat=True):
        if Agent.objects.claim_reach(agent_id, online=True):
            _tell_customers(agent_id, online=True)
    return leases


@transaction.atomic
def renew_leases(pages: Collection[str]) -> int:
    """Keep these pages' leases, all in one statement."""
    return Lease.objects.renew(pages, timezone.now())


@transaction.atomic
def close_lease(page: str) -> None:
    """A page has closed; perhaps only to be loaded again."""
    Lease.objects.let_go(page, timezone.now())


@transaction.atomic
def set_screen_name(agent_id: int, *, screen_name: str) -> Agent:
    """What customers see from the next accepted chat on; empty: the person's name."""
    agent = Agent.objects.select_for_update().get(pk=agent_id)
    agent.screen_name = screen_name.strip()
    agent.save(update_fields=["screen_name"])
    return agent


@transaction.atomic
def note_reach(agent_id: int, *, online: bool) -> bool:
    """Write and tell that the agent is reachable, or no longer. False when another process has."""
    if not Agent.objects.claim_reach(agent_id, online=online):
        return False
    _tell_customers(agent_id, online=online)
    return True


def _tell_customers(agent_id: int, *, online: bool) -> None:
    chats = Chat.objects.live().filter(agent=agent_id).values_list("customer_id", "public_id")
    events.publish_all(events.AgentReachChanged(customer, chat, online) for customer, chat in chats)
