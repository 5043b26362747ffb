"""Asks for pages of the list as its view does, and times the database: run by `listing`."""

import os
import re
import sys
import time
from statistics import median
from typing import Any

import django
import orjson

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.contrib.auth.models import Group
from django.db import connection

from tickets.console.lists import list_of
from tickets.models import Company, Status, Ticket, User

# ruff: noqa: E402  # Django has to be set up before models are imported.


OWN = re.compile(r"^(?:Planning|Execution) Time: ([0-9.]+) ms", re.M)


class Clock:
    """What each statement took, with the way to the database and back."""

    def __init__(self) -> None:
        self.taken: list[tuple[float, str, Any]] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        result = execute(sql, params, many, context)
        self.taken.append((time.perf_counter() - began, sql, params))
        return result


def workers() -> dict[str, User]:
    """Somebody of all companies, and somebody of three of them."""
    made = {}
    for name in ("of all companies", "of 3 companies"):
        user = User.objects.create_user(f"{name.replace(' ', '-')}@desk.example", "x", name=name)
        user.groups.add(Group.objects.get(name="Agent"))
        made[name] = user
    User.objects.filter(name="of all companies").update(all_companies=True)
    made["of 3 companies"].companies.add(*Company.objects.order_by("pk")[:3])
    return {name: User.objects.get(pk=user.pk) for name, user in made.items()}


def questions() -> dict[str, dict[str, str]]:
    deep = Ticket.objects.order_by("-created_at")[Ticket.objects.count() // 2]
    incident = Ticket.objects.filter(kind="incident").order_by("-created_at")[10]
    pending = Status.objects.get(kind="incident", name="Pending")
    return {
        "first page": {},
        "half-way down": {"after": deep.public_id},
        "half-way up": {"before": deep.public_id},
        "search, a rare word": {"q": deep.number},
        "search, an incident's number": {"q": incident.number},
        "search, two common words": {"q": "vpn drops"},
        "search, words never together": {"q": "vpn printer"},
        "search, one common word": {"q": "printer"},
        "search, one letter": {"q": "p"},
        "search that finds nothing": {"q": "printer zzz"},
        "filter: pending incidents": {"status": pending.public_id},
        "filter: open, critical": {"stage": "open", "priority": "1"},
        "filter: work orders on nobody": {"kind": "work_order", "assignee": "nobody"},
        "filter and search": {"stage": "open", "q": "mail"},
        "search, by priority": {"q": "mail", "sort": "priority"},
        "search, changed lately": {"q": "vpn drops", "sort": "changed"},
        "filter: low work orders, by priority": {
            "kind": "work_order",
            "priority": "4",
            "sort": "priority",
        },
        "by priority": {"sort": "priority"},
        "changed lately": {"sort": "changed"},
    }


def ask(name: str, user: User, query: dict[str, str], rounds: int) -> dict[str, Any]:
    times, clock, page = [], Clock(), {}
    for _ in range(rounds + 1):  # The first warms the cache.
        clock = Clock()
        with connection.execute_wrapper(clock):
            page = list_of(user, query)
        times.append(1e3 * sum(seconds for seconds, *_ in clock.taken))
    plans = [[explained(sql, params) for *_, sql, params in clock.taken] for _ in range(rounds)]
    return {
        "name": name,
        "rows": len(page["tickets"]),
        "statements": len(clock.taken),
        "ms": median(sum(own for own, _plan in each) for each in plans),
        "way": median(times[1:]),
        "plan": max(plans[-1])[1],
    }


def explained(sql: str, params: Any) -> tuple[float, str]:
    """What the database itself needed, planning and carrying out, in ms; and its plan."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    return sum(map(float, OWN.findall(plan))), plan


#: Copies that differ in what has to differ, each a little older than the one before.
COPIES = """
INSERT INTO tickets_ticket ({columns}, public_id, number, sought, created_at)
SELECT {columns},
  substr(md5(public_id || copy), 1, 22),
  regexp_replace(number, '[0-9]+', (1000000 + copy * 1000000 + id)::text),
  regexp_replace(sought, '[0-9]+', (1000000 + copy * 1000000 + id)::text),
  created_at - copy * interval '20 minutes'
FROM tickets_ticket, generate_series(1, %s) AS copy
"""
OTHERS = {"id", "public_id", "number", "sought", "created_at"}


def multiply(wanted: int) -> None:
    """As many tickets as are wanted. Without indexes meanwhile, and unchecked: that takes long."""
    times = wanted // Ticket.objects.count() - 1
    columns = [field.column for field in Ticket._meta.fields if field.column not in OTHERS]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'tickets_ticket'"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        )
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(COPIES.format(columns=", ".join(columns)), [times])
        cursor.execute("SET session_replication_role = DEFAULT")
        for _name, definition in indexes:
            cursor.execute(definition)


def main(tickets: int, rounds: int) -> list[dict[str, Any]]:
    multiply(tickets)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE tickets_ticket")
    return [
        ask(f"{name} {whose}", user, query, rounds)
        for whose, user in workers().items()
        for name, query in questions().items()
    ]


if __name__ == "__main__":
    print(orjson.dumps(main(**orjson.loads(sys.stdin.buffer.read()))).decode())
