"""What every page shows alike: icons and avatars."""

from django import template
from django.utils.html import format_html

register = template.Library()
HUES = 72


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
