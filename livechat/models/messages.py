"""The lines of a chat, and who has seen them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, NamedTuple, Protocol, Self

from django.db import connection, models
from django.db.models import F, Q
from django.utils import timezone

from livechat.models.appending import write_appended
from livechat.models.chats import Chat

REPLY, NOTE, EVENT = "reply", "note", "event"
AUTHORS = {"c": "customer", "a": "agent", "b": "virtual_agent", "s": "system"}


class Sender(NamedTuple):
    """Who speaks: `kind` c(ustomer), a(gent), b(ot), s(ystem); pk of customer or agent, else 0."""

    kind: str
    pk: int
    name: str

    @property
    def key(self) -> str:
        """As stored beside a message; an agent's holds his pk, so that two agents never collide."""
        return f"a{self.pk}" if self.kind == "a" else self.kind


SYSTEM = Sender("s", 0, "")


@dataclass(frozen=True, slots=True)
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
        return cls(
            chat.public_id, SYSTEM, secrets.token_urlsafe(9), EVENT, "", {"code": code, **data}
        )

    @property
    def identity(self) -> tuple[str, str, str]:
        """What makes it the same message when it is sent again."""
        return self.chat, self.sender.key, self.client_id


class Numbered(Protocol):
    """What `append` needs of a locked chat: a `Chat`, or the slimmer `ChatHead`."""

    pk: int
    public_id: str
    last_seq: int
    last_public_seq: int
    last_message_at: datetime | None
    unanswered_since: datetime | None
    updated_at: datetime


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
    last_message_at: datetime | None
    unanswered_since: datetime | None
    left_at: datetime | None
    updated_at: datetime

    COLUMNS: ClassVar[tuple[str, ...]] = (
        "pk", "public_id", "status", "customer_id", "queue_id", "agent_id", "owner_epoch",
        "version", "last_seq", "last_public_seq", "last_message_at", "unanswered_since",
        "left_at", "updated_at",
    )  # fmt: skip

    @classmethod
    def lock(cls, public_ids: Iterable[str]) -> dict[str, ChatHead]:
        """Lock these chats in id order, in one statement. Once a transaction, at its start."""
        rows = Chat.objects.filter(public_id__in=sorted(set(public_ids))).order_by("pk")
        locked = rows.select_for_update().values_list(*cls.COLUMNS)
        return {row[1]: cls(*row) for row in locked}

    @classmethod
    def of(cls, chat: Chat) -> ChatHead:
        return cls(*(getattr(chat, name) for name in cls.COLUMNS))


class MessageQuerySet(models.QuerySet["Message"]):
    def public(self) -> Self:
        """What a customer may see: everything but side notes."""
        return self.exclude(kind=NOTE)

    def stored(
        self, drafts: Iterable[Draft], chats: dict[str, ChatHead]
    ) -> dict[tuple[str, str, str], Message]:
        """What of these drafts is there already, by identity."""
        known = [draft for draft in drafts if draft.chat in chats]
        if not known:
            return {}
        ids = {head.pk: public_id for public_id, head in chats.items()}
        rows = self.filter(
            chat_id__in=list(ids), client_id__in=sorted({draft.client_id for draft in known})
        )
        return {(ids[row.chat_id], row.sender, row.client_id): row for row in rows}

    def page(
        self, chat: Chat, *, staff: bool, after: int | None, before: int | None, limit: int
    ) -> list[Message]:
        """Up to `limit` lines that follow `after`, or that come before `before`, oldest first."""
        lines = self.filter(chat=chat) if staff else self.filter(chat=chat).public()
        if after is not None:
            return list(lines.filter(seq__gt=after).order_by("seq")[:limit])
        if before is not None:
            lines = lines.filter(seq__lt=before)
        return list(lines.order_by("-seq")[:limit])[::-1]

    def after(self, shown: dict[int, int], limit: int) -> Iterator[Message]:
        """The lines that follow what is shown of each chat (chat → seq), at most `limit` a chat."""
        pairs = list(shown.items())
        for start in range(0, len(pairs), PAIRS):
            some = pairs[start : start + PAIRS]
            rows = ", ".join(["(%s, %s)"] * len(some))
            values = [value for pair in some for value in pair]
            yield from self.raw(AFTER.format(rows=rows), [*values, limit])


#: Only placeholders are filled in.
AFTER = """
WITH shown(chat_id, seq) AS (VALUES {rows})
SELECT message.* FROM shown JOIN livechat_message AS message
  ON message.chat_id = shown.chat_id AND message.seq > shown.seq AND message.seq <= shown.seq + %s
ORDER BY message.chat_id, message.seq
"""
PAIRS = 5_000


