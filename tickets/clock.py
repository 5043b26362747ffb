"""What the tickets app has to look after."""

from collections.abc import Callable

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from tickets.models import IdentityUse, PendingImport, Throttle
from tickets.services import files


def forget_identities() -> None:
    IdentityUse.objects.forget_expired(timezone.now())


def forget_throttles() -> None:
    Throttle.objects.forget_expired(timezone.now())


def forget_sessions() -> None:
    SessionStore.clear_expired()


def sweep_files() -> None:
    files.sweep_orphans(timezone.now())


def forget_imports() -> None:
    PendingImport.objects.forget_expired(timezone.now())


HOUSEKEEPING: list[Callable[[], None]] = [
    forget_identities,
    forget_throttles,
    forget_sessions,
    sweep_files,
    forget_imports,
]
