"""When chats are taken: plain values in, moments out. No Django."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from math import ceil
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from livechat.protocol import stamp

MIDNIGHT = time(0)
WHOLE_DAY = (MIDNIGHT, MIDNIGHT)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
#: How far ahead the next opening is looked for.
LOOKED_AHEAD = timedelta(days=14)


class Period(NamedTuple):
    """Times of every such weekday, Monday is 0. `until` midnight is the end of the day."""

    weekday: int
    since: time
    until: time


class DayOff(NamedTuple):
    """A date on which nobody is there, but for these times if there are any."""

    day: date
    since: time | None = None
    until: time | None = None


class Schedule(NamedTuple):
    """Times at which chats are taken (`opens`), or are not, by the clock of `zone`."""

    opens: bool
    zone: ZoneInfo
    periods: Sequence[Period] = ()
    days_off: Sequence[DayOff] = ()
    message: str = ""
    name: str = ""
    #: Tells it from others that say the same.
    key: int = 0


class Span(NamedTuple):
    """From one moment to another, the second not included."""

    since: datetime
    until: datetime

    def holds(self, now: datetime) -> bool:
        return self.since <= now < self.until


class State(NamedTuple):
    """Whether chats are taken, by which schedule, and until when that is so, as far as looked."""

    is_open: bool
    until: datetime | None = None
    schedule: Schedule | None = None

    @property
    def message(self) -> str:
        return "" if self.is_open or self.schedule is None else self.schedule.message

    @property
    def opens_at(self) -> datetime | None:
        return None if self.is_open else self.until

    def told(self, now: datetime) -> dict[str, Any]:
        """As pages are told; in seconds too, as their clocks may be wrong."""
        until = stamp(self.until) if self.until else None
        seconds = ceil((self.until - now).total_seconds()) if self.until else None
        return {"open": self.is_open, "message": self.message, "until": until, "seconds": seconds}


class Stretch(NamedTuple):
    """A span in which the same schedule says the same; without one, chats are taken."""

    since: datetime
    until: datetime
    is_open: bool
    schedule: Schedule | None


def state_at(schedules: Sequence[Schedule], now: datetime) -> State:
    """What holds now. The first schedule that says something decides; if none does: open."""
    found = stretches(schedules, now, now + LOOKED_AHEAD)
    first = next(found)
    later = (stretch.since for stretch in found if stretch.is_open != first.is_open)
    return State(first.is_open, next(later, None), first.schedule)


def is_open_at(schedules: Sequence[Schedule], now: datetime) -> bool:
    """Whether chats are taken now; cheaper than the whole state."""
    return _decide(_now(schedules, now), now)[0]


def decides_at(schedules: Sequence[Schedule], now: datetime) -> Schedule | None:
    """The first that says something now."""
    return _decide(_now(schedules, now), now)[1]


def _now(schedules: Sequence[Schedule], now: datetime) -> list[tuple[Schedule, list[Span]]]:
    return [(each, _spans(each, now, now)) for each in schedules]


def stretches(schedules: Sequence[Schedule], since: datetime, until: datetime) -> Iterator[Stretch]:
    """What holds between two moments, in order and without a gap."""
    said = [(schedule, _spans(schedule, since, until)) for schedule in schedules]
    edges = {edge for _schedule, spans in said for span in spans for edge in span}
    moments = [since, *sorted(edge for edge in edges if since < edge < until), until]
    current: Stretch | None = None
    for start, end in pairwise(moments):
        is_open, schedule = _decide(said, start)
        if current and (current.is_open, current.schedule) == (is_open, schedule):
            current = current._replace(until=end)
            continue
        if current:
            yield current
        current = Stretch(start, end, is_open, schedule)
    if current:
        yield current


def _decide(
    said: Iterable[tuple[Schedule, Sequence[Span]]], now: datetime
) -> tuple[bool, Schedule | None]:
    for schedule, spans in said:
        inside = any(span.holds(now) for span in spans)
        if schedule.opens or inside:
            return schedule.opens and inside, schedule
    return True, None


def _spans(schedule: Schedule, since: datetime, until: datetime) -> list[Span]:
    """When it is open, or when it is closed if that is its kind."""
    day, last = (moment.astimezone(schedule.zone).date() for moment in (since, until))
    found: list[Span] = []
    while day <= last:
        found += _spans_of(schedule, day)
        day += DAY
    return found


def _spans_of(schedule: Schedule, day: date) -> Iterator[Span]:
    for since, until in _times_of(schedule, day):
        end = day + DAY if until == MIDNIGHT else day
        yield Span(_moment(day, since, schedule.zone), _moment(end, until, schedule.zone))


def _times_of(schedule: Schedule, day: date) -> list[tuple[time, time]]:
    """On this date, by the clock: when it is open, or closed if that is its kind."""
    off = next((each for each in schedule.days_off if each.day == day), None)
    if off:
        there = (off.since, off.until) if off.since is not None and off.until is not None else None
        if schedule.opens:
            return [there] if there else []
        return _rest(*there) if there else [WHOLE_DAY]
    if schedule.periods:
        weekday = day.weekday()
        return [(each.since, each.until) for each in schedule.periods if each.weekday == weekday]
    # A closed one with days off alone means those. An open one leaves the other days open.
    return [WHOLE_DAY] if schedule.opens or not schedule.days_off else []


def _rest(since: time, until: time) -> list[tuple[time, time]]:
    """The day without these times."""
    before = [(MIDNIGHT, since)] if since != MIDNIGHT else []
    return [*before, (until, MIDNIGHT)] if until != MIDNIGHT else before


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """When the clock there shows this: the first of two times, and for none when it is set on."""
    wall = datetime.combine(day, at, zone)
    moment = wall.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return moment
    moment = wall.replace(fold=1).astimezone(UTC)  # Before the clock is set; `wall` is after.
    while moment.astimezone(zone).utcoffset() != wall.replace(fold=1).utcoffset():
        moment += MINUTE
    return moment
