"""API tokens: what other systems sign in with, as the user whose token it is."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.models.keys import token_urlsafe_16
from tickets.models.people import User


class Scope(models.TextChoices):
    """What a token may be used for, within what its user may do."""

    CHATS_READ = "chats:read", _("read chats and their files")
    CHATS_WRITE = "chats:write", _("write in chats, take them and end them")
    TICKETS_READ = "tickets:read", _("read tickets")
    TICKETS_WRITE = "tickets:write", _("make tickets, change them, write on them and resolve them")
    ARTICLES_READ = "articles:read", _("search articles")
    PEOPLE_READ = "people:read", _("read companies, customers and assets")
    DESK_READ = "desk:read", _("read queues, agents, statuses of tickets and service alerts")
    DESK_WRITE = "desk:write", _("say whether chats are taken")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self, now: datetime) -> ApiTokenQuerySet:
        """Neither revoked nor expired, of somebody who may sign in and is no superuser."""
        unexpired = Q(expires_at=None) | Q(expires_at__gt=now)
        able = self.filter(user__is_active=True, user__is_superuser=False)
        return able.filter(unexpired, retired_at=None)


class ApiToken(models.Model):
    """A key of one integration. Of its secrets only hashes are kept: two while it is replaced."""

    public_id = models.CharField(
        max_length=22, unique=True, default=token_urlsafe_16, editable=False
    )
    user = models.ForeignKey(
        User, models.PROTECT, related_name="api_tokens", verbose_name=_("acts as")
    )
    name = models.CharField(_("name"), max_length=120)
    scopes = models.JSONField(_("scopes"), default=list)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    retired_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    #: SHA-256 in hex; empty before the first secret is made.
    digest = models.CharField(max_length=64, blank=True, editable=False)
    earlier_digest = models.CharField(max_length=64, blank=True, editable=False)
    earlier_until = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[models.Manager[ApiToken]] = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering: ClassVar[list[str]] = ["name", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(earlier_digest="") | Q(earlier_until__isnull=False),
                name="api_token_earlier_secret_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def beginning(self) -> str:
        """What its secrets begin with; it tells tokens apart and opens nothing."""
        return f"parley_{self.public_id[:8]}…"
