"""Pages that write down what they go through."""

import time
from collections import Counter
from typing import Any

from livechat.management.replaying.conversation import Entry
from livechat.management.replaying.page import Page
from livechat.management.replaying.web import Person
from livechat.protocol import Code, Item
from tests.delivery.history import Acked, History, Refused, Sent, Shown


class WatchedPage(Page):
    """One page, called `who`."""

    def __init__(
        self, history: History, who: str, person: Person, path: str, **options: Any
    ) -> None:
        super().__init__(person, path, **options)
        self.history = history
        self.who = who
        self.codes: list[int] = []
        self.shown_at: dict[str, float] = {}
        self.frames: list[dict[str, Any]] = []
        self.count: Counter[str] = Counter()

    def wrote(self, entry: Entry) -> None:
        sent = Sent(time.monotonic(), self.who, entry.chat, entry.client_id, entry.body, entry.kind)
        self.history.add(sent)

    def acked(self, chat: str, client_id: str, seq: int) -> None:
        self.history.add(Acked(time.monotonic(), self.who, chat, client_id, seq))

    def refused(self, chat: str, client_id: str, code: Code, *, final: bool) -> None:
        self.history.add(Refused(time.monotonic(), self.who, chat, client_id, code, final))

    def shown(self, chat: str, item: Item) -> None:
        now = self.shown_at[item["client_id"]] = time.monotonic()
        line = Shown(
            now,
            self.who,
            chat,
            item["seq"],
            item["after"],
            item["client_id"],
            item["author"],
            item["body"],
            item["kind"],
        )
        self.history.add(line)

    def heard(self, frame: dict[str, Any]) -> None:
        self.count[frame["type"]] += 1
        if frame["type"] not in {"messages", "ack", "receipt"}:
            self.frames.append(frame)

    def left(self, code: int) -> None:
        self.codes.append(code)
