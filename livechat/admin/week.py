"""The next days of chat hours in words, as an administrator checks them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from livechat.hours import Schedule, Stretch, stretches
from livechat.models import ChatHours
from livechat.models.hours import times

DAYS = 7


def week_of(hours: ChatHours, now: datetime) -> Iterator[str]:
    """A line a day, by its company's clock: what holds after all schedules of higher priority."""
    zone = hours.zone
    schedules = ChatHours.objects.asked_for(hours.place)
    today = now.astimezone(zone).date()
    for number in range(DAYS):
        day = today + timedelta(days=number)
        since, until = (
            datetime.combine(day + timedelta(days=ahead), time(0), zone).astimezone(UTC)
            for ahead in (0, 1)
        )
        found = list(stretches(schedules, since, until))
        yield f"{date_format(day, 'D j M')}: {_open_times(found, zone)}{_others(hours, found)}"
    yield _("By the clock of %(zone)s.") % {"zone": zone.key}


def _open_times(found: list[Stretch], zone: ZoneInfo) -> str:
    spans = [
        times(each.since.astimezone(zone).time(), each.until.astimezone(zone).time())
        for each in found
        if each.is_open
    ]
    return ", ".join(spans) or _("closed")


def _others(hours: ChatHours, found: list[Stretch]) -> str:
    """Who else decides on that day."""
    deciding: list[Schedule] = [each.schedule for each in found if each.schedule]
    names = dict.fromkeys(each.name for each in deciding if each.key != hours.pk)
    if not names:
        return ""
    alone = all(each.key != hours.pk for each in deciding)
    text = _(" (by %(names)s)") if alone else _(" (also by %(names)s)")
    return text % {"names": ", ".join(names)}
