"""What has no number and may be lost all the same: who is reachable, settings, read cursors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet, Value

from livechat import events
from livechat.consumers.resume import reached
from livechat.models import Agent, Chat, ChatHead, ChatSettings, Queue, ReadCursor
from livechat.realtime import Delivery

#: While the bus is well the cursors are looked at every so many looks: half a minute.
CURSOR_LOOKS = 40
#: When it is well again, something may just have been lost.
UNEASY_LOOKS = 3

#: Kind, pk, public id and version of a setting; of an agent who is reachable, his pk.
Fact = tuple[str, int, str, int]
#: Chat, reader, delivered, read.
Cursor = tuple[int, str, int, int]


class People(NamedTuple):
    """Who is connected to this process."""

    customers: AbstractSet[int]
    agents: AbstractSet[int]


class Watch:
    """Tells what differs from the look before, heard already or not: nothing here adds up."""

    def __init__(self) -> None:
        self.looks = self.uneasy = 0
        self.facts: set[Fact] | None = None
        self.cursors: set[Cursor] = set()

    def wants_cursors(self, *, healthy: bool) -> bool:
        """Whether this look is for the cursors too: they are many."""
        self.looks += 1
        self.uneasy = max(0, self.uneasy - 1) if healthy else UNEASY_LOOKS
        return self.uneasy > 0 or self.looks % CURSOR_LOOKS == 0

    def look(self, people: People | None) -> list[Delivery]:
        """In a thread. One query of few rows; with `people` one of their live chats' cursors."""
        news = [*self._facts_told(), *(self._cursors_told(people) if people else ())]
        return events.deliveries_of(news)

    def _facts_told(self) -> Iterator[events.Event]:
        found = _read_facts()
        before, self.facts = self.facts, found
        if before is None or found == before:
            return
        yield from _reach(pk for kind, pk, *_ in found ^ before if kind == "agent")
        for kind, pk, public_id, version in found - before:
            if kind == "queue":
                topics = (events.queue_topic(pk),)
            elif kind == "chat_settings":
                topics = (events.STAFF,)
            else:
                continue
            yield events.SettingChanged(topics, kind, public_id, version)

    def _cursors_told(self, people: People) -> Iterator[events.Event]:
        theirs = Q(customer__in=people.customers) | Q(agent__in=people.agents)
        rows = ReadCursor.objects.filter(chat__in=Chat.objects.live().filter(theirs))
        found: set[Cursor] = set(rows.values_list("chat", "reader", "delivered", "read"))
        before, self.cursors = self.cursors, found
        if moved := {cursor[0] for cursor in found - before}:
            yield from _receipts(moved, found)


def _read_facts() -> set[Fact]:
    online = _facts(Agent.objects.filter(online=True), "agent", Value(""), Value(0))
    queues = _facts(Queue.objects.active(), "queue", F("public_id"), F("version"))
    settings = _facts(ChatSettings.objects.all(), "chat_settings", Value("1"), F("version"))
    return set(online.union(queues, settings, all=True))


def _facts(rows: QuerySet[Any], kind: str, public_id: Any, version: Any) -> QuerySet[Any, Any]:
    """All as annotations: a union takes columns in the order in which it finds them."""
    columns = dict(zip("abcd", (Value(kind), F("pk"), public_id, version), strict=True))
    facts: QuerySet[Any, Any] = rows.order_by().annotate(**columns).values_list(*columns)
    return facts


def _reach(agents: Iterable[int]) -> Iterator[events.Event]:
    """What is so now; it may be otherwise again than when it was looked at."""
    chats = Chat.objects.live().filter(agent__in=set(agents))
    for row in chats.values_list("customer_id", "public_id", "agent__online"):
        yield events.AgentReachChanged(*row)


def _receipts(chats: AbstractSet[int], cursors: AbstractSet[Cursor]) -> Iterator[events.Event]:
    by_chat: dict[int, list[ReadCursor]] = {}
    for chat, reader, delivered, read in cursors:
        if chat in chats:
            cursor = ReadCursor(chat_id=chat, reader=reader, delivered=delivered, read=read)
            by_chat.setdefault(chat, []).append(cursor)
    for row in Chat.objects.filter(pk__in=chats).values_list(*ChatHead.COLUMNS):
        head = ChatHead(*row)
        for staff in (True, False):
            delivered, read = reached(head, by_chat[head.pk], staff=staff)
            if delivered:
                mark = events.Mark.of(head)
                yield events.ReceiptMoved(mark, head.public_id, delivered, read, by_customer=staff)
