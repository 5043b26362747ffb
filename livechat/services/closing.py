"""How a chat is over."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from livechat import events
from livechat.models import Agent, Chat, Draft, Message


@transaction.atomic
def end_chat(chat_id: int, *, by: int) -> Chat:
    """Close the chat of agent `by`. Once more by the same agent changes nothing."""
    chat = Chat.objects.locked(chat_id)
    if chat.status == Chat.Status.ENDED and chat.agent_id == by:
        return chat
    chat.require_owner(by)
    return _close(chat, Chat.Status.ENDED, agent=chat.agent_name)


@transaction.atomic
def cancel_chat(chat_id: int) -> Chat:
    """The customer gives up: a waiting chat is over; an assigned one is for its agent to end."""
    chat = Chat.objects.locked(chat_id)
    if chat.status == Chat.Status.QUEUED:
        return _close(chat, Chat.Status.CANCELLED)
    if chat.status == Chat.Status.ASSIGNED and chat.left_at is None:
        return _mark_left(chat)
    return chat


def _close(chat: Chat, status: Chat.Status, **data: str) -> Chat:
    counted = (
        chat.agent_id if chat.status == Chat.Status.ASSIGNED and chat.left_at is None else None
    )
    waited = chat.status == Chat.Status.QUEUED
    chat.move_to(status)
    chat.ended_at = timezone.now()
    chat.save(update_fields=["status", "version", "ended_at", "updated_at"])
    said = Message.objects.append([chat], [Draft.event(chat, status.value, **data)])
    if counted:
        Agent.objects.release(counted)
    news: list[events.Event] = [events.MessagePosted(chat, said), events.ChatChanged(chat)]
    if waited:
        news.append(events.LineMoved(chat.queue_id))
    events.publish_all(news)
    return chat


def _mark_left(chat: Chat) -> Chat:
    """It counts as load no longer, and stays with its agent until he closes it."""
    assert chat.agent_id is not None  # chat_agent_matches_status
    chat.left_at = chat.updated_at = timezone.now()
    chat.version += 1
    chat.save(update_fields=["left_at", "version", "updated_at"])
    said = Message.objects.append([chat], [Draft.event(chat, "cancelled")])
    Agent.objects.release(chat.agent_id)
    events.publish_all([events.MessagePosted(chat, said), events.ChatChanged(chat)])
    return chat
