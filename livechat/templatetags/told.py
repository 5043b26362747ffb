"""What customers are told, with places for what the script fills in."""

import re

from django import template
from django.utils.html import format_html

register = template.Library()
PLACE = re.compile(r"\{(\w+)\}")


@register.filter
def with_slots(text: str) -> str:
    """`{agent}` as an empty element that the script fills; all else is text."""
    pattern, names = "", []
    for number, part in enumerate(PLACE.split(text)):
        if number % 2:
            pattern += '<b data-slot="{}"></b>'
        elif part:
            pattern += "{}"
        else:
            continue
        names.append(part)
    return format_html(pattern, *names)
