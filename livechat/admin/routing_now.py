"""The state of routing at this moment: who waits where, who is free, what hangs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from livechat.admin.in_effect import in_effect
from livechat.admin.places import free_places, with_counts
from livechat.models import Chat, ChatSettings, Queue

#: What the clock has not done by then, it does not do: it stands still.
OVERDUE = timedelta(seconds=30)


def routing_now(model_admin: ModelAdmin[Any], request: HttpRequest) -> HttpResponse:
    """One row a queue, and the two numbers that have to be 0."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    now = timezone.now()
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Routing now"),
        "opts": model_admin.opts,
        "now": now,
        "rows": rows(now),
        "hanging": Chat.objects.without_next_action().count(),
        "overdue": Chat.objects.due(now - OVERDUE).count(),
    }
    return TemplateResponse(request, "admin/livechat/routing_now.html", context)


def rows(now: datetime) -> list[dict[str, Any]]:
    """The queues in use; the longest wait comes first."""
    settings = ChatSettings.objects.current()
    queues = list(with_counts(Queue.objects.active().select_related("company")))
    free = free_places(queues, settings, now)
    found = [row(queue, settings, free[queue.pk], now) for queue in queues]
    return sorted(found, key=lambda each: (-each["seconds"], each["name"].casefold()))


def row(queue: Queue, settings: ChatSettings, free: int, now: datetime) -> dict[str, Any]:
    vars(queue)["general"] = settings
    since: datetime | None = queue.waiting_since  # type: ignore[attr-defined]  # annotated
    seconds = int((now - since).total_seconds()) if since else 0
    chosen = settings.for_queue(queue)
    late = "breach" if seconds >= chosen.target_seconds else ""
    return {
        "pk": queue.pk,
        "name": str(queue),
        "auto_accept": in_effect(queue, "auto_accept"),
        "selector": in_effect(queue, "selector"),
        "waiting": queue.waiting_count,  # type: ignore[attr-defined]  # annotated
        "since": since,
        "seconds": seconds,
        "late": late or ("warning" if seconds >= chosen.warning_seconds else ""),
        "agents": queue.agent_count,  # type: ignore[attr-defined]  # annotated
        "free": free,
    }
