"""Who else is in a chat, who could be, and the chats an agent was asked into."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from livechat.events import author_id
from livechat.models import Agent, AssistanceRequest, Chat, Invitation

#: A page shows so many invitations of a chat, the latest first.
SHOWN = 20
INVITED, PARTICIPANT, MONITOR = "invited", "participant", "monitor"


def others_in(chat: Chat, agent: Agent) -> dict[str, Any]:
    """Who was asked into this chat, how each stands, and how this agent does. Two queries."""
    asked = Invitation.objects.filter(chat=chat).with_pages_data().order_by("-pk")[:SHOWN]
    invitees = [one for one in asked if one.status != Invitation.Status.WITHDRAWN]
    mine = next((one for one in invitees if one.agent_id == agent.pk and one.is_open), None)
    return {
        "invitees": invitees,
        "together": _beside(chat, agent, invitees),
        "invitation": mine,
        "self_id": author_id(f"a{agent.pk}"),
        "self_name": chat.agent_name if chat.agent_id == agent.pk else agent.display_name,
        "assistance": AssistanceRequest.objects.open().filter(chat=chat).exists(),
    }


def _beside(chat: Chat, agent: Agent, invitees: list[Invitation]) -> list[dict[str, Any]]:
    """Whom he shares the chat with: its agent first."""
    inside = [one for one in invitees if one.status == Invitation.Status.ACCEPTED]
    names = [
        {"name": one.agent.display_name, "monitor": one.role == Invitation.Role.MONITOR}
        for one in reversed(inside)
        if one.agent_id != agent.pk
    ]
    if chat.agent_id and chat.agent_id != agent.pk:
        names.insert(0, {"name": chat.agent_name, "monitor": False})
    return names


def mode_of_invitee(chat: Chat, mine: Invitation) -> str:
    """What somebody who was asked in may do. Nobody speaks to a customer who has left."""
    if mine.status == Invitation.Status.PENDING:
        return INVITED
    speaks = mine.role == Invitation.Role.PARTICIPANT and not chat.left_at
    return PARTICIPANT if speaks else MONITOR


def invitable_to(chat: Chat, now: datetime) -> list[Agent]:
    """Agents of its queue who are there and not in it yet, by name."""
    inside = Invitation.objects.open().filter(chat=chat).values("agent")
    reachable = Agent.objects.reachable_in(chat.queue_id, now).exclude(pk__in=inside)
    others = reachable.exclude(pk=chat.agent_id or 0).select_related("user")
    return list(others.order_by("user__name", "pk"))


def visits_of(agent: Agent) -> tuple[list[Invitation], dict[int, str]]:
    """What waits for his answer, oldest first; and the chats he is in, with his role there."""
    found = Invitation.objects.open().filter(agent=agent).with_pages_data()
    both = list(found.select_related("chat__customer", "chat__queue__company").order_by("pk"))
    asked = [one for one in both if one.status == Invitation.Status.PENDING]
    return asked, {one.chat_id: one.role for one in both if one not in asked}


def as_invitee(chats: Iterable[Chat], roles: dict[int, str]) -> list[Chat]:
    """His rows say as what he is there."""
    rows = list(chats)
    for chat in rows:
        chat.role_there = roles[chat.pk]  # type: ignore[attr-defined]
    return rows
