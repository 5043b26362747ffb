"""Where chats wait."""

from __future__ import annotations

from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tickets.models import Company, User, token_urlsafe_16


class QueueQuerySet(models.QuerySet["Queue"]):
    def active(self) -> Self:
        return self.filter(retired_at=None)

    def served_by(self, user: User) -> Self:
        """The queues whose chats this member of staff takes as an agent."""
        return self.active().filter(agents__user=user, agents__retired_at=None)

    def for_chats_of(self, company: Company) -> Queue | None:
        """Where a new chat of this company waits: its default queue, else GENERAL."""
        defaults = self.active().filter(Q(company=company) | Q(company=None), is_default=True)
        return defaults.order_by(F("company").asc(nulls_last=True)).first()


class Queue(models.Model):
    """A line of waiting chats, and the agents who take from it."""

    public_id = models.CharField(
        max_length=22, unique=True, default=token_urlsafe_16, editable=False
    )
    company = models.ForeignKey(
        Company,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="queues",
        verbose_name=_("company"),
        help_text=_("Empty: chats of all companies may wait here."),
    )
    name = models.CharField(_("name"), max_length=80)
    is_default = models.BooleanField(
        _("default queue"),
        default=False,
        help_text=_("New chats of the company wait here. A company without one uses GENERAL."),
    )
    target_seconds = models.PositiveIntegerField(
        _("waiting target"),
        null=True,
        blank=True,
        validators=[MinValueValidator(10), MaxValueValidator(86_400)],
        help_text=_("Seconds. Empty: as in the chat settings."),
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    retired_at = models.DateTimeField(
        _("retired at"),
        null=True,
        blank=True,
        help_text=_("From then on it takes no new chats; the history stays."),
    )

    objects: ClassVar[models.Manager[Queue]] = QueueQuerySet.as_manager()

    class Meta:
        verbose_name = _("queue")
        verbose_name_plural = _("queues")
        ordering: ClassVar[list[str]] = ["company__name", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["company", "name"], name="queue_name_unique_in_company"
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(company__isnull=True),
                name="queue_name_unique_without_company",
            ),
            models.UniqueConstraint(
                fields=["company"],
                condition=Q(is_default=True, company__isnull=False),
                name="queue_one_default_per_company",
            ),
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True, company__isnull=True),
                name="queue_one_general",
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(retired_at=None),
                name="queue_default_is_not_retired",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company} - {self.name}" if self.company_id else self.name
