"""Rows that come in a file: kept until somebody confirms, then stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from tickets.models import Customer, PendingImport, RequiredField, Ticket, TicketTemplate, User
from tickets.services import configuration
from tickets.services.history import BATCH, record_list, record_rows


@dataclass(frozen=True)
class Incoming:
    """A row as it is to be; its fields from before, none if it is new; its lists by name."""

    row: Any
    before: dict[str, str]
    lists: dict[str, set[Any]]


@transaction.atomic
def keep_import(user: User, *, model: str, name: str, content: bytes, digest: str) -> PendingImport:
    """Keep the file of a trial. It takes the place of another of the same person and list."""
    PendingImport.objects.filter(user=user, model=model).delete()
    return PendingImport.objects.create(
        user=user,
        model=model,
        file_name=name[-255:],
        content=content,
        digest=digest,
        made_at=timezone.now(),
    )


@transaction.atomic
def store_import(
    pending: PendingImport, *, rows: list[Incoming], fields: list[str], by: User
) -> list[Model]:
    """Store all rows of a confirmed file, of known ones these fields; remember and announce each.

    Few statements for many rows: on SQLite nobody else writes meanwhile. Raises IntegrityError
    when somebody has made one of them since the trial.
    """
    new = [incoming.row for incoming in rows if not incoming.before]
    known = [incoming.row for incoming in rows if incoming.before]
    if new:
        type(new[0])._base_manager.bulk_create(new, batch_size=BATCH)
    for row in known:  # Seven times as fast as one statement for many, and no signal is sent.
        rows_of = type(row)._base_manager.filter(pk=row.pk)
        rows_of.update(**{name: getattr(row, name) for name in fields})
    for incoming in rows:
        for name, chosen in incoming.lists.items():
            _store_list(incoming.row, name, chosen)
    people = [each for each in rows if each.before and isinstance(each.row, Customer)]
    renamed = [each.row.pk for each in people if each.before["name"] != each.row.name]
    Ticket.objects.find_by_new_names(renamed)
    record_rows([(incoming.row, incoming.before) for incoming in rows], by=by)
    for row in [*new, *known]:
        configuration.announce(row)
    pending.delete()
    return [*new, *known]


def _store_list(row: Model, name: str, chosen: set[Any]) -> None:
    if isinstance(row, TicketTemplate):
        _store_required(row, chosen)
    else:
        getattr(row, name).set(chosen)


def _store_required(template: TicketTemplate, chosen: set[tuple[str, str]]) -> None:
    """Exactly these fields are required; what came and went stands in the template's history."""
    now = {(row.kind, row.field): row for row in template.required_fields.all()}
    gone = [row for key, row in now.items() if key not in chosen]
    new = [RequiredField(kind=kind, field=field) for kind, field in sorted(chosen - now.keys())]
    said = {"added": [str(row) for row in new], "removed": [str(row) for row in gone]}
    for row in gone:
        row.delete()
    for row in new:
        row.template = template
        row.save(force_insert=True)
    record_list(template, name="required_fields", added=said["added"], removed=said["removed"])
