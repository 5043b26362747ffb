"""Who has a chat."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from livechat.exceptions import (
    AgentUnavailableError,
    AlreadyAcceptedError,
    ChatEndedError,
    NoQueueError,
    NotYoursError,
)
from livechat.models import Agent, Chat, ChatSettings, Draft, Queue
from livechat.models.chats import rank_time_of
from livechat.models.settings import FallsBackTo
from livechat.services.drain import drain_for, drain_soon
from livechat.services.ownership import How, give, let_go, note
from tickets.models.retiring import stays_in_use


@transaction.atomic
def accept_chat(chat_id: int, *, by: int) -> Chat:
    """Give a waiting or transferred chat to agent `by`; again changes nothing.

    A loser is told who won. What an agent takes himself is counted, and not limited.
    """
    chat = Chat.objects.locked(chat_id)
    if chat.status == Chat.Status.ASSIGNED and chat.agent_id == by:
        return chat
    if not chat.is_live:
        raise ChatEndedError
    if chat.status == Chat.Status.ASSIGNED:
        raise AlreadyAcceptedError(chat.agent_name)
    transferred = chat.status == Chat.Status.TRANSFERRED
    if chat.transferred_to and chat.transferred_to_id != by:
        raise AlreadyAcceptedError(chat.transferred_to.display_name)
    now = timezone.now()
    agent = Agent.objects.select_related("user").get(pk=by)
    Agent.objects.take(by, now)
    return give(chat, agent=agent, how=How.TRANSFER if transferred else How.CLICK, now=now)


@transaction.atomic
def transfer_to_agent(chat_id: int, *, by: int, to: int, remark: str = "") -> Chat:
    """Put the chat of agent `by` on the list of an available agent of its queue.

    Raises AgentUnavailableError when he is none, or cannot be reached.
    """
    chat = Chat.objects.locked(chat_id)
    sender = _owner(chat, by)
    receivers = Agent.objects.ready_in(chat.queue_id, timezone.now()).exclude(pk=by)
    receiver = receivers.select_related("user").filter(pk=to).first()
    if receiver is None:
        raise AgentUnavailableError
    step = Draft.event(chat, "transferred", agent=receiver.display_name, by=chat.agent_name)
    remarks = note(chat, sender, remark)
    let_go(chat, *remarks, step, status=Chat.Status.TRANSFERRED, to=receiver)
    drain_for(by)
    return chat


@transaction.atomic
def transfer_to_queue(chat_id: int, *, by: int, to: int, remark: str = "") -> Chat:
    """Let the chat of agent `by` wait in a queue, at its original age. To its own: release."""
    chat = Chat.objects.locked(chat_id)
    sender = _owner(chat, by)
    queue = Queue.objects.active().open_to(chat.customer.company_id).filter(pk=to).first()
    if queue is None or not stays_in_use(Queue, queue.pk):
        raise NoQueueError
    code = "released" if queue.pk == chat.queue_id else "requeued"
    step = Draft.event(chat, code, queue=queue.name, by=chat.agent_name)
    remarks = list(note(chat, sender, remark))
    chat.queue, chat.rank_time = queue, rank_time_of(chat.queued_at, queue, chat.customer)
    let_go(chat, *remarks, step, status=Chat.Status.QUEUED)
    drain_soon([queue.pk])
    drain_for(by)
    return chat


@transaction.atomic
def return_transfer(chat_id: int) -> Chat:
    """Take a transfer back that its agent did not accept; a chat that moved on is left alone."""
    chat = Chat.objects.locked(chat_id)
    if chat.status != Chat.Status.TRANSFERRED:
        return chat
    return _give_back(chat, "returned")


def _give_back(chat: Chat, how: str) -> Chat:
    """To its queue, or to its sender where the administrator says so and he has a place free."""
    assert chat.transferred_to is not None  # chat_transfer_matches_status
    assert chat.transferred_by is not None
    receiver, sender = chat.transferred_to, chat.transferred_by
    settings, now = ChatSettings.objects.current(), timezone.now()
    limit = settings.for_queue(chat.queue).capacity_of(sender.capacity, sender.largest_capacity)
    back = settings.transfer_falls_back_to == FallsBackTo.SENDER
    if back and Agent.objects.claim(sender.pk, capacity=limit, now=now):
        names = {"agent": receiver.display_name, "sender": sender.display_name}
        step = Draft.event(chat, f"{how}_to_sender", **names)
        return give(chat, agent=sender, how=How.RETURN, now=now, said=(step,))
    step = Draft.event(chat, f"transfer_{how}", agent=receiver.display_name)
    let_go(chat, step, status=Chat.Status.QUEUED)
    drain_soon([chat.queue_id])
    return chat


@transaction.atomic
def decline_transfer(chat_id: int, *, by: int) -> Chat:
    """Agent `by` does not want the chat that was transferred to him."""
    chat = Chat.objects.locked(chat_id)
    if chat.status != Chat.Status.TRANSFERRED or chat.transferred_to_id != by:
        raise NotYoursError if chat.is_live else ChatEndedError
    return _give_back(chat, "declined")


@transaction.atomic
def take_from_lost(chat_id: int, *, agent: int) -> Chat:
    """Put the chat of an agent who cannot be reached back where it waited; he is passed over."""
    chat = Chat.objects.locked(chat_id)
    if chat.status != Chat.Status.ASSIGNED or chat.agent_id != agent or chat.left_at:
        return chat
    if chat.agent and chat.agent.online:
        return chat
    lost = Draft.event(chat, "agent_lost", agent=chat.agent_name)
    let_go(chat, lost, status=Chat.Status.QUEUED)
    drain_soon([chat.queue_id])
    return chat


def _owner(chat: Chat, by: int) -> Agent:
    chat.require_owner(by)
    if chat.left_at:  # It is his to end, and nobody else's.
        raise ChatEndedError
    assert chat.agent is not None  # chat_agent_matches_status
    return chat.agent
