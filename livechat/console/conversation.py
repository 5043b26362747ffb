"""One chat as its page shows it: who asks, the last lines, what the agent may do."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from livechat.console.articles import opened_in
from livechat.console.invitees import mode_of_invitee, others_in
from livechat.console.reasons import why
from livechat.console.tickets import belongings_of, ticketing_of
from livechat.events import items_of
from livechat.models import (
    Agent,
    Chat,
    ChatSettings,
    Invitation,
    Message,
    Queue,
    ReadCursor,
)
from livechat.models.messages import reader_keys
from livechat.protocol import BODY_CHARACTERS

LINES = 50
EARLIER = 5

PREVIEW, MINE, LEFT, OVER = "preview", "mine", "left", "over"


def conversation_of(chat: Chat, agent: Agent) -> dict[str, Any]:
    """What the conversation's partial expects."""
    own = reader_keys(agent.pk)
    found = ReadCursor.objects.filter(chat=chat, reader__in=["c", *own])
    cursors = {cursor.reader: cursor for cursor in found}
    earlier = earlier_than(chat, agent)
    settings = ChatSettings.objects.current()
    others = others_in(chat, agent)
    mode = mode_of(chat, agent, others["invitation"])
    return {
        "chat": chat,
        "customer": chat.customer,
        "mode": mode,
        "others": others,
        "ticketing": ticketing_of(chat, agent, mode),
        "belongings": belongings_of(chat, agent),
        "frames": frames_of(chat, cursors.get("c")),
        "read": max((cursors[key].read for key in own if key in cursors), default=0),
        "opened": opened_in(chat),
        "why": why(chat, agent),
        "earlier": list(earlier[:EARLIER]),
        "earlier_count": earlier.count(),
        "handling": settings.conversation_targets(chat.queue) if chat.agent_in_charge else None,
        "silence": settings.inactive_minutes * 60,
        "body_characters": BODY_CHARACTERS,
        "files": files_of(chat, settings),
    }


def files_of(chat: Chat, settings: ChatSettings) -> dict[str, Any]:
    """What the button that attaches files expects."""
    types, size = settings.file_limits
    never = "" if types else _("No files are taken here.")
    if not chat.takes_files:
        never = _("Files cannot be sent in virtual agent chats")
    return {
        "address": reverse("chat-files", args=[chat.public_id]),
        "bytes": size,
        "megabytes": settings.file_megabytes,
        "types": types,
        "most": settings.files_per_chat,
        "never": never,
    }


def earlier_than(chat: Chat, agent: Agent) -> QuerySet[Chat]:
    """The customer's other chats that are over: the agent's own, and what nobody ever took."""
    queues = Queue.objects.served_by(agent.user).values("pk")
    untaken = Chat.objects.filter(status=Chat.Status.CANCELLED, agent=None, queue__in=queues)
    known = Chat.objects.visible_to(agent.user) | untaken
    over = known.filter(customer=chat.customer_id, ended_at__isnull=False)
    return over.exclude(pk=chat.pk).order_by("-created_at", "-pk")


def mode_of(chat: Chat, agent: Agent, invitation: Invitation | None) -> str:
    """What the agent may do here. Chats of others are visible to whom they invited."""
    if invitation and chat.agent_id != agent.pk:
        return mode_of_invitee(chat, invitation)
    if chat.status in {Chat.Status.QUEUED, Chat.Status.TRANSFERRED}:
        return PREVIEW
    if chat.status == Chat.Status.ASSIGNED:
        return LEFT if chat.left_at else MINE
    return OVER


def frames_of(chat: Chat, theirs: ReadCursor | None) -> list[dict[str, Any]]:
    """The last lines and the chat's state, as the socket tells them: the page draws both alike."""
    lines = Message.objects.page(chat, staff=True, after=None, before=None, limit=LINES)
    head = max(chat.last_seq, lines[-1].seq if lines else 0)
    state = {"version": chat.version, "status": chat.status, "epoch": chat.owner_epoch}
    frames: list[dict[str, Any]] = [
        {"type": "chat.changed", "chat": chat.public_id, **state},
        {
            "type": "messages",
            "chat": chat.public_id,
            "head": head,
            "items": items_of(lines, staff=True),
        },
    ]
    if theirs:
        seen = {"delivered": theirs.delivered, "read": theirs.read}
        frames.append({"type": "receipt", "chat": chat.public_id, **seen})
    return frames
