"""The lines of a chat, and who has seen them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Self

from django.db import connection, models
from django.db.models import F, Q
from django.utils import timezone

from livechat.models import appending
from livechat.models.chats import Chat
from livechat.models.drafts import NOTE, ChatHead, Draft, Identity, NewLine, Numbered, numbered


class MessageQuerySet(models.QuerySet["Message"]):
    def public(self) -> Self:
        """What a customer may see: everything but side notes."""
        return self.exclude(kind=NOTE)

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
    def append(self, locked_chats: Sequence[Numbered], drafts: Sequence[Draft]) -> list[NewLine]:
        """Number and store drafts: the only code that takes a seq. The caller holds the locks."""
        now = timezone.now()
        chats = {chat.public_id: chat for chat in locked_chats}
        lines = [numbered(chats[draft.chat], draft, now) for draft in drafts]
        spoken_in = dict.fromkeys(draft.chat for draft in drafts)
        appending.write([chats[chat] for chat in spoken_in], lines)
        return lines

    def stored(
        self, drafts: Iterable[Draft], chats: dict[str, ChatHead]
    ) -> dict[Identity, appending.Stored]:
        """What of these drafts is there already, by identity."""
        return appending.find_stored(drafts, chats)


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
    """How far one reader of a chat has received and read."""

    chat = models.ForeignKey(Chat, models.PROTECT, related_name="cursors", db_index=False)
    #: A sender's key; or an invitee's, of which its customer hears nothing.
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


def invitee_key(agent: int) -> str:
    """The reader that an agent is in the chat of another one."""
    return f"i{agent}"


def reader_keys(agent: int) -> tuple[str, str]:
    """The readers that an agent may have been in a chat: its own agent, and an invitee."""
    return f"a{agent}", invitee_key(agent)
