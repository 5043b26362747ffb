"""What pages show of articles."""

from django import template
from django.utils.safestring import mark_safe

from knowledge.markdown import to_html

register = template.Library()


@register.filter
def markdown(source: str) -> str:
    """The text of an article as it is read. What it makes is cleaned there."""
    return mark_safe(to_html(source))  # noqa: S308  # nh3 cleaned it
