"""Whether this process lives, and whether it can do its work."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from livechat import realtime
from livechat.clock import clock
from livechat.consumers.process import process
from livechat.models import Chat

SKEW_SECONDS = 1.0
#: A chat that waits is due every ten seconds: without any clock it is noticed within thirty.
OVERDUE_SECONDS = 15.0


@require_safe
@login_not_required
def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers."""
    return JsonResponse({"alive": True})


@require_safe
@login_not_required
def ready(request: HttpRequest) -> HttpResponse:
    """200 when chats can be served, else 503; either way what was found."""
    skew = _database_skew()
    forgotten, overdue = _looked_after()
    found: dict[str, Any] = {
        "database": skew is not None,
        "bus": realtime.bus().healthy,
        "clock": clock.is_ticking,
        "sockets": process.is_ticking,
        "skew_seconds": skew,
        "chats_without_next_action": forgotten,
        "overdue_seconds": overdue,
        "leaving": process.leaving,
    }
    # The sweep delivers without the bus, so its absence alone is no reason to go red.
    well = found["clock"] and found["sockets"] and not process.leaving
    on_time = skew is not None and abs(skew) < SKEW_SECONDS
    fine = well and on_time and not forgotten and (overdue or 0) < OVERDUE_SECONDS
    return JsonResponse({"ready": fine, **found}, status=200 if fine else 503)


def _looked_after() -> tuple[int | None, float | None]:
    """How many live chats nothing is planned for, and how late what was due first is by now."""
    now = timezone.now()
    try:
        forgotten = Chat.objects.without_next_action().count()
        due = Chat.objects.due(now).values_list("next_action_at", flat=True).first()
    except (DatabaseError, InterfaceError):
        return None, None
    return forgotten, round((now - due).total_seconds(), 1) if due else 0.0


def _database_skew() -> float | None:
    """Seconds by which the database's clock is ahead of ours; None without a database."""
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        sql = "SELECT strftime('%%Y-%%m-%%dT%%H:%%M:%%f+00:00', 'now')"
    else:
        sql = "SELECT clock_timestamp()"
    try:
        with connection.cursor() as cursor:
            before = timezone.now()
            cursor.execute(sql, [])
            value = cursor.fetchone()[0]
            after = timezone.now()
    except (DatabaseError, InterfaceError):
        return None
    theirs = datetime.fromisoformat(value) if isinstance(value, str) else value.astimezone(UTC)
    return round((theirs - (before + (after - before) / 2)).total_seconds(), 3)
