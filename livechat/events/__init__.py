"""What may be announced, and to whom. Published on commit by `publish_all`, and only there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.db import transaction

from livechat import protocol, realtime
from livechat.events.marks import (
    AGENT,
    COMPANIES,
    STAFF,
    Mark,
    agent_topic,
    author_id,
    company_topic,
    customer_topic,
    items_of,
    known_mark,
    line_topic,
    queue_topic,
    tickets_topic,
)
from livechat.models import Agent, Chat, ChatHead, Invitation, Line
from livechat.models.drafts import invitees_of
from livechat.realtime import Delivery
from livechat.targets import Step, Target
from tickets.models import Activity, Stage, Ticket

__all__ = [
    "AGENT",
    "COMPANIES",
    "STAFF",
    "AccessChanged",
    "AgentReachChanged",
    "AlertsChanged",
    "AssistanceChanged",
    "AvailabilityChanged",
    "ChatChanged",
    "Event",
    "HoursChanged",
    "InvitationChanged",
    "LineMoved",
    "Mark",
    "MessagePosted",
    "ReceiptMoved",
    "SettingChanged",
    "TargetBreached",
    "TicketChanged",
    "TypingNoticed",
    "agent_topic",
    "author_id",
    "company_topic",
    "customer_topic",
    "deliveries_of",
    "items_of",
    "known_mark",
    "line_topic",
    "publish_all",
    "queue_topic",
    "tell_now",
    "tickets_topic",
]


class Event:
    """Something that happened. Names its hearers and each audience's frame."""

    def deliveries(self) -> Iterator[Delivery]:
        raise NotImplementedError


@dataclass(frozen=True)
class MessagePosted(Event):
    """Numbered lines of one chat, in order."""

    chat: Chat | ChatHead
    lines: Sequence[Line]

    def deliveries(self) -> Iterator[Delivery]:
        chat, mark = self.chat.public_id, Mark.of(self.chat)
        remembered = (chat, list(mark))
        after = self.lines[0].seq - 1 if self.lines else mark.last_seq
        if public := items_of(self.lines, staff=False):
            text = protocol.encode_messages(chat, mark.last_public_seq, public)
            yield Delivery((customer_topic(mark.customer),), text, remembered, False, after)
        if not public or not self._looks_alike(mark):
            items = items_of(self.lines, staff=True)
            text = protocol.encode_messages(chat, mark.last_seq, items)
        yield Delivery(mark.staff_topics(), text, remembered, False, after)

    def _looks_alike(self, mark: Mark) -> bool:
        """Whether the customer's frame is the agents' too: nothing in it is for them alone."""
        follow = all(
            line.public_after == line.seq - 1 and line.sender[0] != AGENT for line in self.lines
        )
        return follow and mark.last_public_seq == mark.last_seq


@dataclass(frozen=True)
class ChatChanged(Event):
    """A chat took a step, or its customer left. `former`: agents who had to do with it."""

    chat: Chat
    former: frozenset[int] = frozenset()

    def deliveries(self) -> Iterator[Delivery]:
        chat, mark = self.chat, Mark.of(self.chat)
        remembered = (chat.public_id, list(mark))
        public = protocol.ChatChanged(
            chat=chat.public_id, status=chat.status_for_customer, version=chat.version
        )
        yield Delivery((customer_topic(mark.customer),), protocol.encode(public), remembered)
        staff = protocol.StaffChatChanged(
            chat=chat.public_id,
            status=chat.status,
            version=chat.version,
            queue=chat.queue.public_id,
            agent=chat.agent.public_id if chat.agent else None,
            agent_name=chat.agent_name or None,
            epoch=chat.owner_epoch,
        )
        concerned = {mark.agent, mark.transferred_to, *self.former, *invitees_of(mark.invitees)}
        agents = sorted(agent_topic(agent) for agent in concerned if agent)
        yield Delivery((queue_topic(mark.queue), *agents), protocol.encode(staff), remembered)


