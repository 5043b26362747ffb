"""Calls of other systems that may come twice: what the first was answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models

#: So long the same key gets the same answer.
KEPT = timedelta(hours=24)


class ApiCallManager(models.Manager["ApiCall"]):
    def forget_expired(self, now: datetime) -> int:
        return self.filter(begun_at__lt=now - KEPT).delete()[0]


class ApiCall(models.Model):
    """One call under a key of its caller. Without a status it is under way, or was cut off."""

    actor = models.CharField(max_length=32)
    key = models.CharField(max_length=200)
    #: SHA-256 in hex of method, address and body.
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    #: JSON, as it was sent; empty for an answer without a body.
    answer = models.TextField(blank=True)
    #: Whose it is to do: drawn by whoever began it, or took it over.
    claim = models.CharField(max_length=22)
    begun_at = models.DateTimeField(db_index=True)

    objects: ClassVar[ApiCallManager] = ApiCallManager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["actor", "key"], name="api_call_once"),
        ]

    def __str__(self) -> str:
        return self.key
