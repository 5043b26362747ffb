"""Who hears, what a process remembers of a chat, and its lines as each side sees them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from django.utils.crypto import salted_hmac

from livechat import protocol, realtime
from livechat.models import Chat, ChatHead, Line
from livechat.models.chats import LIVE_STATUSES
from livechat.models.drafts import AUTHORS, NOTE, invitees_of

#: How the keys of agents begin.
AGENT = "a"
#: Every page of every agent; settings that concern all of them.
STAFF = "staff"
#: Every company's page on which somebody could start a chat.
COMPANIES = "companies"


def customer_topic(pk: int) -> str:
    return f"customer.{pk}"


def agent_topic(pk: int) -> str:
    return f"agent.{pk}"


def queue_topic(pk: int) -> str:
    """The agents of a queue."""
    return f"queue.{pk}"


def company_topic(pk: int) -> str:
    """A company's pages on which somebody could start a chat."""
    return f"company.{pk}"


def tickets_topic(pk: int) -> str:
    """A customer's pages on which he could start a chat: of his chats they hear nothing."""
    return f"tickets.{pk}"


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