@dataclass(frozen=True)
class LineMoved(Event):
    """Somebody left a line, or is back in it: who waits there may have another place."""

    queue: int

    def deliveries(self) -> Iterator[Delivery]:
        yield Delivery((line_topic(self.queue),), protocol.encode(protocol.LineChanged()))


@dataclass(frozen=True)
class ReceiptMoved(Event):
    """A reader has received or read further. `by_customer` tells which side hears it."""

    mark: Mark
    chat: str
    delivered: int
    read: int
    by_customer: bool

    def deliveries(self) -> Iterator[Delivery]:
        frame = protocol.Receipt(chat=self.chat, delivered=self.delivered, read=self.read)
        topics = (
            self.mark.staff_topics() if self.by_customer else (customer_topic(self.mark.customer),)
        )
        yield Delivery(topics, protocol.encode(frame))


@dataclass(frozen=True)
class TypingNoticed(Event):
    """Somebody types. Never stored, never on commit."""

    mark: Mark
    chat: str
    author: str
    author_name: str

    def deliveries(self) -> Iterator[Delivery]:
        frame = protocol.Typing(
            chat=self.chat, author=cast(Any, self.author), author_name=self.author_name
        )
        by_customer = self.author == "customer"
        topics = self.mark.staff_topics() if by_customer else (customer_topic(self.mark.customer),)
        yield Delivery(topics, protocol.encode(frame))


@dataclass(frozen=True)
class AgentReachChanged(Event):
    """The agent of a chat is gone, or back; for its customer."""

    customer: int
    chat: str
    online: bool

    def deliveries(self) -> Iterator[Delivery]:
        presence = "online" if self.online else "reconnecting"
        frame = protocol.AgentReachable(chat=self.chat, presence=cast(Any, presence))
        yield Delivery((customer_topic(self.customer),), protocol.encode(frame))


@dataclass(frozen=True)
class AvailabilityChanged(Event):
    """An agent says whether he takes chats; for his own pages."""

    agent: Agent

    def deliveries(self) -> Iterator[Delivery]:
        frame = protocol.AvailabilityChanged(
            available=self.agent.available, capacity=self.agent.capacity
        )
        yield Delivery((agent_topic(self.agent.pk),), protocol.encode(frame))


@dataclass(frozen=True)
class InvitationChanged(Event):
    """An agent was asked into a chat, or has answered; also for the chat's agent of now."""

    invitation: Invitation

    def deliveries(self) -> Iterator[Delivery]:
        asked = self.invitation
        frame = protocol.InvitationChanged(
            invitation=asked.public_id,
            chat=asked.chat.public_id,
            agent=asked.agent.public_id,
            agent_name=asked.agent.display_name,
            by_name=asked.invited_by.display_name,
            role=cast(Any, asked.role),
            status=cast(Any, asked.status),
        )
        concerned = {asked.agent_id, asked.invited_by_id, asked.chat.agent_id}
        topics = sorted(agent_topic(agent) for agent in concerned if agent)
        yield Delivery(tuple(topics), protocol.encode(frame))


@dataclass(frozen=True)
class AssistanceChanged(Event):
    """The agent of a chat wants help, or no more; for him and for these supervisors."""

    chat: Chat
    asked: bool
    supervisors: Collection[int]

    def deliveries(self) -> Iterator[Delivery]:
        frame = protocol.AssistanceChanged(
            chat=self.chat.public_id, agent_name=self.chat.agent_name, asked=self.asked
        )
        concerned = {self.chat.agent_id, *self.supervisors}
        topics = sorted(agent_topic(agent) for agent in concerned if agent)
        yield Delivery(tuple(topics), protocol.encode(frame))


#: What the customer is told of: a note, or who works on it, is not his to know of.
TOLD_TO_CUSTOMERS = frozenset({"opened", "file_added", Activity.Kind.COMMENT, *Stage})
#: The fields that he is shown.
SHOWN_TO_CUSTOMERS = frozenset({"summary", "status"})


