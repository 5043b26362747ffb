"""How long a customer waits and a chat takes at most, and what is told on the way. Plain Python."""

from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import NamedTuple


class Target(StrEnum):
    """What may take so long: waiting for an agent, or the conversation with one."""

    WAITING = "waiting"
    CONVERSATION = "conversation"


class Step(IntEnum):
    """How far it has come. Later steps are greater."""

    NONE = 0
    WARNING = 1
    BREACH = 2


class Targets(NamedTuple):
    """Seconds something may take: until it shows as a warning, and as too long."""

    warning: int
    breach: int

    def passed(self, since: datetime, now: datetime) -> Step:
        """The last step that has come, of what began then."""
        seconds = (now - since).total_seconds()
        if seconds >= self.breach:
            return Step.BREACH
        return Step.WARNING if seconds >= self.warning else Step.NONE

    def next_at(self, since: datetime, told: Step) -> datetime | None:
        """When the step after this one comes; None after the last."""
        if told == Step.BREACH:
            return None
        return since + timedelta(seconds=self.breach if told else self.warning)
