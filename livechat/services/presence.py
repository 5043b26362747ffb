"""Whether agents can be reached."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from livechat import events
from livechat.exceptions import CapacityError, ScreenNameLockedError
from livechat.models import Agent, AvailabilityReason, Chat, ChatSettings, Lease
from livechat.models.agents import LEASE_SECONDS
from livechat.services.drain import drain_for


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
            drain_for(agent_id)
    return leases


@transaction.atomic
def set_availability(
    agent_id: int, *, available: bool, capacity: int | None = None, reason: int | None = None
) -> Agent:
    """What the agent wants: to be given chats, and how many at once; or not, and why.

    It outlives his pages. Nothing is taken away from who has more already. Raises
    CapacityError when he may not choose so many.
    """
    agent = Agent.objects.select_for_update(of=("self",)).select_related("user").get(pk=agent_id)
    settings = ChatSettings.objects.current()
    if capacity is not None:
        _require_choice(agent, capacity, settings)
        agent.capacity = capacity
    agent.available = available
    agent.reason = None if available else _reason(reason)
    agent.save(update_fields=["available", "capacity", "reason"])
    events.publish_all([events.AvailabilityChanged(agent)])
    if available:
        drain_for(agent_id)
    return agent


@transaction.atomic
def note_sign_in(user_id: int) -> None:
    """Who signs in takes chats only when he says so, where the administrator wants that."""
    agent = Agent.objects.active().filter(user=user_id, available=True).first()
    if agent and ChatSettings.objects.current().unavailable_at_sign_in:
        set_availability(agent.pk, available=False)


def _reason(pk: int | None) -> AvailabilityReason | None:
    return AvailabilityReason.objects.filter(pk=pk, retired_at=None).first() if pk else None


def _require_choice(agent: Agent, capacity: int, settings: ChatSettings) -> None:
    largest = min(agent.largest_capacity or settings.largest_capacity, settings.largest_capacity)
    if settings.capacity_fixed or not 1 <= capacity <= largest:
        raise CapacityError(largest)


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
    """What customers see from the next accepted chat on; empty: the person's name.

    In chats that he takes part in, at once: his open pages speak under it from now on.
    Raises ScreenNameLockedError when the administrator has set another one for good.
    """
    agent = Agent.objects.select_for_update().get(pk=agent_id)
    chosen = screen_name.strip()
    if chosen == agent.screen_name:
        return agent
    if agent.screen_name_locked:
        raise ScreenNameLockedError
    agent.screen_name = chosen
    agent.save(update_fields=["screen_name"])
    events.publish_all([events.AccessChanged(agent.pk)])
    return agent


@transaction.atomic
def note_reach(agent_id: int, *, online: bool) -> bool:
    """Write and tell that the agent is reachable, or no longer. False when another process has."""
    if not Agent.objects.claim_reach(agent_id, online=online):
        return False
    _tell_customers(agent_id, online=online)
    if online:
        drain_for(agent_id)
    return True


def _tell_customers(agent_id: int, *, online: bool) -> None:
    chats = Chat.objects.live().filter(agent=agent_id).values_list("customer_id", "public_id")
    events.publish_all(events.AgentReachChanged(customer, chat, online) for customer, chat in chats)
