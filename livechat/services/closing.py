"""How a chat is over."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from livechat.exceptions import NoTicketError
from livechat.models import Agent, Chat, ChatSettings, Draft, RoutingDecision
from livechat.services.articles import judge_articles
from livechat.services.drain import drain_for
from livechat.services.ownership import call_off, dismiss, say
from livechat.services.planning import plan
from livechat.services.presence import set_availability
from livechat.services.transcript import hand_in_late_lines
from tickets.services.lifecycle import cancel_ticket, resolve_ticket

OVER = (
    "status", "version", "ended_at", "updated_at", "next_action", "next_action_at", "target_told",
    "target_at", "invitees",
)  # fmt: skip
LEFT = (
    "left_at", "version", "updated_at", "next_action", "next_action_at", "target_told", "target_at",
    "invitees",
)  # fmt: skip


@transaction.atomic
def end_chat(chat_id: int, *, by: int, outcome: int | None = None, resolution: str = "") -> Chat:
    """Close the chat of agent `by`. Once more by the same agent changes nothing.

    With an outcome, the key of a ChatOutcome, its ticket is resolved first: while that is refused
    the chat goes on.
    """
    chat = Chat.objects.locked(chat_id)
    if chat.status == Chat.Status.ENDED and chat.agent_id == by:
        return chat
    chat.require_owner(by)
    if outcome is not None:
        _resolve(chat, outcome, resolution)
    close(chat, status=Chat.Status.ENDED, agent=chat.agent_name)
    if ChatSettings.objects.current().unavailable_after_ending:
        _rest(by)
    return chat


@transaction.atomic
def abandon_chat(chat_id: int, *, by: int, outcome: int | None = None) -> Chat:
    """Close the chat of agent `by` whose customer has gone. Again changes nothing.

    Its ticket, if work is left to do on it, is cancelled first: as chosen, else as usual.
    """
    chat = Chat.objects.locked(chat_id)
    if chat.status == Chat.Status.ABANDONED and chat.agent_id == by:
        return chat
    chat.require_owner(by)
    if chat.ticket_id and chat.agent:
        cancel_ticket(chat.ticket_id, outcome=outcome, by=chat.agent.user, by_name=chat.agent_name)
    return close(chat, status=Chat.Status.ABANDONED, agent=chat.agent_name)


def _resolve(chat: Chat, outcome: int, resolution: str) -> None:
    if chat.ticket_id is None or chat.agent is None:
        raise NoTicketError
    resolve_ticket(
        chat.ticket_id,
        outcome=outcome,
        by=chat.agent.user,
        by_name=chat.agent_name,
        resolution=resolution or None,
    )


@transaction.atomic
def cancel_chat(chat_id: int) -> Chat:
    """The customer gives up: a waiting chat is over; an assigned one is for its agent to end."""
    chat = Chat.objects.locked(chat_id)
    if chat.status in {Chat.Status.QUEUED, Chat.Status.TRANSFERRED}:
        return close(chat, status=Chat.Status.CANCELLED)
    if chat.status == Chat.Status.ASSIGNED and chat.left_at is None:
        return _mark_left(chat)
    return chat


@transaction.atomic
def close_left_chat(chat_id: int) -> Chat:
    """End what its customer has left long enough ago by the settings of now, as its agent would."""
    chat = Chat.objects.locked(chat_id)
    if chat.status != Chat.Status.ASSIGNED or chat.left_at is None:
        return chat
    now, minutes = timezone.now(), ChatSettings.objects.current().cancelled_closed_after_minutes
    if minutes is None or now < chat.left_at + timedelta(minutes=minutes):
        plan(chat, now)
        chat.save(update_fields=["next_action", "next_action_at"])
        return chat
    return close(chat, status=Chat.Status.ENDED, agent=chat.agent_name)


@transaction.atomic(savepoint=False)
def close(chat: Chat, *, status: Chat.Status, code: str = "", **data: str) -> Chat:
    """The locked chat is over. Told as `code`, else as what it becomes."""
    counted = chat.agent_in_charge
    line = chat.queue_id if chat.status == Chat.Status.QUEUED else None
    concerned = (chat.transferred_to_id, chat.transferred_by_id, *dismiss(chat))
    chat.move_to(status)
    chat.ended_at = timezone.now()
    chat.transferred_to = chat.transferred_by = None
    chat.save(update_fields=[*OVER, "transferred_to", "transferred_by"])
    RoutingDecision.objects.close(chat)
    say(chat, Draft.event(chat, code or status.value, **data), former=concerned, line=line)
    hand_in_late_lines(chat)
    if counted:
        Agent.objects.release(counted)
        drain_for(counted)
    judge_articles(chat)
    return chat


def _rest(agent: int) -> None:
    """He takes no more chats; who has said so himself keeps his reason."""
    if Agent.objects.filter(pk=agent, available=True).exists():
        set_availability(agent, available=False)


def _mark_left(chat: Chat) -> Chat:
    """It counts as load no longer, and stays with its agent until he closes it.

    Who takes part stays too; who was asked and has not answered has nothing to come for.
    """
    assert chat.agent_id is not None  # chat_agent_matches_status
    chat.left_at = chat.updated_at = now = timezone.now()
    chat.version += 1
    uninvited = call_off(chat)
    plan(chat, now)
    chat.save(update_fields=LEFT)
    say(chat, Draft.event(chat, "cancelled"), former=uninvited)
    Agent.objects.release(chat.agent_id)
    drain_for(chat.agent_id)
    return chat
