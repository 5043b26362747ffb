"""What every page shows alike: icons, avatars, moments."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()
HUES = 72
KILO = 1024


@register.simple_tag
def icon(name: str, size: str = "") -> str:
    """An icon of the page's sprite. It says nothing: a word stands beside it."""
    return format_html(
        '<svg class="i{}" aria-hidden="true"><use href="#i-{}"></use></svg>',
        f" {size}" if size else "",
        name,
    )


@register.filter
def hue(public_id: str) -> int:
    """The hue of a person's avatar; the same as `hueOf` of transcript.js."""
    number = 0x811C9DC5
    for letter in public_id:
        number = ((number ^ ord(letter)) * 0x01000193) & 0xFFFFFFFF
    return number % HUES * 35 % 360


@register.filter
def initials(name: object) -> str:
    """First letters of the first and the last word."""
    words = str(name).split()
    chosen = [words[0], words[-1]] if len(words) > 1 else words
    return "".join(word[0].upper() for word in chosen)


@register.filter
def amount(size: int) -> str:
    """11 bytes, 84 kB, 1.2 MB: of bytes; the same as `sizeOf` of the chats' files.js."""
    if size < KILO:
        return ngettext("%(n)s byte", "%(n)s bytes", size) % {
            "n": number_format(size, force_grouping=True)
        }
    if size < KILO**2:
        return _("%(n)s kB") % {"n": number_format(size / KILO, 0)}
    tenths = round(size * 10 / KILO**2)
    return _("%(n)s MB") % {"n": number_format(tenths / 10, 1 if tenths % 10 else 0)}


@register.filter
def moment(at: datetime) -> str:
    """10:42, Yesterday 10:42, 19 Nov 10:42, 19 Nov 2025 10:42: in the zone of whoever looks."""
    here = timezone.localtime(at)
    today = timezone.localtime(timezone.now()).date()
    time = date_format(here, "TIME_FORMAT")
    if here.date() == today:
        return time
    if here.date() == today - timedelta(days=1):
        return _("Yesterday %(time)s") % {"time": time}
    return f"{day(at)} {time}"


@register.filter
def day(at: datetime) -> str:
    """19 Nov, 19 Nov 2025."""
    here = timezone.localtime(at)
    this_year = here.year == timezone.localtime(timezone.now()).year
    return date_format(here, "j M" if this_year else "j M Y")
