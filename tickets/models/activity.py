"""What was said and done on a ticket, in order."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.models.people import Customer, User
from tickets.models.tickets import Ticket

BODY_CHARACTERS = 8_000


class ActivityQuerySet(models.QuerySet["Activity"]):
    def for_customers(self) -> Self:
        """What the customer of the ticket may read: never a work note."""
        return self.filter(kind=Activity.Kind.COMMENT)

    def latest_first(self) -> Self:
        return self.select_related("author").order_by("-pk")


class Activity(models.Model):
    """One entry: a comment, a work note, or a step with its values as they were."""

    class Kind(models.TextChoices):
        COMMENT = "comment", _("comment")
        WORK_NOTE = "work_note", _("work note")
        STEP = "step", _("step")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="activities")
    kind = models.CharField(max_length=12, choices=Kind)
    #: Of a step: what happened. Its sentence is made for whoever reads it.
    code = models.CharField(max_length=24, blank=True)
    data = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+")
    #: Of a customer's comment, made by his page: the same again is the same comment.
    client_id = models.CharField(max_length=64, null=True)  # noqa: DJ001  # no row is written anew
    #: Copied when written.
    author_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[Activity]] = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["ticket", "-id"], name="activity_of_ticket"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["ticket", "customer", "client_id"],
                condition=Q(client_id__isnull=False),
                name="activity_one_per_client_id",
            ),
            models.CheckConstraint(
                condition=Q(kind="step", body="") & ~Q(code="")
                | Q(kind__in=["comment", "work_note"], code="") & ~Q(body=""),
                name="activity_is_a_step_or_a_text",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
