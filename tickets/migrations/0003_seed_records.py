"""The statuses of features.md, what chats write, the priority matrix, the numbers; and the search index."""

from typing import Any

from django.db import migrations

STATUSES: dict[str, list[tuple[str, str]]] = {
    "incident": [
        ("New", "open"), ("Assigned", "open"), ("In Progress", "open"), ("Pending", "pending"),
        ("Resolved", "resolved"), ("Closed", "closed"), ("Cancelled", "cancelled"),
    ],
    "work_order": [
        ("New", "open"), ("Assigned", "open"), ("In Progress", "open"), ("Pending", "pending"),
        ("Completed", "resolved"), ("Closed", "closed"), ("Cancelled", "cancelled"),
    ],
}
REASONS: dict[str, dict[str, list[str]]] = {
    "incident": {
        "No Further Action Required": ["Resolved", "Closed", "Cancelled"],
        "No longer a Causal CI": ["Resolved", "Closed", "Cancelled"],
    },
    "work_order": {
        "Successful": ["Completed", "Closed"],
        "Cancelled by Requester": ["Closed", "Cancelled"],
        "Cancelled by Support": ["Closed", "Cancelled"],
    },
}
#: kind, when, status, reason; the first of each kind and moment is the usual one.
OUTCOMES: list[tuple[str, str, str, str]] = [
    ("incident", "opened", "In Progress", ""),
    ("incident", "left", "New", ""),
    ("incident", "ended", "Resolved", "No Further Action Required"),
    ("incident", "ended", "Resolved", "No longer a Causal CI"),
    ("incident", "ended", "Closed", "No Further Action Required"),
    ("incident", "ended", "Closed", "No longer a Causal CI"),
    ("incident", "ended", "Cancelled", "No Further Action Required"),
    ("incident", "ended", "Cancelled", "No longer a Causal CI"),
    ("incident", "abandoned", "Cancelled", "No Further Action Required"),
    ("incident", "abandoned", "Cancelled", "No longer a Causal CI"),
    ("work_order", "opened", "In Progress", ""),
    ("work_order", "left", "New", ""),
    ("work_order", "ended", "Completed", "Successful"),
    ("work_order", "ended", "Closed", "Successful"),
    ("work_order", "ended", "Closed", "Cancelled by Requester"),
    ("work_order", "ended", "Closed", "Cancelled by Support"),
    ("work_order", "ended", "Cancelled", "Cancelled by Requester"),
    ("work_order", "ended", "Cancelled", "Cancelled by Support"),
    ("work_order", "abandoned", "Cancelled", "Cancelled by Requester"),
    ("work_order", "abandoned", "Cancelled", "Cancelled by Support"),
]
#: A row an impact, a column an urgency, both from 1: ITIL's usual weights added up.
MATRIX = [[1, 1, 2, 4], [1, 2, 3, 4], [2, 2, 3, 4], [2, 3, 3, 4]]
FIRST_NUMBERS = {"incident": 10_000, "work_order": 4_000}

SEARCH_INDEX = (
    "CREATE INDEX ticket_sought ON tickets_ticket USING gin "
    "(to_tsvector('simple'::regconfig, COALESCE(sought, '')))"
)


def seed(apps: Any, schema_editor: Any) -> None:
    seed_statuses(apps)
    for kind, outcome, status, reason in OUTCOMES:
        outcomes = apps.get_model("tickets", "ChatOutcome").objects
        outcomes.get_or_create(
            kind=kind,
            outcome=outcome,
            status=apps.get_model("tickets", "Status").objects.get(kind=kind, name=status),
            reason=apps.get_model("tickets", "StatusReason").objects.get(kind=kind, name=reason)
            if reason
            else None,
            defaults={"is_usual": not outcomes.filter(kind=kind, outcome=outcome).exists()},
        )
    for impact, row in enumerate(MATRIX, 1):
        for urgency, priority in enumerate(row, 1):
            apps.get_model("tickets", "PriorityRule").objects.get_or_create(
                impact=impact, urgency=urgency, defaults={"priority": priority}
            )
    for kind, last in FIRST_NUMBERS.items():
        apps.get_model("tickets", "TicketNumber").objects.get_or_create(
            kind=kind, defaults={"last": last}
        )


def seed_statuses(apps: Any) -> None:
    for kind, statuses in STATUSES.items():
        made = {}
        for place, (name, stage) in enumerate(statuses, 1):
            made[name], _new = apps.get_model("tickets", "Status").objects.get_or_create(
                kind=kind, name=name, defaults={"stage": stage, "order": 10 * place}
            )
        for place, (name, goes_with) in enumerate(REASONS[kind].items(), 1):
            reason, _new = apps.get_model("tickets", "StatusReason").objects.get_or_create(
                kind=kind, name=name, defaults={"order": 10 * place}
            )
            reason.statuses.add(*(made[status] for status in goes_with))


def index_search(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(SEARCH_INDEX)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0002_records")]

    operations = [
        migrations.RunPython(seed, migrations.RunPython.noop),
        migrations.RunPython(index_search, migrations.RunPython.noop),
    ]
