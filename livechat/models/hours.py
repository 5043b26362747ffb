"""When chats are taken: what the administrator set, and what holds for a queue now."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time
from typing import ClassVar, NamedTuple, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from livechat import hours
from livechat.hours import MIDNIGHT, DayOff, Period, Schedule, State
from livechat.models.queues import Queue, Topic
from tickets.models import Company, token_urlsafe_16

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


class Place(NamedTuple):
    """Where a chat waits: the company it is of, if one is meant, and the queue."""

    company: int | None
    queue: int | None


def times(since: time, until: time) -> str:
    """08:00–24:00"""
    end = "24:00" if until == MIDNIGHT else f"{until:%H:%M}"
    return f"{since:%H:%M}–{end}"


class ChatHoursQuerySet(models.QuerySet["ChatHours"]):
    def active(self) -> Self:
        """Those that count, the first to be asked first."""
        return self.filter(retired_at=None).order_by(
            "-priority", F("queue").asc(nulls_last=True), F("company").asc(nulls_last=True), "pk"
        )

    def with_times(self) -> Self:
        """All that is needed to say what holds, in a fixed number of queries."""
        return self.select_related("company").prefetch_related("periods", "holidays")

    def state_for(self, places: Collection[Place], now: datetime) -> dict[Place, State]:
        """What holds now, and until when, for each of these. Three queries at most."""
        rows = list(self.active().with_times())
        return {place: hours.state_at(_asked(rows, place), now) for place in places}

    def of_new_chats(self, company: Company, now: datetime) -> State:
        """What holds for a chat that a customer of this company may start: in some queue."""
        default = Queue.objects.for_chats_of(company)
        topics = Topic.objects.offered_by(company).values_list("queue", flat=True)
        queues = dict.fromkeys([*([default.pk] if default else []), *topics])
        states = self.state_for([Place(company.pk, queue) for queue in queues], now)
        found = list(states.values()) or [State(True)]
        first = next((state for state in found if state.is_open), found[0])
        changes = [state.until for state in found if state.until]
        return first._replace(until=min(changes, default=None))

    def asked_for(self, place: Place) -> list[Schedule]:
        """Those meant for chats that wait there, the first to be asked first."""
        return _asked(self.active().with_times(), place)

    def is_open(self, queue: Queue, now: datetime, *, company: int | None = None) -> bool:
        """Whether the queue takes chats of its company, or of this one, now."""
        place = Place(company or queue.company_id, queue.pk)
        return hours.is_open_at(self.asked_for(place), now)

    def in_effect(self, now: datetime) -> set[int]:
        """Those that decide now for what they are meant for: none of higher priority does."""
        rows = list(self.active().with_times())
        states = ((row.pk, hours.decides_at(_asked(rows, row.place), now)) for row in rows)
        return {pk for pk, schedule in states if schedule and schedule.key == pk}


def _asked(rows: Collection[ChatHours] | ChatHoursQuerySet, place: Place) -> list[Schedule]:
    return [row.schedule for row in rows if row.covers(place)]


class ChatHours(models.Model):
    """Times at which chats are taken, or are not."""

    class Kind(models.TextChoices):
        OPEN = "open", _("open at these times")
        CLOSED = "closed", _("closed at these times")

    public_id = models.CharField(
        max_length=22, unique=True, default=token_urlsafe_16, editable=False
    )
    name = models.CharField(_("name"), max_length=80, unique=True)
    company = models.ForeignKey(
        Company,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="chat_hours",
        verbose_name=_("company"),
        help_text=_("Empty: chats of all companies."),
    )
    queue = models.ForeignKey(
        Queue,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="chat_hours",
        verbose_name=_("queue"),
        help_text=_("Empty: all queues."),
    )
    kind = models.CharField(
        _("kind"),
        max_length=8,
        choices=Kind,
        default=Kind.OPEN,
        help_text=_(
            "Open: outside these times nobody can start a chat. Closed: nobody can at these times; "
            "at others the schedule of the next lower priority decides. Without any time or "
            "holiday it holds at all times."
        ),
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"),
        default=100,
        help_text=_(
            "Where several schedules are meant for a chat, the highest decides; of the same, the "
            "one for its queue, then the one for its company."
        ),
    )
    message = models.CharField(
        _("message"),
        max_length=500,
        blank=True,
        help_text=_(
            "What customers read while it is closed; when it opens next is said below it. "
            "Empty: “We are closed right now.”"
        ),
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    retired_at = models.DateTimeField(
        _("retired at"),
        null=True,
        blank=True,
        help_text=_("From then on it decides nothing; the history stays."),
    )

    objects: ClassVar[models.Manager[ChatHours]] = ChatHoursQuerySet.as_manager()

    class Meta:
        verbose_name = _("chat hours")
        verbose_name_plural = _("chat hours")
        ordering: ClassVar[list[str]] = ["-priority", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(kind__in=["open", "closed"]), name="chat_hours_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def place(self) -> Place:
        """What it is meant for, as if that were where a chat waits."""
        return Place(self.company_id, self.queue_id)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.company.time_zone if self.company else settings.TIME_ZONE)

    @property
    def schedule(self) -> Schedule:
        return Schedule(
            self.kind == self.Kind.OPEN,
            self.zone,
            tuple(Period(row.weekday, row.since, row.until) for row in self.periods.all()),
            tuple(DayOff(row.date, row.since, row.until) for row in self.holidays.all()),
            self.message,
            self.name,
            self.pk,
        )

    def covers(self, place: Place) -> bool:
        """Whether it is meant for chats that wait there."""
        return self.company_id in (None, place.company) and self.queue_id in (None, place.queue)


class ChatHoursPeriod(models.Model):
    """From one time to another, every such weekday."""

    hours = models.ForeignKey(ChatHours, models.PROTECT, related_name="periods")
    weekday = models.PositiveSmallIntegerField(_("day"), choices=WEEKDAYS)
    since = models.TimeField(_("from"))
    until = models.TimeField(
        _("to"),
        help_text=_("24:00 is the end of the day. What goes on after it is a row of the next day."),
    )

    class Meta:
        verbose_name = _("weekly times")
        verbose_name_plural = _("weekly times")
        ordering: ClassVar[list[str]] = ["weekday", "since"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(weekday__range=(0, 6)), name="chat_hours_period_weekday_known"
            ),
            models.CheckConstraint(
                condition=Q(until=MIDNIGHT) | Q(since__lt=F("until")),
                name="chat_hours_period_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["hours", "weekday", "since"], name="chat_hours_period_begins_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {times(self.since, self.until)}"


class Holiday(models.Model):
    """A date that is not like the others of its weekday."""

    hours = models.ForeignKey(ChatHours, models.PROTECT, related_name="holidays")
    date = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=80)
    since = models.TimeField(_("open from"), null=True, blank=True)
    until = models.TimeField(
        _("to"), null=True, blank=True, help_text=_("Both empty: closed all day.")
    )

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering: ClassVar[list[str]] = ["date"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(since=None, until=None)
                | Q(
                    Q(until=MIDNIGHT) | Q(since__lt=F("until")),
                    since__isnull=False,
                    until__isnull=False,
                ),
                name="holiday_has_both_times_or_none",
            ),
            models.UniqueConstraint(fields=["hours", "date"], name="holiday_date_once"),
        ]

    def __str__(self) -> str:
        there = self.since is not None and self.until is not None
        open_at = times(self.since, self.until) if there else gettext("closed")  # type: ignore[arg-type]
        return f"{self.date:%Y-%m-%d} {self.name}: {open_at}"
