"""Signed identities already used, so that each is good for one sign-in."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models

from tickets.models.people import Company


class IdentityUseManager(models.Manager["IdentityUse"]):
    def forget_expired(self, now: datetime) -> int:
        """Drop nonces whose tokens are no longer good anyway."""
        return self.filter(expires_at__lt=now).delete()[0]


class IdentityUse(models.Model):
    """One nonce of a company's signed identity token; forgotten once that token has expired."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="identity_uses")
    nonce = models.CharField(max_length=64)
    expires_at = models.DateTimeField(db_index=True)

    objects: ClassVar[IdentityUseManager] = IdentityUseManager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["company", "nonce"], name="identity_nonce_used_once"),
        ]

    def __str__(self) -> str:
        return self.nonce
