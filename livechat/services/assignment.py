"""Who has a chat."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from livechat import events
from livechat.exceptions import AlreadyAcceptedError, ChatEndedError
from livechat.models import Agent, Chat, Draft, Message


@transaction.atomic
def accept_chat(chat_id: int, *, by: int) -> Chat:
    """Give a waiting chat to agent `by`; again changes nothing. A loser is told who won."""
    chat = Chat.objects.locked(chat_id)
    if chat.status == Chat.Status.ASSIGNED and chat.agent_id == by:
        return chat
    if not chat.is_live:
        raise ChatEndedError
    if chat.status == Chat.Status.ASSIGNED:
        raise AlreadyAcceptedError(chat.agent_name)
    return _assign(chat, by)


def _assign(chat: Chat, agent_id: int) -> Chat:
    """The last step of every way to an agent: he has the chat, under a new epoch."""
    now = timezone.now()
    agent = Agent.objects.select_related("user").get(pk=agent_id)
    chat.move_to(Chat.Status.ASSIGNED)
    chat.agent, chat.agent_name, chat.accepted_at = agent, agent.display_name, now
    chat.owner_epoch += 1
    chat.save(
        update_fields=[
            "status", "version", "agent", "agent_name", "accepted_at", "owner_epoch", "updated_at",
        ]
    )  # fmt: skip
    said = Message.objects.append([chat], [Draft.event(chat, "accepted", agent=chat.agent_name)])
    Agent.objects.take(agent_id, now)
    events.publish_all(
        [
            events.ChatChanged(chat),
            events.MessagePosted(chat, said),
            events.LineMoved(chat.queue_id),
        ]
    )
    return chat
