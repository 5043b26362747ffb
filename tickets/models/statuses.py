"""What a ticket can be: rows that the administrator adds, renames, orders and retires."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_stubs_ext import StrPromise

from tickets.models.keys import token_urlsafe_16
from tickets.models.kinds import Kind

LAST_OPEN = _("It is the last open status of its kind. Add another first.")
KIND_KNOWN = Q(kind__in=["incident", "work_order"])


class Stage(models.TextChoices):
    """What a status means, whatever it is called. Steps are judged between these."""

    OPEN = "open", _("open")
    PENDING = "pending", _("pending")
    RESOLVED = "resolved", _("resolved")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


def against_change(row: Status | StatusReason, field: str) -> dict[str, str]:
    """Why what a row means cannot become another: tickets and chats have it."""
    if not row.pk:
        return {}
    before = type(row)._base_manager.values_list(field, flat=True).get(pk=row.pk)
    if before == getattr(row, field):
        return {}
    count = row.tickets.count()
    text = ngettext(
        "%(count)s ticket has it. Make a new one instead.",
        "%(count)s tickets have it. Make a new one instead.",
        count,
    )
    reasons = [text % {"count": count}] if count else []
    return {field: " ".join([*reasons, *written_by(row)])} if reasons or written_by(row) else {}


def written_by(row: Status | StatusReason) -> list[str]:
    """The rows of what chats write that need this one, a sentence each."""
    text = _("Chats write it when %(when)s (%(row)s). Change that under “What chats write” first.")
    rows = row.chat_outcomes.select_related("status", "reason")
    return [str(text) % {"when": each.get_outcome_display(), "row": each} for each in rows]


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

    def clean(self) -> None:
        """What tickets and chats have means tomorrow what it means today."""
        wrong = against_change(self, "kind") or against_change(self, "stage")
        if not wrong and self.pk:
            before = Status.objects.get(pk=self.pk)
            goes_with = self.reasons.exclude(kind=self.kind).exists()
            if goes_with:
                wrong = {"kind": str(_("Status reasons of its kind go with it."))}
            elif before.is_last_open and (self.kind, self.stage) != (before.kind, before.stage):
                wrong = {"stage": str(LAST_OPEN)}
        if wrong:
            raise ValidationError(wrong)

    @property
    def is_last_open(self) -> bool:
        """No other open status is left for tickets of its kind."""
        if self.stage != Stage.OPEN or self.retired_at:
            return False
        others = Status.objects.filter(kind=self.kind, stage=Stage.OPEN, retired_at=None)
        return not others.exclude(pk=self.pk).exists()

    def against_retiring(self) -> list[str]:
        """What would be stranded."""
        before = Status.objects.get(pk=self.pk) if self.pk else self
        return [*written_by(self), *([str(LAST_OPEN)] if before.is_last_open else [])]


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

    def clean(self) -> None:
        if wrong := against_change(self, "kind"):
            raise ValidationError(wrong)

    def against_statuses(self, statuses: Iterable[Status]) -> str:
        """Why it cannot go with exactly these: of the other kind, or a chat writes another."""
        chosen = set(statuses)
        if foreign := sorted(status.name for status in chosen if status.kind != self.kind):
            text = _("Of the other kind: %(names)s.")
            return str(text) % {"names": ", ".join(foreign)}
        rows = self.chat_outcomes.select_related("status", "reason") if self.pk else []
        left = [str(row) for row in rows if row.status not in chosen]
        text = _("Chats write it with a status that is not chosen (%(rows)s).")
        return str(text) % {"rows": "; ".join(left)} if left else ""

    def against_retiring(self) -> list[str]:
        """What would be stranded."""
        return written_by(self)

    def left_blank_by(self) -> models.QuerySet[ChatOutcome]:
        """What chats write without a reason although this one goes with the status by now."""
        if self.retired_at:
            return ChatOutcome.objects.none()
        rows = ChatOutcome.objects.filter(reason=None, status__in=self.statuses.all())
        return rows.select_related("status")


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

    #: Which meanings of a status suit which outcome.
    STAGES: ClassVar[dict[str, frozenset[str]]] = {
        Outcome.OPENED: frozenset({Stage.OPEN, Stage.PENDING}),
        Outcome.LEFT: frozenset({Stage.OPEN, Stage.PENDING}),
        Outcome.ENDED: frozenset({Stage.RESOLVED, Stage.CLOSED, Stage.CANCELLED}),
        Outcome.ABANDONED: frozenset({Stage.CANCELLED}),
    }

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
                violation_error_message=_("There is such a row already."),
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

    def clean(self) -> None:
        """The status suits the moment, the reason goes with the status, all are of one kind."""
        if not self.status_id:
            return
        if wrong := self._against_status():
            raise ValidationError({"status": wrong})
        if wrong := self._against_reason():
            raise ValidationError({"reason": wrong})

    def _against_status(self) -> StrPromise | str | None:
        if self.status.kind != self.kind:
            return _("It is a status of the other kind.")
        if self.status.retired_at:
            return _("It is not in use any more.")
        if self.outcome and self.status.stage not in self.STAGES[self.outcome]:
            return _("A status of this category does not suit this moment.")
        return None

    def _against_reason(self) -> StrPromise | str | None:
        goes_with = self.status.reasons.active()
        if self.reason is None:
            return _("Choose a status reason.") if goes_with.exists() else None
        if self.reason not in goes_with.filter(kind=self.kind):
            values = {"reason": self.reason, "status": self.status}
            return _("%(reason)s does not go with %(status)s.") % values
        return None
