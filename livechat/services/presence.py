"""Whether agents can be reached."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from livechat import events
from livechat.models import Agent, Chat, Lease
from livechat.models.agents import LEASE_SECONDS


@transaction.atomic
def open_lease(agent_id: int) -> Lease:
    """A new page of this agent is open."""
    now = timezone.now()
    lease = Lease.objects.create(
        agent_id=agent_id, expires_at=now + timedelta(seconds=LEASE_SECONDS)
    )
    if Agent.objects.claim_reach(agent_id, online=True):
        _tell_customers(agent_id, online=True)
    return lease


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
