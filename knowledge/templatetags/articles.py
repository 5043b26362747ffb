"""An article's text on a page."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from knowledge.markdown import FILES, to_html

register = template.Library()


@register.filter
def article_html(source: str, images: str = FILES) -> SafeString:
    """Its Markdown as clean HTML: the one place that says so. `images`: where they are had."""
    return mark_safe(to_html(source, images))  # noqa: S308  # cleaned by nh3 against a short list of tags
