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

SKEW_SECONDS = 1.0


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
    found: dict[str, Any] = {
        "database": skew is not None,
        "bus": realtime.bus().healthy,
        "clock": clock.is_ticking,
        "sockets": process.is_ticking,
        "skew_seconds": skew,
        "leaving": process.leaving,
    }
    # The sweep delivers without the bus, so its absence alone is no reason to go red.
    well = found["clock"] and found["sockets"] and not process.leaving
    fine = well and skew is not None and abs(skew) < SKEW_SECONDS
    return JsonResponse({"ready": fine, **found}, status=200 if fine else 503)


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
