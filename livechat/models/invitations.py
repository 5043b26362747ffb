"""Who else is in a chat, and who asked for help."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livechat.models.agents import Agent
from tickets.models import User, token_urlsafe_16


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Asked, or accepted and still there."""
        return self.filter(status__in=OPEN_STATUSES)

    def pending(self) -> Self:
        return self.filter(status=Invitation.Status.PENDING)

    def accepted(self) -> Self:
        return self.filter(status=Invitation.Status.ACCEPTED)

    def with_pages_data(self) -> Self:
        """All that a frame or a page shows of an invitation, in one query."""
        return self.select_related("chat", "agent__user", "invited_by__user")


class Invitation(models.Model):
    """An agent is asked into another agent's chat."""

    class Role(models.TextChoices):
        PARTICIPANT = "participant", _("participant")
        MONITOR = "monitor", _("monitor")

    class Status(models.TextChoices):
        PENDING = "pending", _("not answered")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")
        LEFT = "left", _("has left")
        OVER = "over", _("over with the chat")

    public_id = models.CharField(max_length=22, unique=True, default=token_urlsafe_16)
    chat = models.ForeignKey("livechat.Chat", models.PROTECT, related_name="invitations")
    agent = models.ForeignKey(Agent, models.PROTECT, related_name="invitations")
    invited_by = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=Role)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    invited_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Invitation]] = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["chat", "agent"],
                condition=Q(status__in=["pending", "accepted"]),
                name="invitation_one_open_per_agent",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES


OPEN_STATUSES = (Invitation.Status.PENDING, Invitation.Status.ACCEPTED)


class AssistanceQuerySet(models.QuerySet["AssistanceRequest"]):
    def open(self) -> Self:
        """Not withdrawn, not cleared."""
        return self.filter(cleared_at=None)


class AssistanceRequest(models.Model):
    """The agent of a chat wants a supervisor's help."""

    chat = models.ForeignKey("livechat.Chat", models.PROTECT, related_name="assistance_requests")
    asked_by = models.ForeignKey(Agent, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    #: Nobody, when the chat was over first.
    cleared_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    cleared_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[AssistanceRequest]] = AssistanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("assistance request")
        verbose_name_plural = _("assistance requests")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["chat"], condition=Q(cleared_at=None), name="assistance_one_open_per_chat"
            ),
        ]

    def __str__(self) -> str:
        return str(self.chat_id)
