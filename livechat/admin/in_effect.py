"""What holds for a queue, in words: its own, or as in the chat settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livechat.models import ChatSettings, Queue
from livechat.models.queues import SELECTORS

LABELS = {
    "auto_accept": gettext_lazy("auto-accept"),
    "selector": gettext_lazy("selector"),
    "capacity": gettext_lazy("chats at once"),
    "transfer_seconds": gettext_lazy("transfer time"),
    "warning_seconds": gettext_lazy("warning"),
    "target_seconds": gettext_lazy("target"),
    "conversation_warning_seconds": gettext_lazy("conversation warning"),
    "conversation_target_seconds": gettext_lazy("conversation target"),
}
WARNINGS = ("warning_seconds", "conversation_warning_seconds")


def general_of(queue: Queue) -> ChatSettings:
    """The chat settings, read once for each queue at most."""
    kept = vars(queue)
    if "general" not in kept:
        kept["general"] = ChatSettings.objects.current()
    settings: ChatSettings = kept["general"]
    return settings


def in_effect(queue: Queue, name: str) -> str:
    """Such as “90 s”, or “as in settings: 300 s”."""
    settings = general_of(queue)
    value = getattr(settings.for_queue(queue), name)
    text = _words(name, value, settings)
    if getattr(queue, name) not in {None, ""}:
        return text
    if name in WARNINGS and value is not None and not getattr(settings, name):
        return _("half of the target: %(value)s") % {"value": text}
    return _("as in settings: %(value)s") % {"value": text}


def _words(name: str, value: Any, settings: ChatSettings) -> str:
    if name == "auto_accept":
        return _("on") if value else _("off")
    if name == "selector":
        return str(dict(SELECTORS)[value])
    if name == "capacity":
        return str(min(value, settings.largest_capacity))
    return _("none") if value is None else _("%(seconds)s s") % {"seconds": value}


def beside(name: str) -> Callable[[Any, Queue], str]:
    """A read-only field that stands beside the setting of this name."""

    @admin.display(description=gettext_lazy("in effect"))
    def field(_admin: Any, queue: Queue) -> str:
        return in_effect(queue, name)

    return field


def all_in_effect(queue: Queue) -> str:
    """All rules in a cell of the list, a line each."""
    lines = [(str(capfirst(label)), in_effect(queue, name)) for name, label in LABELS.items()]
    if queue.priority_seconds:
        lines.append((_("Priority"), _("%(seconds)s s") % {"seconds": queue.priority_seconds}))
    return format_html(
        '<dl class="rules">{}</dl>',
        format_html_join("", "<div><dt>{}</dt> <dd>{}</dd></div>", lines),
    )
