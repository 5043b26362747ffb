"""`manage.py prove`: whether all rows say the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.utils import timezone

from livechat.invariants import wrongs
from livechat.models import Agent, Chat


class Command(BaseCommand):
    help = "Derive counters, owners, places in line and reasons anew; name each that is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        with one_moment():
            found = list(wrongs(timezone.now()))
            chats, agents = Chat.objects.count(), Agent.objects.count()
        for wrong in found:
            self.stdout.write(wrong)
        if found:
            self.stderr.write(f"{len(found)} wrong, of {chats} chats and {agents} agents.")
            raise SystemExit(1)
        self.stdout.write(f"{chats} chats and {agents} agents: nothing is wrong.")


@contextmanager
def one_moment() -> Iterator[None]:
    """All that is read inside is of one moment, whatever is written meanwhile."""
    alone = not connection.in_atomic_block
    with transaction.atomic():
        if alone and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