class MessageManager(models.Manager.from_queryset(MessageQuerySet)):  # type: ignore[misc]
    def append(self, locked_chats: Sequence[Numbered], drafts: Sequence[Draft]) -> list[Message]:
        """Number and store drafts: the only code that takes a seq. The caller holds the locks."""
        now = timezone.now()
        chats = {chat.public_id: chat for chat in locked_chats}
        messages = [_numbered(chats[draft.chat], draft, now) for draft in drafts]
        write_appended(
            self.model, [chats[chat] for chat in {draft.chat: None for draft in drafts}], messages
        )
        return messages


def _numbered(chat: Numbered, draft: Draft, now: datetime) -> Message:
    chat.last_seq += 1
    message = Message(
        chat_id=chat.pk,
        seq=chat.last_seq,
        public_after=chat.last_public_seq,
        sender=draft.sender.key,
        client_id=draft.client_id,
        kind=draft.kind,
        author_name=draft.sender.name,
        body=draft.body,
        data=draft.data,
        posted_at=now,
    )
    if draft.kind != NOTE:
        chat.last_public_seq = chat.last_seq
    if draft.kind == REPLY:
        by_customer = draft.sender.kind == "c"
        chat.unanswered_since = (chat.unanswered_since or now) if by_customer else None
    chat.last_message_at = chat.updated_at = now
    return message


class Message(models.Model):
    """One line of a chat. Its address is (chat, seq); it is stored exactly as sent."""

    class Kind(models.TextChoices):
        REPLY = "reply"
        NOTE = "note"
        EVENT = "event"
        ARTICLE = "article"
        FILE = "file"

    chat = models.ForeignKey(Chat, models.PROTECT, related_name="messages", db_index=False)
    seq = models.PositiveIntegerField()
    #: The seq before it that a customer sees.
    public_after = models.PositiveIntegerField()
    sender = models.CharField(max_length=21)
    client_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=Kind)
    author_name = models.CharField(max_length=120, blank=True)
    body = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)
    posted_at = models.DateTimeField()

    objects: ClassVar[MessageManager] = MessageManager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["chat", "seq"], name="message_seq_unique_in_chat"),
            models.UniqueConstraint(
                fields=["chat", "sender", "client_id"], name="message_sent_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["reply", "note", "event", "article", "file"]),
                name="message_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(seq__gt=F("public_after")), name="message_comes_after_the_one_before"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["reply", "note"]) | ~Q(body=""), name="message_has_text"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chat_id}/{self.seq}"

    @property
    def author(self) -> str:
        return AUTHORS[self.sender[0]]


class ReadCursorManager(models.Manager["ReadCursor"]):
    def advance(self, marks: Sequence[tuple[int, str, int, int]]) -> None:
        """Raise cursors, never past the chat's end: (chat, reader, delivered, read) each."""
        if not marks:
            return
        least, most = ("least", "greatest") if connection.vendor == "postgresql" else ("min", "max")
        rows = ", ".join(["(%s, %s, %s, %s)"] * len(marks))
        sql = ADVANCE.format(rows=rows, least=least, most=most)
        with connection.cursor() as cursor:
            cursor.execute(sql, [value for mark in marks for value in mark])


#: One statement for all readers, on PostgreSQL and SQLite alike. Only function names are filled in.
ADVANCE = """
WITH marks(chat_id, reader, delivered, read) AS (VALUES {rows})
INSERT INTO livechat_readcursor (chat_id, reader, delivered, read)
SELECT
  chat.id, marks.reader, {least}(marks.delivered, chat.last_seq), {least}(marks.read, chat.last_seq)
FROM marks JOIN livechat_chat AS chat ON chat.id = marks.chat_id WHERE true
ON CONFLICT (chat_id, reader) DO UPDATE SET
  delivered = {most}(livechat_readcursor.delivered, excluded.delivered),
  read = {most}(livechat_readcursor.read, excluded.read)
"""


class ReadCursor(models.Model):
    """How far one reader of a chat has received and read. `reader` is a sender key."""

    chat = models.ForeignKey(Chat, models.PROTECT, related_name="cursors", db_index=False)
    reader = models.CharField(max_length=21)
    delivered = models.PositiveIntegerField(default=0)
    read = models.PositiveIntegerField(default=0)

    objects: ClassVar[ReadCursorManager] = ReadCursorManager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["chat", "reader"], name="cursor_one_per_reader"),
            models.CheckConstraint(
                condition=Q(read__lte=F("delivered")), name="cursor_read_within_delivered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chat_id}/{self.reader}"
