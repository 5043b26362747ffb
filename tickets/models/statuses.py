"""What a ticket can be: rows that the administrator adds, renames, orders and retires."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.models.keys import token_urlsafe_16
from tickets.models.kinds import Kind

KIND_KNOWN = Q(kind__in=["incident", "work_order"])


class Stage(models.TextChoices):
    """What a status means, whatever it is called. Steps are judged between these."""

    OPEN = "open", _("open")
    PENDING = "pending", _("pending")
    RESOLVED = "resolved", _("resolved")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


class StatusQuerySet(models.QuerySet["Status"]):
    def active(self) -> Self:
        return self.filter(retired_at=None)

    def of(self, kind: str) -> Self:
        """In the administrator's order."""
        return self.filter(kind=kind).order_by("order", "name", "pk")


class Status(models.Model):
    """Where a ticket stands, in the words of this service desk."""

    public_id = models.CharField(
        max_length=22, unique=True, default=token_urlsafe_16, editable=False
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    name = models.CharField(_("name"), max_length=60)
    stage = models.CharField(
        _("category"),
        max_length=12,
        choices=Stage,
        help_text=_("What it means. Closed and cancelled tickets are final."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    retired_at = models.DateTimeField(
        _("retired at"),
        null=True,
        blank=True,
        help_text=_("From then on no ticket is given it; those that have it stay."),
    )

    objects: ClassVar[models.Manager[Status]] = StatusQuerySet.as_manager()

    class Meta:
        verbose_name = _("status")
        verbose_name_plural = _("statuses")
        ordering: ClassVar[list[str]] = ["kind", "order", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["kind", "name"], name="status_name_unique_in_kind"),
            models.CheckConstraint(condition=KIND_KNOWN, name="status_kind_known"),
            models.CheckConstraint(
                condition=Q(stage__in=["open", "pending", "resolved", "closed", "cancelled"]),
                name="status_category_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StatusReasonQuerySet(models.QuerySet["StatusReason"]):
    def active(self) -> Self:
        return self.filter(retired_at=None)


class StatusReason(models.Model):
    """Why a ticket has a status."""

    public_id = models.CharField(
        max_length=22, unique=True, default=token_urlsafe_16, editable=False
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    name = models.CharField(_("name"), max_length=80)
    statuses = models.ManyToManyField(
        Status,
        verbose_name=_("goes with"),
        related_name="reasons",
        help_text=_("The statuses that can have this reason."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    retired_at = models.DateTimeField(
        _("retired at"),
        null=True,
        blank=True,
        help_text=_("From then on no ticket is given it; those that have it stay."),
    )

    objects: ClassVar[models.Manager[StatusReason]] = StatusReasonQuerySet.as_manager()

    class Meta:
        verbose_name = _("status reason")
        verbose_name_plural = _("status reasons")
        ordering: ClassVar[list[str]] = ["kind", "order", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["kind", "name"], name="status_reason_name_unique_in_kind"
            ),
            models.CheckConstraint(condition=KIND_KNOWN, name="status_reason_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name


class ChatOutcomeQuerySet(models.QuerySet["ChatOutcome"]):
    def choices_for(self, kind: str, outcome: str) -> Self:
        """What an agent may choose, the usual one first, then in the administrator's order."""
        found = self.filter(kind=kind, outcome=outcome)
        found = found.filter(status__retired_at=None).filter(
            Q(reason=None) | Q(reason__retired_at=None)
        )
        order = ("-is_usual", "status__order", "status__name", "reason__order", "reason__name")
        return found.select_related("status", "reason").order_by(*order)

    def usual(self, kind: str, outcome: str) -> ChatOutcome:
        """What is written when nobody chooses. A migration made it, and it cannot go."""
        return self.select_related("status", "reason").get(
            kind=kind, outcome=outcome, is_usual=True
        )


class ChatOutcome(models.Model):
    """What a chat writes into its ticket. It protects what it points to: both can be renamed."""

    class Outcome(models.TextChoices):
        OPENED = "opened", _("an agent makes a ticket of it")
        LEFT = "left", _("a customer leaves a ticket instead")
        ENDED = "ended", _("the chat is ended, the ticket resolved")
        ABANDONED = "abandoned", _("the chat is abandoned")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    outcome = models.CharField(_("when"), max_length=12, choices=Outcome)
    status = models.ForeignKey(
        Status, models.PROTECT, related_name="chat_outcomes", verbose_name=_("status")
    )
    reason = models.ForeignKey(
        StatusReason,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="chat_outcomes",
        verbose_name=_("status reason"),
    )
    is_usual = models.BooleanField(
        _("usual"), default=False, help_text=_("Chosen beforehand, and written if nobody chooses.")
    )

    objects: ClassVar[ChatOutcomeQuerySet] = ChatOutcomeQuerySet.as_manager()  # type: ignore[assignment]  # its own verbs are used

    class Meta:
        verbose_name = _("what a chat writes")
        verbose_name_plural = _("what chats write")
        ordering: ClassVar[list[str]] = ["kind", "outcome", "-is_usual"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["kind", "outcome", "status", "reason"], name="chat_outcome_once"
            ),
            models.UniqueConstraint(
                fields=["kind", "outcome", "status"],
                condition=Q(reason__isnull=True),
                name="chat_outcome_once_without_reason",
            ),
            models.UniqueConstraint(
                fields=["kind", "outcome"],
                condition=Q(is_usual=True),
                name="chat_outcome_one_usual",
            ),
            models.CheckConstraint(condition=KIND_KNOWN, name="chat_outcome_kind_known"),
        ]

    def __str__(self) -> str:
        said = f"{self.status}, {self.reason}" if self.reason_id else str(self.status)
        return f"{self.get_kind_display()}: {said}"
