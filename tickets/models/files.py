"""Files that people sent, of every part of the product."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.models.keys import token_urlsafe_16
from tickets.models.people import Company, Customer, User

NAME_CHARACTERS = 120
#: A file that was stored and that nothing refers to so long after is swept away.
ORPHANED_AFTER = timedelta(hours=1)


def storage_name() -> str:
    """Where it lies: nothing of its own name, in folders of their own."""
    name = secrets.token_hex(20)
    return f"{name[:2]}/{name}"


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def orphaned(self, now: datetime) -> Self:
        """Stored, and never referred to."""
        return self.filter(kept_at=None, created_at__lt=now - ORPHANED_AFTER).order_by("pk")

    def total_bytes(self) -> int:
        return int(self.aggregate(total=Sum("size"))["total"] or 0)


class StoredFile(models.Model):
    """One file, checked. Its content never changes."""

    public_id = models.CharField(
        max_length=22, unique=True, default=token_urlsafe_16, editable=False
    )
    company = models.ForeignKey(Company, models.PROTECT, related_name="files")
    #: Who stored it: a member of staff or a customer.
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="files")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="files")
    #: Cleaned, to be shown. Never part of a path.
    name = models.CharField(max_length=NAME_CHARACTERS)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=64, unique=True, default=storage_name)
    #: Of images alone, which were made anew and have a thumbnail.
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    #: Since when something refers to it.
    kept_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[StoredFile]] = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["created_at"], condition=Q(kept_at=None), name="file_not_kept"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(user=None, customer__isnull=False)
                | Q(user__isnull=False, customer=None),
                name="file_stored_by_one",
            ),
            models.CheckConstraint(
                condition=Q(size__gt=0) & ~Q(name="") & ~Q(stored_as=""), name="file_is_something"
            ),
            models.CheckConstraint(
                condition=Q(width=None, height=None)
                | Q(width__gt=0, height__gt=0, media_type__startswith="image/"),
                name="file_image_has_both_sides",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.width is not None

    @property
    def thumbnail_as(self) -> str:
        return f"{self.stored_as}.thumbnail"
