"""What an agent wants to be told, and how."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from livechat.models.agents import Agent

Ways = dict[str, bool]


class NewsKind(models.TextChoices):
    """What an agent is told of. EVERYTHING is the switch above them all."""

    EVERYTHING = "all", _("Everything")
    CHAT = "chat", _("New chat waiting")
    MESSAGE = "message", _("Message in another chat")
    GIVEN = "given", _("Chat given to you")
    TRANSFER = "transfer", _("Chat transferred to you")
    INVITATION = "invitation", _("Invitation to a chat")
    CANCELLED = "cancelled", _("Customer cancelled")
    TARGET = "target", _("Waiting time")
    CONVERSATION = "conversation", _("Conversation time")
    ASSISTANCE = "assistance", _("Help wanted by an agent")


#: Ways to be told, each with a column of its own.
WAYS = ("toast", "desktop", "sound")


class NotificationChoiceManager(models.Manager["NotificationChoice"]):
    def of(self, agent: Agent) -> dict[str, Ways]:
        """What holds for this agent, kind by kind: his own, else what a new agent has."""
        own = {choice.kind: choice.ways for choice in self.filter(agent=agent)}
        return {kind: own.get(kind, ways_at_first(kind)) for kind in NewsKind.values}


def ways_at_first(kind: str) -> Ways:
    """Desktop notices and sound are for whoever switches them on; then for every kind."""
    return {way: kind != NewsKind.EVERYTHING or way == "toast" for way in WAYS}


class NotificationChoice(models.Model):
    """Whether an agent is told of one kind of news on the screen, on the desktop, by a sound."""

    agent = models.ForeignKey(Agent, models.PROTECT, related_name="notification_choices")
    kind = models.CharField(max_length=12, choices=NewsKind)
    toast = models.BooleanField(default=True)
    desktop = models.BooleanField(default=True)
    sound = models.BooleanField(default=True)

    objects: ClassVar[NotificationChoiceManager] = NotificationChoiceManager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["agent", "kind"], name="notification_choice_one_per_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent}: {self.get_kind_display()}"

    @property
    def ways(self) -> Ways:
        return {way: bool(getattr(self, way)) for way in WAYS}
