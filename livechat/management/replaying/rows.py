"""The company, queue and agents that a replay makes for itself, and how they go again."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db import transaction

from livechat.models import (
    Agent,
    Chat,
    Lease,
    Message,
    Queue,
    ReadCursor,
    RoutingDecision,
    WaitPromise,
)
from tickets.models import Activity, Company, Customer, Ticket, User


@dataclass(frozen=True, slots=True)
class Staff:
    """An agent's way in, and the name that customers see."""

    email: str
    password: str
    name: str


@dataclass(frozen=True, slots=True)
class Scene:
    """What was made."""

    company: str
    name: str
    staff: tuple[Staff, ...]


@transaction.atomic
def make_scene(agents: int) -> Scene:
    """A company with a queue of its own, and so many agents who serve it."""
    key = secrets.token_hex(4)
    company = Company.objects.create(name=f"Replay {key}", external_key=f"replay-{key}")
    queue = Queue.objects.create(company=company, name="Replay", is_default=True)
    group = Group.objects.get(name="Agent")
    staff = []
    for number in range(1, agents + 1):
        one = Staff(
            f"agent-{number}@replay-{key}.invalid", secrets.token_urlsafe(18), f"Agent {number}"
        )
        user = User.objects.create_user(one.email, one.password, name=one.name)
        user.groups.add(group)
        user.companies.add(company)
        Agent.objects.create(user=user).queues.add(queue)
        staff.append(one)
    return Scene(company.public_id, company.name, tuple(staff))


@transaction.atomic
def remove_scene(scene: Scene) -> None:
    """Delete all of it, with every chat that was held there."""
    company = Company.objects.get(public_id=scene.company)
    chats = Chat.objects.filter(queue__company=company)
    users = User.objects.filter(email__in=[one.email for one in scene.staff])
    ReadCursor.objects.filter(chat__in=chats).delete()
    Message.objects.filter(chat__in=chats).delete()
    RoutingDecision.objects.filter(chat__in=chats).delete()
    WaitPromise.objects.filter(chat__in=chats).delete()
    chats.delete()
    Activity.objects.filter(ticket__company=company).delete()
    Ticket.objects.filter(company=company).delete()
    Lease.objects.filter(agent__user__in=users).delete()
    Agent.objects.filter(user__in=users).delete()
    users.delete()
    Customer.objects.filter(company=company).delete()
    Queue.objects.filter(company=company).delete()
    company.delete()
