"""What a page knows of one chat, and of a message that it has yet to send."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from livechat.protocol import Item


@dataclass(slots=True)
class Conversation:
    """What the page shows of one chat."""

    last: int = 0
    head: int = 0
    version: int = 0
    epoch: int | None = None
    status: str = ""
    delivered: int = 0
    read: int = 0
    items: list[Item] = field(default_factory=list)
    held: dict[int, Item] = field(default_factory=dict)

    @property
    def missing(self) -> bool:
        return self.head > self.last

    def take(self, head: int, items: Iterable[Item]) -> list[Item]:
        """Show what follows what is shown, keep what lies beyond a gap. Gives what is new here."""
        self.head = max(self.head, head)
        self.held.update({item["seq"]: item for item in items})
        shown = []
        for seq in sorted(self.held):
            item = self.held[seq]
            if seq > self.last and item["after"] <= self.last:
                self.last = seq
                shown.append(item)
        self.held = {seq: item for seq, item in self.held.items() if seq > self.last}
        self.items += shown
        return shown

    def learn(self, head: dict[str, Any]) -> None:
        """How far the chat has come, as `welcome` and `heartbeat` say."""
        self.head = max(self.head, head["head"])
        if head["version"] >= self.version:
            self.version, self.epoch = head["version"], head.get("epoch", self.epoch)


@dataclass(slots=True)
class Entry:
    """A message that is not acknowledged yet."""

    chat: str
    client_id: str
    kind: str
    body: str
    epoch: int | None
    under_way: object = None
    not_before: float = 0.0
