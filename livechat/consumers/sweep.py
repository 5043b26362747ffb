"""What the bus lost: chats that are further than this process has published."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from livechat import events, protocol
from livechat.models import Chat, ChatHead, Message
from livechat.realtime import Delivery

#: Longer than any transaction may take, so that a late commit is still looked at.
MARGIN = timedelta(seconds=15)


UNHEARD_ITEMS = 20


class Sweep:
    """Once a second, one query when there is nothing to repair. Runs in a thread of its own."""

    def __init__(self) -> None:
        self.looked_at: datetime = timezone.now()

    def look(self, marks: dict[str, list[Any]]) -> list[Delivery]:
        """Frames that should have come and did not, for this process's sockets."""
        now = timezone.now()
        rows = Chat.objects.changed_since(self.looked_at - MARGIN).values_list(*ChatHead.COLUMNS)
        ahead = [chat for chat in (ChatHead(*row) for row in rows) if _is_ahead(chat, marks)]
        found = events.deliveries_of(self._news(ahead, marks)) if ahead else []
        self.looked_at = now
        return found

    def _news(self, ahead: list[ChatHead], marks: dict[str, list[Any]]) -> list[events.Event]:
        chats = Chat.objects.with_pages_data().in_bulk([chat.pk for chat in ahead])
        shown = {chat.pk: _shown(chat, marks) for chat in ahead}
        lines: dict[int, list[Message]] = {}
        for message in Message.objects.after(shown, protocol.HISTORY_ITEMS):
            lines.setdefault(message.chat_id, []).append(message)
        news: list[events.Event] = []
        for head in ahead:
            if said := lines.get(head.pk):
                news.append(events.MessagePosted(head, said))
            if _version(head, marks) < head.version:
                news.append(events.ChatChanged(chats[head.pk]))
        return news


def _version(chat: ChatHead, marks: dict[str, list[Any]]) -> int:
    known = marks.get(chat.public_id)
    return int(known[0]) if known else 0


def _shown(chat: ChatHead, marks: dict[str, list[Any]]) -> int:
    """The seq that this process has published; of a chat it never heard of, near its end.

    A page that shows less sees the gap and asks.
    """
    known = marks.get(chat.public_id)
    return int(known[1]) if known else max(0, chat.last_seq - UNHEARD_ITEMS)


def _is_ahead(chat: ChatHead, marks: dict[str, list[Any]]) -> bool:
    known = marks.get(chat.public_id)
    return known is None or int(known[0]) < chat.version or int(known[1]) < chat.last_seq
