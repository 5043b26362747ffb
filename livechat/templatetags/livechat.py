"""Presentation: icons, avatars, waiting times."""

from __future__ import annotations

from datetime import datetime
from math import ceil
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from livechat.models import Chat, ChatSettings
from livechat.targets import Targets
from tickets.models import Customer
from tickets.templatetags.parley import hue, icon, initials

register = template.Library()
register.simple_tag(icon)
register.filter(hue)
register.filter(initials)


@register.filter
def first_name(person: Customer) -> str:
    """Of somebody without a name: what he is called instead, whole."""
    return person.name.split(" ")[0] or str(person)


@register.filter
def queue_name(chat: Chat) -> str:
    """Company - Queue: whose the customer is, and where he waits."""
    return f"{chat.customer.company} - {chat.queue.name}"


@register.filter
def target_of(chat: Chat, general: ChatSettings) -> Targets:
    """How long this chat may wait: as its queue says, else what holds everywhere."""
    return general.targets(chat.queue)


@register.filter
def seconds_since(moment: datetime) -> int:
    return max(0, int((timezone.now() - moment).total_seconds()))


@register.filter
def seconds_until(moment: datetime) -> int:
    return max(0, ceil((moment - timezone.now()).total_seconds()))


@register.filter
def span(seconds: int) -> str:
    """0:24, 59:59, 1 h 12 min; as `span` of times.js."""
    if seconds < 3600:
        return f"{seconds // 60}:{seconds % 60:02}"
    return _("%(hours)s h %(minutes)s min") % {
        "hours": seconds // 3600,
        "minutes": seconds % 3600 // 60,
    }


@register.filter
def urgency(seconds: int, target: Targets) -> str:
    """Amber from the warning, red from the target."""
    if seconds >= target.breach:
        return "red"
    return "amber" if seconds >= target.warning else ""


@register.filter
def iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


@register.filter
def local_time(zone: str) -> str:
    """What the clock says there."""
    return date_format(timezone.localtime(timezone.now(), ZoneInfo(zone)), "TIME_FORMAT")


@register.filter
def minutes_until(start: datetime, end: datetime) -> int:
    """Whole minutes, at least one."""
    return max(1, round((end - start).total_seconds() / 60))