@dataclass(frozen=True)
class TicketChanged(Event):
    """A ticket took a step, was spoken on or got a file; for its customer if he sees that.

    `agents`: who has its chat, and its assignee. `fields`: those that were changed.
    """

    ticket: Ticket
    change: str
    agents: Collection[int]
    fields: Collection[str] = ()

    def deliveries(self) -> Iterator[Delivery]:
        ticket = self.ticket
        public = protocol.CustomerTicketChanged(ticket=ticket.public_id, number=ticket.number)
        if self.agents:
            staff = protocol.TicketChanged(
                version=ticket.version, change=self.change, **public.model_dump()
            )
            topics = tuple(agent_topic(agent) for agent in sorted(self.agents))
            yield Delivery(topics, protocol.encode(staff))
        if self.change in TOLD_TO_CUSTOMERS or SHOWN_TO_CUSTOMERS.intersection(self.fields):
            key = ticket.customer_id
            yield Delivery((customer_topic(key), tickets_topic(key)), protocol.encode(public))


@dataclass(frozen=True)
class TargetBreached(Event):
    """A chat waits or takes too long, or soon will; for who has it or could, and supervisors."""

    chat: Chat
    target: Target
    step: Step
    seconds: int
    supervisors: Collection[int]

    def deliveries(self) -> Iterator[Delivery]:
        chat = self.chat
        frame = protocol.TargetBreached(
            chat=chat.public_id,
            target=cast(Any, self.target.value),
            step=cast(Any, self.step.name.lower()),
            seconds=self.seconds,
            customer_name=chat.customer.name,
            agent_name=chat.agent_name or None,
        )
        keeper = chat.agent_id or chat.transferred_to_id
        first = agent_topic(keeper) if keeper else queue_topic(chat.queue_id)
        others = {agent_topic(agent) for agent in self.supervisors} - {first}
        yield Delivery((first, *sorted(others)), protocol.encode(frame))


@dataclass(frozen=True)
class SettingChanged(Event):
    """The administrator changed something that these topics' pages show."""

    topics: tuple[str, ...]
    kind: str
    public_id: str
    version: int

    def deliveries(self) -> Iterator[Delivery]:
        frame = protocol.SettingsChanged(kind=self.kind, id=self.public_id, version=self.version)
        yield Delivery(self.topics, protocol.encode(frame))


@dataclass(frozen=True)
class HoursChanged(Event):
    """When chats of a company are taken, or of all, has changed; for its pages without a chat."""

    company: int | None

    def deliveries(self) -> Iterator[Delivery]:
        topic = company_topic(self.company) if self.company else COMPANIES
        yield Delivery((topic,), protocol.encode(protocol.HoursChanged()))


@dataclass(frozen=True)
class AlertsChanged(Event):
    """What is out of order has changed, for one company or another; for pages without a chat."""

    def deliveries(self) -> Iterator[Delivery]:
        yield Delivery((COMPANIES,), protocol.encode(protocol.AlertsChanged()))


@dataclass(frozen=True)
class AccessChanged(Event):
    """What an agent may hear has changed: his sockets ask anew, then his pages do."""

    agent: int

    def deliveries(self) -> Iterator[Delivery]:
        yield Delivery(
            (agent_topic(self.agent),), protocol.encode(protocol.AccessChanged()), None, True
        )


def publish_all(news: Iterable[Event]) -> None:
    """Tell the hearers once the transaction commits; never if it rolls back."""
    deliveries = deliveries_of(news)
    if deliveries:
        # No partial: Django names what failed by its __qualname__, which a partial has not.
        transaction.on_commit(lambda: realtime.deliver(deliveries), robust=True)


def tell_now(news: Iterable[Event]) -> None:
    """Tell what is never stored: typing."""
    realtime.deliver(deliveries_of(news))


def deliveries_of(news: Iterable[Event]) -> list[Delivery]:
    """Every frame of these events with its hearers."""
    return [delivery for event in news for delivery in event.deliveries()]
