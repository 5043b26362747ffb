"""A file that somebody looked at and has not confirmed yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models

from tickets.models.keys import token_urlsafe_16
from tickets.models.people import User

#: So long a trial can be confirmed.
KEPT = timedelta(hours=1)


class PendingImportQuerySet(models.QuerySet["PendingImport"]):
    def of(self, user: User, model: str, now: datetime) -> Self:
        """What this person may confirm for this list."""
        return self.filter(user=user, model=model, made_at__gt=now - KEPT)

    def forget_expired(self, now: datetime) -> int:
        count, _by_model = self.filter(made_at__lte=now - KEPT).delete()
        return count


class PendingImport(models.Model):
    """Between the trial and the confirmation, for every process to find."""

    public_id = models.CharField(max_length=22, unique=True, default=token_urlsafe_16)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    #: The list it is for, such as tickets.customer.
    model = models.CharField(max_length=60)
    file_name = models.CharField(max_length=255)
    content = models.BinaryField()
    #: Of what the trial said: whoever confirms something else is asked again.
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    objects: ClassVar[PendingImportQuerySet] = PendingImportQuerySet.as_manager()  # type: ignore[assignment]  # its own verbs are used

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["made_at"], name="pending_import_age"),
        ]

    def __str__(self) -> str:
        return self.file_name
