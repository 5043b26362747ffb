"""What somebody wants to say, and what is needed of a chat to number it. Plain values, no rows."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, NamedTuple, Protocol

from livechat.models.chats import Chat

REPLY, NOTE, EVENT, FILE, ARTICLE = "reply", "note", "event", "file", "article"
#: What one side says to the other: it waits for an answer, or is one.
SPOKEN = (REPLY, FILE, ARTICLE)
PARTICIPANT, MONITOR, INVITED = "p", "m", "i"
AUTHORS = {"c": "customer", "a": "agent", "b": "virtual_agent", "s": "system"}


class Sender(NamedTuple):
    """Who speaks: `kind` c(ustomer), a(gent), b(ot), s(ystem); pk of customer or agent, else 0."""

    kind: str
    pk: int
    name: str

    @property
    def key(self) -> str:
        """As stored beside a message; an agent's has his pk, so that two agents never collide."""
        return f"a{self.pk}" if self.kind == "a" else self.kind


SYSTEM = Sender("s", 0, "")
Identity = tuple[str, str, str]


@dataclass(slots=True)
class Draft:
    """A line that somebody wants in a chat. `chat` is the chat's public id."""

    chat: str
    sender: Sender
    client_id: str
    kind: str
    body: str
    data: dict[str, Any] = field(default_factory=dict)
    epoch: int | None = None

    @classmethod
    def event(cls, chat: Chat, code: str, **data: Any) -> Draft:
        """What happened, as a code and its data; the reader's page makes the sentence."""
        made = {"code": code, **data}
        return cls(chat.public_id, SYSTEM, secrets.token_urlsafe(9), EVENT, "", made)

    @property
    def identity(self) -> Identity:
        """What makes it the same message when it is sent again."""
        return self.chat, self.sender.key, self.client_id


class Line(Protocol):
    """One numbered line, whether just written (`NewLine`) or read back (`Message`)."""

    chat_id: int
    seq: int
    public_after: int
    sender: str
    client_id: str
    kind: str
    author_name: str
    body: str
    data: Any
    posted_at: datetime


@dataclass(slots=True)
class NewLine:
    """A numbered line on its way to the database. Ten times cheaper than a model instance."""

    chat_id: int
    seq: int
    public_after: int
    sender: str
    client_id: str
    kind: str
    author_name: str
    body: str
    data: dict[str, Any]
    posted_at: datetime

    FIELDS: ClassVar[tuple[str, ...]] = (
        "chat_id", "seq", "public_after", "sender", "client_id",
        "kind", "author_name", "body", "data", "posted_at",
    )  # fmt: skip


def invitees_of(text: str) -> dict[int, str]:
    """Who else has to do with a chat: agent pk → "p"(articipant), "m"(onitor), "i"(nvited)."""
    return {int(invitee[1:]): invitee[0] for invitee in text.split()}


def invitees_text(invitees: dict[int, str]) -> str:
    """The same as a chat keeps it."""
    return " ".join(f"{role}{agent}" for agent, role in sorted(invitees.items()))


class Numbered(Protocol):
    """What numbering needs of a locked chat: a `Chat`, or the slimmer `ChatHead`."""

    pk: int
    public_id: str
    last_seq: int
    last_public_seq: int
    last_message_at: datetime | None
    unanswered_since: datetime | None
    updated_at: Any


@dataclass(slots=True)
class ChatHead:
    """The columns of a chat that judging and numbering its messages needs."""

    pk: int
    public_id: str
    status: str
    customer_id: int
    queue_id: int
    agent_id: int | None
    owner_epoch: int
    version: int
    last_seq: int
    last_public_seq: int
    unanswered_since: datetime | None
    left_at: datetime | None
    agent_name: str
    transferred_to_id: int | None
    invitees: str
    customer_name: str
    #: Written, never read.
    last_message_at: datetime | None = None
    updated_at: datetime | None = None

    COLUMNS: ClassVar[tuple[str, ...]] = (
        "pk", "public_id", "status", "customer_id", "queue_id", "agent_id", "owner_epoch",
        "version", "last_seq", "last_public_seq", "unanswered_since", "left_at", "agent_name",
        "transferred_to_id", "invitees", "customer__name",
    )  # fmt: skip

    def may_be_seen_by(self, sender: Sender, *, serves: bool) -> bool:
        """The rule of `of_customer` and `visible_to`, of a row already read; said here only.

        `serves`: he is an agent of its queue.
        """
        if sender.kind == "c":
            return self.customer_id == sender.pk
        waits_for_him = serves and self.status == Chat.Status.QUEUED
        return waits_for_him or sender.pk in self.agents

    @property
    def agents(self) -> set[int]:
        """Who has it, or is to have it, and who is with him there, or was asked to be."""
        concerned = {self.agent_id, self.transferred_to_id, *invitees_of(self.invitees)}
        return {agent for agent in concerned if agent}

    def name_of(self, sender: Sender) -> str:
        """What this chat calls him."""
        if sender.kind == "c":
            return self.customer_name
        return self.agent_name if sender.pk == self.agent_id else sender.name


def numbered(chat: Numbered, draft: Draft, now: datetime) -> NewLine:
    """The draft under the chat's next number; the chat, which its caller has locked, moves on."""
    line = NewLine(
        chat.pk,
        chat.last_seq + 1,
        chat.last_public_seq,
        draft.sender.key,
        draft.client_id,
        draft.kind,
        draft.sender.name,
        draft.body,
        draft.data,
        now,
    )
    chat.last_seq = line.seq
    if draft.kind != NOTE:
        chat.last_public_seq = line.seq
    if draft.kind in SPOKEN:
        by_customer = draft.sender.kind == "c"
        chat.unanswered_since = (chat.unanswered_since or now) if by_customer else None
    chat.last_message_at = chat.updated_at = now
    return line
