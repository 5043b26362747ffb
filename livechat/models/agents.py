"""Who serves, and whether he can be reached."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.contrib.auth.models import Permission
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from livechat.models.queues import Queue
from tickets.models import User, token_urlsafe_16

LEASE_SECONDS = 30
#: A page that closes may only be reloading: so long its lease lives on.
RELOAD_SECONDS = 5


class AgentQuerySet(models.QuerySet["Agent"]):
    def active(self) -> Self:
        return self.filter(retired_at=None, user__is_active=True)

    def admitted(self) -> Self:
        """Active, and allowed to use the console: what `has_perm` says, of many at once."""
        right = Permission.objects.filter(
            content_type__app_label="livechat", codename="use_console"
        )
        held = Q(user_permissions__in=right) | Q(groups__permissions__in=right)
        users = User.objects.filter(Q(is_superuser=True) | held)
        return self.active().filter(user__in=users.values("pk"))

    def take(self, agent_id: int, now: datetime) -> bool:
        """Count one more chat."""
        one_more = {"open_chats": F("open_chats") + 1, "last_assigned_at": now}
        return self.filter(pk=agent_id).update(**one_more) == 1

    def release(self, agent_id: int) -> bool:
        """Count one chat less."""
        return (
            self.filter(pk=agent_id, open_chats__gt=0).update(open_chats=F("open_chats") - 1) == 1
        )

    def changed_reach(self, now: datetime) -> Self:
        """Agents whose `online` says otherwise than their leases do."""
        alive = Exists(Lease.objects.alive(now).filter(agent=OuterRef("pk")))
        return self.filter(Q(alive, online=False) | Q(~alive, online=True))

    def claim_reach(self, agent_id: int, *, online: bool) -> bool:
        """Write what the leases say; False when another process did."""
        return self.filter(pk=agent_id, online=not online).update(online=online) == 1


class Agent(models.Model):
    """A member of staff who takes chats."""

    public_id = models.CharField(
        max_length=22, unique=True, default=token_urlsafe_16, editable=False
    )
    user = models.OneToOneField(User, models.PROTECT, related_name="agent", verbose_name=_("user"))
    queues = models.ManyToManyField(
        Queue,
        blank=True,
        related_name="agents",
        verbose_name=_("queues"),
        help_text=_("Whose waiting chats this agent sees and accepts."),
    )
    screen_name = models.CharField(
        _("screen name"),
        max_length=60,
        blank=True,
        help_text=_(
            "What customers see. Empty: the person’s name. "
            "A change applies from the next accepted chat."
        ),
    )
    open_chats = models.PositiveIntegerField(_("open chats"), default=0, editable=False)
    last_assigned_at = models.DateTimeField(null=True, editable=False)
    online = models.BooleanField(_("online"), default=False, editable=False)
    retired_at = models.DateTimeField(
        _("retired at"),
        null=True,
        blank=True,
        help_text=_("From then on this agent takes no chats; the history stays."),
    )

    objects: ClassVar[models.Manager[Agent]] = AgentQuerySet.as_manager()

    class Meta:
        verbose_name = _("agent")
        verbose_name_plural = _("agents")
        ordering: ClassVar[list[str]] = ["user__name"]
        permissions: ClassVar[list[tuple[str, str | StrPromise]]] = [
            ("use_console", "May use the agent console"),
            ("supervise_chats", "May supervise the chats of his companies"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """What customers see from the next accepted chat on."""
        return self.screen_name or self.user.name


class LeaseQuerySet(models.QuerySet["Lease"]):
    def alive(self, now: datetime) -> Self:
        return self.filter(expires_at__gt=now)

    def renew(self, pages: Collection[str], now: datetime) -> int:
        """Keep the leases of these pages, all in one statement."""
        return self.filter(page__in=pages).update(expires_at=now + timedelta(seconds=LEASE_SECONDS))

    def let_go(self, page: str, now: datetime) -> int:
        """Let a closed page's lease run out, unless the page comes back at once."""
        soon = now + timedelta(seconds=RELOAD_SECONDS)
        return self.filter(page=page, expires_at__gt=soon).update(expires_at=soon)

    def forget_expired(self, now: datetime) -> int:
        return self.filter(expires_at__lt=now - timedelta(days=1)).delete()[0]


class Lease(models.Model):
    """One open page of an agent, kept alive by its heartbeats."""

    agent = models.ForeignKey(Agent, models.PROTECT, related_name="leases")
    page = models.CharField(max_length=22, unique=True, default=token_urlsafe_16)
    expires_at = models.DateTimeField(db_index=True)

    objects: ClassVar[models.Manager[Lease]] = LeaseQuerySet.as_manager()

    def __str__(self) -> str:
        return self.page
