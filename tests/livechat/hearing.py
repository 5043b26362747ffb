"""What one event says, and to whom."""

import json
from dataclasses import dataclass

from livechat import events
from livechat.models import Chat, Sender
from tests.factories import MessageFactory


@dataclass(frozen=True)
class Heard:
    """What one event says: the frame that each topic gets."""

    frames: dict[str, dict[str, object]]

    @classmethod
    def of(cls, event: events.Event) -> "Heard":
        frames: dict[str, dict[str, object]] = {}
        for delivery in event.deliveries():
            for topic in delivery.topics:
                assert topic not in frames
                frames[topic] = json.loads(delivery.text)
        return cls(frames)

    @property
    def topics(self) -> set[str]:
        return set(self.frames)

    def customer(self, chat: Chat) -> dict[str, object]:
        return self.frames[events.customer_topic(chat.customer_id)]

    def agent(self, chat: Chat) -> dict[str, object]:
        return self.frames[events.agent_topic(chat.agent_id)]


def posted(chat: Chat, *kinds: str) -> Heard:
    sender = Sender("a", chat.agent_id, "Noor H.")
    lines = [MessageFactory(chat=chat, kind=kind, sender=sender) for kind in kinds]
    return Heard.of(events.MessagePosted(chat, lines))
