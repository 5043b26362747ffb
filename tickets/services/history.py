"""What has become of a setting: who changed it, when, from what to what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db import transaction
from django.db.models import BooleanField, DateTimeField, Field, ForeignKey, Model, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.models import User

#: Deeds that change no field, by the code stored with them.
DEEDS = {
    "secret_shown": gettext_lazy("Looked at the identification secret"),
    "secret_made": gettext_lazy("Made a new secret"),
    "password_set": gettext_lazy("Set a new password"),
}
NOTHING = {"", "None", None}
#: So many rows are inserted by one statement.
BATCH = 500


@dataclass(frozen=True)
class Change:
    """One field: its values before and after, or what was added to a list and removed from it."""

    name: str
    before: str = ""
    after: str = ""
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Entry:
    """What one person did at one moment. `who` is empty for the system itself."""

    when: datetime
    who: str
    deed: str
    changes: list[Change]
    #: It made the row: before, there was nothing.
    first: bool = False


def entries_of(setting: Model) -> QuerySet[LogEntry]:
    """The history of this row, newest first."""
    entries: QuerySet[LogEntry] = LogEntry.objects.get_for_object(setting)
    return entries.select_related("actor").order_by("-timestamp", "-pk")


def entries_of_all(settings: QuerySet[Any]) -> QuerySet[LogEntry]:
    """The history of these rows together, newest first."""
    entries: QuerySet[LogEntry] = LogEntry.objects.get_for_objects(settings)
    return entries.select_related("actor").order_by("-timestamp", "-pk")


def readable(setting: Model, entries: Iterable[LogEntry]) -> list[Entry]:
    """These entries in words."""
    return [
        Entry(
            when=entry.timestamp,
            who=str(entry.actor or entry.actor_email or ""),
            deed=_deed(entry),
            changes=_changes(setting, entry),
            first=entry.action == LogEntry.Action.CREATE,
        )
        for entry in entries
    ]


@transaction.atomic
def record_deed(setting: Model, *, code: str) -> None:
    """Remember that somebody did what changes no field. `code` is one of DEEDS."""
    LogEntry.objects.log_create(
        setting, force_log=True, action=LogEntry.Action.ACCESS, additional_data={"deed": code}
    )


@transaction.atomic
def record_list(setting: Model, *, name: str, added: Iterable[str], removed: Iterable[str]) -> None:
    """Remember what came to a list of this row that is kept elsewhere, and what went."""
    for operation, objects in (("add", sorted(added)), ("delete", sorted(removed))):
        if objects:
            change = {"type": "m2m", "operation": operation, "objects": objects}
            LogEntry.objects.log_create(
                setting, action=LogEntry.Action.UPDATE, changes={name: change}
            )


def stored_fields(setting: Model) -> dict[str, str]:
    """The row's fields as the database has them, for `record_fields`; none when it has none."""
    row = type(setting)._base_manager.filter(pk=setting.pk).first() if setting.pk else None
    return fields_of(row) if row else {}


def fields_of(setting: Model) -> dict[str, str]:
    """What people may set, as the history keeps it."""
    fields = [each for each in setting._meta.concrete_fields if each.editable]
    return {each.name: str(each.value_from_object(setting)) for each in fields}


@transaction.atomic
def record_fields(setting: Model, *, before: dict[str, str]) -> None:
    """Remember by hand what became of a row whose every save is not worth remembering."""
    if changes := _differences(setting, before):
        LogEntry.objects.log_create(setting, action=_action(before), changes=changes)


@transaction.atomic
def record_rows(rows: Iterable[tuple[Model, dict[str, str]]], *, by: User) -> None:
    """The same for many rows that somebody stored at once: each with its fields from before."""
    entries = [
        LogEntry(
            content_type=ContentType.objects.get_for_model(row),
            object_pk=str(row.pk),
            object_id=row.pk,
            object_repr=str(row),
            action=_action(before),
            changes=changes,
            actor=by,
            actor_email=by.email,
        )
        for row, before in rows
        if (changes := _differences(row, before))
    ]
    LogEntry.objects.bulk_create(entries, batch_size=BATCH)


def _action(before: dict[str, str]) -> int:
    return int(LogEntry.Action.UPDATE if before else LogEntry.Action.CREATE)


def _differences(setting: Model, before: dict[str, str]) -> dict[str, list[str]]:
    return {
        name: [before.get(name, ""), value]
        for name, value in fields_of(setting).items()
        if before.get(name, "") != value and not {before.get(name, ""), value} <= NOTHING
    }


def _deed(entry: LogEntry) -> str:
    if code := (entry.additional_data or {}).get("deed"):
        return str(DEEDS.get(code, code))
    names = {
        LogEntry.Action.CREATE: _("Added"),
        LogEntry.Action.UPDATE: _("Changed"),
        LogEntry.Action.DELETE: _("Deleted"),
    }
    return names.get(entry.action, _("Looked at"))


def _changes(setting: Model, entry: LogEntry) -> list[Change]:
    changes = [
        _change(setting, name, values) for name, values in (entry.changes_dict or {}).items()
    ]
    return [change for change in changes if change]


def _change(setting: Model, name: str, values: Any) -> Change | None:
    try:
        field_ = setting._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    if isinstance(values, dict):
        side = "added" if values["operation"] == "add" else "removed"
        return Change(_label(field_), **{side: values["objects"]})
    if not isinstance(field_, Field) or name in {"id", "public_id", "password"}:
        return None
    before, after = (_value(field_, value) for value in values)
    return Change(_label(field_), before, after) if before or after else None


def _label(field_: Any) -> str:
    """Of a field; of a list that is kept elsewhere, what it lists."""
    if isinstance(field_, Field):
        return str(capfirst(field_.verbose_name))
    return str(capfirst(field_.related_model._meta.verbose_name_plural))


def _value(field_: Field[Any, Any], value: Any) -> str:
    """A stored value as the forms show it."""
    if value in NOTHING:
        return ""
    if isinstance(field_, BooleanField):
        return _("yes") if value == "True" else _("no")
    if isinstance(field_, DateTimeField):
        return _moment(value)
    if isinstance(field_, ForeignKey):
        row = field_.remote_field.model._base_manager.filter(pk=value).first()
        return str(row or value)
    return str(dict(field_.flatchoices).get(value, value))


def _moment(value: str) -> str:
    moment = parse_datetime(value)
    if moment is None:
        return value
    if timezone.is_naive(moment):
        moment = moment.replace(tzinfo=UTC)
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")
