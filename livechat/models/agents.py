"""Who serves, and whether he can be reached."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, NamedTuple, Self

from django.contrib.auth.models import Permission
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from livechat.models.queues import LARGEST_CAPACITY, Queue
from tickets.models import Ticket, User, token_urlsafe_16

LEASE_SECONDS = 30
#: A page that closes may only be reloading: so long its lease lives on.
RELOAD_SECONDS = 5


class Member(NamedTuple):
    """What routing has to know of an agent of a queue; it reads a hundred of them for a chat."""

    pk: int
    available: bool
    reachable: bool
    open_chats: int
    capacity: int | None
    largest_capacity: int | None
    assigned_on: date | None
    assigned_today: int
    last_assigned_at: datetime | None


class AgentQuerySet(models.QuerySet["Agent"]):
    def active(self) -> Self:
        return self.filter(retired_at=None, user__is_active=True)

    def admitted(self) -> Self:
        """Active, and allowed to use the console: what `has_perm` says, of many at once."""
        return self.active().filter(user__in=_holders_of("use_console").values("pk"))

    def supervising(self, company_id: int) -> Self:
        """Who supervises the chats of this company, of those who use the console."""
        theirs = User.objects.filter(Q(all_companies=True) | Q(companies=company_id))
        supervisors = theirs.filter(pk__in=_holders_of("supervise_chats").values("pk"))
        return self.admitted().filter(user__in=supervisors.values("pk"))

    def concerned_with(self, ticket: Ticket) -> Self:
        """Who has the chat that became this ticket, or had it last, and its assignee."""
        chat = Agent.objects.filter(chats__ticket=ticket).values("pk")
        return self.filter(Q(user=ticket.assignee_id) | Q(pk__in=chat))

    def take(self, agent_id: int, now: datetime) -> bool:
        """Count one more chat, whatever the agent has already: he took it himself."""
        return self.filter(pk=agent_id).update(**_one_more(now)) == 1

    def claim(self, agent_id: int, *, capacity: int, now: datetime) -> bool:
        """Take one of the agent's free places, in one statement; False when there is none now."""
        free = self.filter(_reachable(now), pk=agent_id, available=True, open_chats__lt=capacity)
        return free.filter(retired_at=None).update(**_one_more(now)) == 1

    def release(self, agent_id: int) -> bool:
        """Count one chat less."""
        return (
            self.filter(pk=agent_id, open_chats__gt=0).update(open_chats=F("open_chats") - 1) == 1
        )

    def members_of(self, queue_id: int, now: datetime) -> list[Member]:
        """Who may be given chats of this queue."""
        found = self.active().filter(queues=queue_id).order_by("pk")
        rows = found.annotate(reachable=_reachable(now)).values_list(*Member._fields)
        return [Member(*row) for row in rows]

    def reachable_in(self, queue_id: int, now: datetime) -> Self:
        """Who could be asked into a chat of this queue: there, whether or not he takes chats."""
        return self.admitted().filter(_reachable(now), queues=queue_id)

    def ready(self, now: datetime) -> Self:
        """Who could be handed a chat: available, and there."""
        return self.active().filter(_reachable(now), available=True)

    def ready_in(self, queue_id: int, now: datetime) -> Self:
        """Who of this queue could."""
        return self.ready(now).filter(queues=queue_id)

    def changed_reach(self, now: datetime) -> Self:
        """Agents whose `online` says otherwise than their leases do."""
        alive = _reachable(now)
        return self.filter(Q(alive, online=False) | Q(~alive, online=True))

    def claim_reach(self, agent_id: int, *, online: bool) -> bool:
        """Write what the leases say; False when another process did."""
        since = None if online else timezone.now()
        found = self.filter(pk=agent_id, online=not online)
        return found.update(online=online, offline_since=since) == 1


def _holders_of(codename: str) -> QuerySet[User]:
    """The users with this right of the chats."""
    right = Permission.objects.filter(content_type__app_label="livechat", codename=codename)
    held = Q(user_permissions__in=right) | Q(groups__permissions__in=right)
    return User.objects.filter(Q(is_superuser=True) | held)


def _reachable(now: datetime) -> Exists:
    """Whether a page of the agent is alive."""
    return Exists(Lease.objects.alive(now).filter(agent=OuterRef("pk")))


def day_of(now: datetime) -> date:
    """The day that chats are counted by: the installation's, in whatever zone who acts is."""
    return timezone.localdate(now, timezone.get_default_timezone())


def _one_more(now: datetime) -> dict[str, Any]:
    today = day_of(now)
    return {
        "open_chats": F("open_chats") + 1,
        "last_assigned_at": now,
        "assigned_today": Case(When(assigned_on=today, then=F("assigned_today") + 1), default=1),
        "assigned_on": today,
    }


class AvailabilityReason(models.Model):
    """Why an agent takes no chats just now, as the administrator names it."""

    label = models.CharField(_("label"), max_length=60, unique=True)
    is_work = models.BooleanField(
        _("counts as work"), default=False, help_text=_("In reports: follow-up work, a call.")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    retired_at = models.DateTimeField(
        _("retired at"),
        null=True,
        blank=True,
        help_text=_("From then on nobody can choose it; the history stays."),
    )

    class Meta:
        verbose_name = _("availability reason")
        verbose_name_plural = _("availability reasons")
        ordering: ClassVar[list[str]] = ["order", "label"]

    def __str__(self) -> str:
        return self.label


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
    screen_name_locked = models.BooleanField(
        _("screen name is locked"),
        default=False,
        help_text=_("The agent cannot change it."),
    )
    available = models.BooleanField(_("available"), default=True, editable=False)
    reason = models.ForeignKey(
        AvailabilityReason,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="agents",
        verbose_name=_("reason"),
    )
    capacity = models.PositiveIntegerField(_("chosen chats at once"), null=True, editable=False)
    largest_capacity = models.PositiveIntegerField(
        _("most chats at once"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LARGEST_CAPACITY)],
        help_text=_("The most this agent may be given. Empty: as in the chat settings."),
    )
    open_chats = models.PositiveIntegerField(_("open chats"), default=0, editable=False)
    last_assigned_at = models.DateTimeField(null=True, editable=False)
    assigned_on = models.DateField(null=True, editable=False)
    assigned_today = models.PositiveIntegerField(default=0, editable=False)
    online = models.BooleanField(_("online"), default=False, editable=False)
    offline_since = models.DateTimeField(null=True, editable=False)
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
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(available=False) | Q(reason=None), name="agent_reason_when_unavailable"
            ),
        ]
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
