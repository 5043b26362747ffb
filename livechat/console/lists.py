"""An agent's lists: what waits in his queues, what was transferred to him, the chats he has."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Left

from livechat.console.invitees import as_invitee, visits_of
from livechat.console.reasons import why_nobody_has
from livechat.events import author_id
from livechat.models import Agent, Chat, ChatSettings, Message, ReadCursor
from livechat.models.drafts import EVENT, NOTE, REPLY
from livechat.models.messages import reader_keys

QUEUE, TRANSFERRED, MINE = "queue", "transferred", "mine"
#: A list shows so many and says how many more there are.
ROWS = 100
DOCKED = 3
LAST_CHARACTERS = 160


def lists_of(agent: Agent, *, tab: str, current: str = "") -> dict[str, Any]:
    """What the lists' partial expects. As many queries for one chat as for twenty."""
    tabs = {QUEUE, TRANSFERRED}
    chats = Chat.objects.visible_to(agent.user).with_pages_data()
    waiting = chats.waiting()
    mine = with_rows_data(chats.filter(status=Chat.Status.ASSIGNED, agent=agent), agent)
    transferred = with_remark(chats.filter(status=Chat.Status.TRANSFERRED, transferred_to=agent))
    waiting_rows, more_waiting = _first(waiting)
    my_rows, more_mine = _first(mine.order_by("-accepted_at", "-pk"))
    handed_rows, more_handed = _first(transferred.order_by("next_action_at", "pk"))
    if not handed_rows:
        tabs.discard(TRANSFERRED)
    visits = _visits(chats, agent)
    reasons = why_nobody_has(waiting_rows)
    for chat in waiting_rows:
        chat.why = reasons.get(chat.pk, "")  # type: ignore[attr-defined]
    left = sum(chat.left_at is not None for chat in my_rows)
    return {
        "tab": tab if tab in tabs else MINE,
        "current": current,
        "waiting": waiting_rows,
        "waiting_count": len(waiting_rows) + more_waiting,
        "more_waiting": more_waiting,
        "docked": waiting_rows[:DOCKED],
        "transferred": handed_rows,
        "transferred_count": len(handed_rows) + more_handed,
        "mine": my_rows,
        "visits": visits,
        "mine_count": len(my_rows) + more_mine + visits["count"],
        "more_mine": more_mine,
        "left_count": left,
        "active_count": len(my_rows) + more_mine - left,
        "target": ChatSettings.objects.current(),
    }


def _visits(chats: QuerySet[Chat], agent: Agent) -> dict[str, Any]:
    """The chats of others that he is asked into, or in."""
    asked, roles = visits_of(agent)
    joined = with_rows_data(chats.filter(pk__in=roles).exclude(agent=agent), agent)
    rows = as_invitee(joined.order_by("-created_at", "-pk")[:ROWS], roles)
    return {
        "asked": asked,
        "joined": rows,
        "count": len(asked) + len(rows),
        "own_key": f"a{agent.pk}",
        "own_id": author_id(f"a{agent.pk}"),
    }


def _first(chats: QuerySet[Chat]) -> tuple[list[Chat], int]:
    """The first rows, and how many follow them."""
    rows = list(chats[: ROWS + 1])
    return rows[:ROWS], chats.count() - ROWS if len(rows) > ROWS else 0


def with_remark(chats: QuerySet[Chat]) -> QuerySet[Chat]:
    """The side note that stands before the last transfer of each chat: what its sender wrote."""
    lines = Message.objects.filter(chat=OuterRef("pk"))
    handed = lines.filter(kind=EVENT, data__code="transferred").order_by("-seq")
    before = lines.filter(kind=NOTE, seq=OuterRef("handed_seq") - 1)
    return chats.annotate(handed_seq=Subquery(handed.values("seq")[:1])).annotate(
        remark=Subquery(before.values("body")[:1])
    )


def with_rows_data(chats: QuerySet[Chat], agent: Agent) -> QuerySet[Chat]:
    """The last reply of each chat, whose it is, and how many of its customer's are unread."""
    replies = Message.objects.filter(chat=OuterRef("pk"), kind=REPLY)
    last = replies.order_by("-seq")[:1]
    cursor = ReadCursor.objects.filter(chat=OuterRef("chat"), reader__in=reader_keys(agent.pk))
    read = Coalesce(Subquery(cursor.order_by("-read").values("read")[:1]), 0)
    unread = (
        replies.filter(Q(sender="c"), seq__gt=read)
        .order_by()
        .values("chat")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return chats.annotate(
        last_body=Left(Subquery(last.values("body")), LAST_CHARACTERS),
        last_sender=Subquery(last.values("sender")),
        unread=Coalesce(Subquery(unread, output_field=IntegerField()), 0),
        head=F("last_seq"),
    )
