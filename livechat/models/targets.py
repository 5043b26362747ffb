"""Which target runs for a chat, since when, by the settings of now."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from livechat.models.chats import Chat, Status
from livechat.models.settings import ChatSettings
from livechat.targets import Step, Target, Targets


class Running(NamedTuple):
    """What runs, and since when."""

    target: Target
    since: datetime
    targets: Targets

    def passed(self, now: datetime) -> Step:
        """The last of its steps that has come."""
        return self.targets.passed(self.since, now)

    def next_at(self, told: Step) -> datetime | None:
        """When the step after this one comes; None after the last."""
        return self.targets.next_at(self.since, told)


def running(chat: Chat, settings: ChatSettings) -> Running | None:
    """None: it is over, its customer has left, or conversations have no target here.

    Whoever waits again has waited since he came. An agent is measured by the time that he himself
    has the chat, as its page shows it.
    """
    if chat.status in {Status.QUEUED, Status.TRANSFERRED}:
        return Running(Target.WAITING, chat.queued_at, settings.targets(chat.queue))
    targets = settings.conversation_targets(chat.queue)
    if targets is None or chat.accepted_at is None or not chat.agent_in_charge:
        return None
    return Running(Target.CONVERSATION, chat.accepted_at, targets)
