"""What the bus lost: chats that are further than this process has published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from livechat import events, protocol
from livechat.models import Chat, Message
from livechat.realtime import Delivery

#: Longer than any transaction may take, so that a late commit is still looked at.
MARGIN = timedelta(seconds=15)
UNHEARD_ITEMS = 20

#: Version and last seq of a chat.
Reached = tuple[int, int]
Marks = Mapping[str, Sequence[Any]]


class Sweep:
    """Every tick one query, and no more while there is nothing to repair.

    A chat is lost to this process when it is still behind what the tick before last found in the
    database: what was only just committed is on its way.
    """

    def __init__(self) -> None:
        self.looked_at: datetime = timezone.now()
        self.behind: dict[str, Reached] = {}

    def changed(self) -> dict[str, Reached]:
        """How far the chats that were touched lately have come. In a thread."""
        now = timezone.now()
        rows = Chat.objects.changed_since(self.looked_at - MARGIN)
        found = {row[0]: row[1:] for row in rows.values_list("public_id", "version", "last_seq")}
        self.looked_at = now
        return found

    def lost(self, found: dict[str, Reached], marks: Marks) -> dict[str, Sequence[Any] | None]:
        """The chats to repair, each with what is known of it. On the loop, by its marks of now."""
        before, self.behind = (
            self.behind,
            {chat: reached for chat, reached in found.items() if _is_behind(marks, chat, reached)},
        )
        return {
            chat: marks.get(chat)
            for chat, reached in before.items()  # Also when they were last touched long ago.
            if _is_behind(marks, chat, reached)
        }

    def repair(self, lost: dict[str, Sequence[Any] | None]) -> list[Delivery]:
        """Frames that should have come and did not. In a thread."""
        chats = Chat.objects.with_pages_data().filter(public_id__in=lost)
        news: list[events.Event] = []
        lines = _lines({chat.pk: _shown(chat, lost[chat.public_id]) for chat in chats})
        for chat in chats:
            known = lost[chat.public_id]
            if said := lines.get(chat.pk):
                news.append(events.MessagePosted(chat, said))
            if known is None or known[0] < chat.version:
                news.append(events.ChatChanged(chat))
        return events.deliveries_of(news)


def _is_behind(marks: Marks, chat: str, reached: Reached) -> bool:
    known = marks.get(chat)
    return known is None or known[0] < reached[0] or known[1] < reached[1]


def _shown(chat: Chat, known: Sequence[Any] | None) -> int:
    """The seq that this process has published; of a chat it never heard of, near its end.

    A page that shows less sees the gap and asks.
    """
    return int(known[1]) if known else max(0, chat.last_seq - UNHEARD_ITEMS)


def _lines(shown: dict[int, int]) -> dict[int, list[Message]]:
    lines: dict[int, list[Message]] = {}
    for message in Message.objects.after(shown, protocol.HISTORY_ITEMS):
        lines.setdefault(message.chat_id, []).append(message)
    return lines
