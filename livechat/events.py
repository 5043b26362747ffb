"""What may be announced, and to whom. Published on commit by `publish_all`, and only there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, cast

from django.db import transaction
from django.utils.crypto import salted_hmac

from livechat import protocol, realtime
from livechat.models import Agent, Chat, ChatHead, Invitation, Line
from livechat.models.chats import LIVE_STATUSES
from livechat.models.drafts import AUTHORS, NOTE, invitees_of
from livechat.realtime import Delivery

#: How the keys of agents begin.
AGENT = "a"
#: Every page of every agent; settings that concern all of them.
STAFF = "staff"


def customer_topic(pk: int) -> str:
    return f"customer.{pk}"


def agent_topic(pk: int) -> str:
    return f"agent.{pk}"


def queue_topic(pk: int) -> str:
    """The agents of a queue."""
    return f"queue.{pk}"


def line_topic(pk: int) -> str:
    """The customers who wait in a queue, or did."""
    return f"line.{pk}"


class Mark(NamedTuple):
    """What a process remembers of a chat: how far it was published, and who may hear of it."""

    version: int
    last_seq: int
    last_public_seq: int
    chat: int
    customer: int
    queue: int
    agent: int | None
    epoch: int
    live: bool
    agent_name: str
    transferred_to: int | None
    invitees: str

    @classmethod
    def of(cls, chat: Chat | ChatHead) -> Mark:
        return cls(
            chat.version,
            chat.last_seq,
            chat.last_public_seq,
            chat.pk,
            chat.customer_id,
            chat.queue_id,
            chat.agent_id,
            chat.owner_epoch,
            chat.status in LIVE_STATUSES,
            chat.agent_name,
            chat.transferred_to_id,
            chat.invitees,
        )

    def head(self, *, staff: bool) -> protocol.Head:
        """What a page may know of it."""
        if staff:
            return protocol.Head(head=self.last_seq, version=self.version, epoch=self.epoch)
        return protocol.Head(head=self.last_public_seq, version=self.version)

    def staff_topics(self) -> tuple[str, ...]:
        """Who hears its messages: who has it or is to have it, else its queue; and the invitees."""
        keeper = self.agent or self.transferred_to
        first = agent_topic(keeper) if keeper else queue_topic(self.queue)
        if not self.invitees:
            return (first,)
        return (first, *map(agent_topic, invitees_of(self.invitees)))


def known_mark(public_id: str) -> Mark | None:
    """The mark that this process remembers of a chat."""
    raw = realtime.hub.marks.get(public_id)
    return Mark(*raw) if raw else None


@lru_cache(maxsize=4096)
def author_id(sender: str) -> str:
    """What tells staff one agent's lines from another's: two may have the same name."""
    return salted_hmac("livechat.author", sender, algorithm="sha256").hexdigest()[:22]


def items_of(lines: Sequence[Line], *, staff: bool) -> list[protocol.Item]:
    """Lines as an audience sees them. A customer's `after` skips side notes, as his items do."""
    if not staff:
        return _items([line for line in lines if line.kind != NOTE], staff=False)
    items = _items(lines, staff=True)
    for line, item in zip(lines, items, strict=True):
        if line.sender[0] == AGENT:
            item["author_id"] = author_id(line.sender)
    return items


def _items(lines: Iterable[Line], *, staff: bool) -> list[protocol.Item]:
    return [
        protocol.item(
            line.seq,
            line.seq - 1 if staff else line.public_after,
            line.client_id,
            line.kind,
            AUTHORS[line.sender[0]],
            line.author_name,
            line.body,
            line.data,
            line.posted_at,
        )
        for line in lines
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
