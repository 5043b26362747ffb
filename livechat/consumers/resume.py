"""What a page missed: one look-up for all who wait; and a page of history for one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from livechat import protocol
from livechat.events import Mark, items_of, queue_topic
from livechat.models import Agent, Chat, ChatHead, Invitation, Message, ReadCursor, Sender
from livechat.models.chats import LIVE_STATUSES
from tickets.models import Customer

#: More than this of one chat, and the page asks for the rest itself.
MISSED_ITEMS = protocol.HISTORY_ITEMS


@dataclass(frozen=True, slots=True)
class Missed:
    """Who is back, the topics he hears, and what his page shows: chat → last seq."""

    sender: Sender
    topics: frozenset[str]
    shown: dict[str, int]

    @property
    def staff(self) -> bool:
        return self.sender.kind == "a"

    def may_see(self, chat: ChatHead) -> bool:
        return chat.may_be_seen_by(self.sender, serves=queue_topic(chat.queue_id) in self.topics)


@dataclass(frozen=True, slots=True)
class Answer:
    """Heads of his live and his shown chats; the frames he missed. `heads` None: try again."""

    heads: dict[str, protocol.Head] | None
    missed: list[str]
    marks: dict[str, Mark]


def read_missed(waiting: Sequence[Missed]) -> list[Answer]:
    """An answer for each, in order. Three queries, however many wait."""
    by_person: dict[tuple[str, int], list[ChatHead]] = {}
    by_id: dict[str, ChatHead] = {}
    for chat in _chats(waiting):
        by_id[chat.public_id] = chat
        if chat.status in LIVE_STATUSES:
            by_person.setdefault(("c", chat.customer_id), []).append(chat)
            for agent in chat.agents:
                by_person.setdefault(("a", agent), []).append(chat)
    found = [
        {
            chat.public_id: chat
            for chat in [
                *by_person.get((asked.sender.kind, asked.sender.pk), ()),
                *(by_id[shown] for shown in asked.shown if shown in by_id),
            ]
            if asked.may_see(chat)
        }
        for asked in waiting
    ]
    lines = _lines(waiting, found)
    cursors = _cursors(chat.pk for chats in found for chat in chats.values())
    return [
        _answer(asked, chats, lines, cursors) for asked, chats in zip(waiting, found, strict=True)
    ]


def _chats(waiting: Sequence[Missed]) -> list[ChatHead]:
    customers = {asked.sender.pk for asked in waiting if not asked.staff}
    agents = {asked.sender.pk for asked in waiting if asked.staff}
    shown = {chat for asked in waiting for chat in asked.shown}
    inside = Invitation.objects.open().filter(agent__in=agents).values("chat")
    kept = Q(agent__in=agents) | Q(transferred_to__in=agents) | Q(pk__in=inside)
    live = Chat.objects.live().filter(Q(customer__in=customers) | kept)
    rows = list(live.values_list(*ChatHead.COLUMNS))
    missing = shown - {row[1] for row in rows}
    if missing:
        named = Chat.objects.filter(public_id__in=missing)
        rows += named.values_list(*ChatHead.COLUMNS)
    return [ChatHead(*row) for row in rows]


def _lines(
    waiting: Sequence[Missed], found: Sequence[dict[str, ChatHead]]
) -> dict[int, list[Message]]:
    """The lines that any page misses, by chat."""
    after: dict[int, int] = {}
    for asked, chats in zip(waiting, found, strict=True):
        for public_id, seq in asked.shown.items():
            chat = chats.get(public_id)
            if chat and seq < chat.last_seq:
                after[chat.pk] = min(seq, after.get(chat.pk, seq))
    lines: dict[int, list[Message]] = {}
    for message in Message.objects.after(after, MISSED_ITEMS):
        lines.setdefault(message.chat_id, []).append(message)
    return lines


def _cursors(chats: Iterable[int]) -> dict[int, list[ReadCursor]]:
    cursors: dict[int, list[ReadCursor]] = {}
    for cursor in ReadCursor.objects.filter(chat__in=set(chats)):
        cursors.setdefault(cursor.chat_id, []).append(cursor)
    return cursors


def _answer(
    asked: Missed,
    chats: dict[str, ChatHead],
    lines: dict[int, list[Message]],
    cursors: dict[int, list[ReadCursor]],
) -> Answer:
    marks = {public_id: Mark.of(chat) for public_id, chat in chats.items()}
    heads = {public_id: mark.head(staff=asked.staff) for public_id, mark in marks.items()}
    missed: list[str] = []
    for public_id, seq in asked.shown.items():
        chat = chats.get(public_id)
        if chat is None:
            continue
        behind = [line for line in lines.get(chat.pk, ()) if line.seq > seq]
        items = items_of(behind, staff=asked.staff)
        if items:
            missed.append(protocol.encode_messages(public_id, heads[public_id].head, items))
        if frame := receipt_frame(chat, cursors.get(chat.pk, ()), staff=asked.staff):
            missed.append(frame)
    return Answer(heads, missed, marks)


def reached(chat: ChatHead, cursors: Iterable[ReadCursor], *, staff: bool) -> tuple[int, int]:
    """How far the other side has received and read, in the numbers that this side sees."""
    told = [cursor for cursor in cursors if cursor.reader[0] != "i"]
    theirs = [cursor for cursor in told if (cursor.reader == "c") == staff]
    end = chat.last_seq if staff else chat.last_public_seq
    delivered = min(end, max((cursor.delivered for cursor in theirs), default=0))
    return delivered, min(end, max((cursor.read for cursor in theirs), default=0))


def receipt_frame(chat: ChatHead, cursors: Iterable[ReadCursor], *, staff: bool) -> str | None:
    """How far the other side has come; None when it has not begun."""
    delivered, read = reached(chat, cursors, staff=staff)
    if not delivered:
        return None
    return protocol.encode(protocol.Receipt(chat=chat.public_id, delivered=delivered, read=read))


def read_history(sender: Sender, asked: protocol.History) -> str | None:
    """A page of lines as a `messages` frame; None when there is no such chat for this person."""
    staff = sender.kind == "a"
    if staff:
        user = Agent.objects.select_related("user").get(pk=sender.pk).user
        chats = Chat.objects.visible_to(user)
    else:
        chats = Chat.objects.of_customer(Customer(pk=sender.pk))
    chat = chats.filter(public_id=asked.chat).first()
    if chat is None:
        return None
    lines = Message.objects.page(
        chat, staff=staff, after=asked.after, before=asked.before, limit=asked.limit
    )
    head = chat.last_seq if staff else chat.last_public_seq
    return protocol.encode_messages(chat.public_id, head, items_of(lines, staff=staff))
