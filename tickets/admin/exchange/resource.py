"""One row after the other: what becomes of it, and why not."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import ForeignKey, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import ModelResource
from import_export.results import RowResult
from tablib import Dataset

from tickets.admin.configuration import against_retiring
from tickets.admin.exchange.cells import YesNo
from tickets.admin.exchange.files import Table
from tickets.services.history import fields_of
from tickets.services.imports import Incoming

FATES = {"new": "new", "update": "changed", "skip": "unchanged"}


@dataclass(frozen=True)
class Fate:
    """What becomes of a row: `new`, `changed` with what, `unchanged`, or `refused` with reasons."""

    number: int
    what: str
    name: str
    #: Column, before, after.
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


class Column(Field):
    """A column of the file: its name, the model's field, whether a new row needs it, what it is."""

    def __init__(self, attribute: str, widget: Any, about: Any, **options: Any) -> None:
        name = options.pop("name", attribute)
        self.needed = options.pop("needed", False)
        self.about = about
        super().__init__(attribute=attribute, column_name=name, widget=widget, **options)


class Retired(Column):
    """Yes or no in the file, a moment in the row."""

    def __init__(self, about: Any) -> None:
        super().__init__("retired_at", YesNo(), about, name="retired")

    def clean(self, row: Any, **kwargs: Any) -> Any:
        return timezone.now() if super().clean(row, **kwargs) else None

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        """Whoever is retired already stays so since then."""
        retired = self.clean(row, **kwargs)
        if bool(retired) != bool(instance.retired_at):
            instance.retired_at = retired


class Listed(Column):
    """Several values in a cell, kept elsewhere: at hand as `chosen` until they are stored."""

    def get_value(self, instance: Any) -> Any:
        chosen = vars(instance).get("chosen", {})
        if self.attribute in chosen:
            return chosen[self.attribute]
        return self.widget.stored(instance) if instance.pk else set()

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **kwargs: Any) -> None:
        chosen = vars(instance).setdefault("chosen", {})
        chosen[self.attribute] = self.clean(row, **kwargs)


class Stored(BaseInstanceLoader):
    """The rows of the list, read once, by what the file knows them by."""

    def __init__(self, resource: RowResource, dataset: Dataset | None = None) -> None:
        super().__init__(resource, dataset)
        found = resource.stored_rows(dataset)
        self.rows = {resource.key_of(instance): instance for instance in found}

    def get_instance(self, row: Any) -> Any:
        return self.rows.get(self.resource.key_in(row))


class RowResource(ModelResource):
    """What all lists have in common. Rows are known by `Meta.import_id_fields`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.numbers: list[int] = []
        self.seen: dict[Any, int] = {}
        self.before: dict[str, str] = {}
        self.was: dict[str, str] = {}
        #: The values themselves.
        self.stood: dict[str, Any] = {}
        self.changes: list[tuple[str, str, str]] = []
        self.columns: list[Column] = list(self.get_import_fields())
        #: What would be stored.
        self.incoming: list[Incoming] = []

    # --- the rows that are there ---------------------------------------------------------------

    def stored_rows(self, dataset: Dataset | None) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.get_queryset()
        return rows

    def key_of(self, instance: Any) -> Any:
        return tuple(self.fields[name].export(instance) for name in self._meta.import_id_fields)

    def key_in(self, row: Any) -> Any:
        return tuple(self.key_cell(name, row) for name in self._meta.import_id_fields)

    def key_cell(self, name: str, row: Any) -> str:
        """Cleaned and said again, as one thing may be written in several ways."""
        column = self.fields[name]
        try:
            return str(column.widget.render(column.clean(row)))
        except ValueError as error:
            raise ValidationError({column.attribute: str(error)}) from error

    # --- a row ---------------------------------------------------------------------------------

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        number = self.numbers[kwargs["row_number"] - 1]
        key = self.key_in(row)
        if self.seen.setdefault(key, number) != number:
            text = _("Row %(number)s is about the same.")
            raise ValidationError(text % {"number": self.seen[key]})

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        self.before = {} if new else fields_of(instance)
        self.was = {} if new else self.said_by(instance)
        fields = [] if new else instance._meta.concrete_fields
        self.stood = {each.attname: getattr(instance, each.attname) for each in fields}

    def said_by(self, instance: Any) -> dict[str, str]:
        return {column.column_name: column.export(instance) for column in self.columns}

    def skip_row(
        self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None
    ) -> bool:
        now = {name: said for name, said in self.said_by(instance).items() if name in row}
        pairs = [(name, self.was.get(name, ""), said) for name, said in now.items()]
        self.changes = [change for change in pairs if change[1] != change[2]]
        if self.was:
            self.keep_unsaid(instance)
        return not import_validation_errors and bool(self.was) and not self.changes

    def keep_unsaid(self, instance: Any) -> None:
        """What reads alike stays as it was: seconds, or another row of the same name."""
        changed = {name for name, _was, _now in self.changes}
        alike = {each.attribute for each in self.columns if each.column_name not in changed}
        for each in instance._meta.concrete_fields:
            if each.name in alike:
                setattr(instance, each.attname, self.stood[each.attname])

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """What is wrong with its cells, all at once; then how they go together."""
        wrong: dict[str, Any] = dict(import_validation_errors or {})
        for column in self.columns:
            blank = column.needed and column.get_value(instance) in (None, "")
            if blank and column.attribute not in wrong:
                wrong[column.attribute] = [_("It is needed.")]
        # Rows that this one points to have been read: they are there.
        foreign = {each.name for each in instance._meta.fields if isinstance(each, ForeignKey)}
        try:
            instance.clean_fields(exclude=foreign | wrong.keys())
        except ValidationError as error:
            wrong = error.update_error_dict(wrong)
        if wrong:
            raise ValidationError(wrong)
        instance.clean()
        self.check(instance)

    def check(self, instance: Any) -> None:
        """What neither a field nor the row alone knows."""
        retires = getattr(instance, "retired_at", None) and self.was.get("retired") == "no"
        if retires and (reasons := against_retiring(instance)):
            raise ValidationError({"retired_at": reasons})

    def save_instance(self, instance: Any, is_create: bool, row: Any, **kwargs: Any) -> None:
        """Nothing is stored by itself: all at once, when all are judged and somebody confirms."""
        lists = vars(instance).get("chosen", {})
        self.incoming.append(Incoming(instance, self.before, lists))

    def save_m2m(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Stored with its row."""

    def after_import_row(self, row: Any, row_result: RowResult, **kwargs: Any) -> None:
        row_result.changes = self.changes

    # --- the file ------------------------------------------------------------------------------

    def check_heading(self, columns: list[str]) -> None:
        """Every column is known, and those that tell the rows apart are there."""
        known = [column.column_name for column in self.columns]
        if unknown := [name for name in columns if name not in known]:
            values = {"names": ", ".join(unknown), "known": ", ".join(known)}
            text = _("Unknown in the heading: %(names)s. Known are %(known)s.")
            raise ValidationError(text % values)
        keys = [self.fields[name].column_name for name in self._meta.import_id_fields]
        if missing := [name for name in keys if name not in columns]:
            text = _("The heading has to have %(names)s: rows are known by it.")
            raise ValidationError(text % {"names": ", ".join(missing)})

    def judge(self, table: Table) -> list[Fate]:
        """The fate of every row. Nothing is stored; `incoming` is what would be."""
        self.check_heading(table.columns)
        self.numbers = [number for number, _cells in table.rows]
        data = table.dataset()
        result = self.import_data_inner(data, True, False, False, False)
        return [
            self.fate(number, dict(zip(table.columns, cells, strict=True)), told)
            for (number, cells), told in zip(table.rows, result.rows, strict=True)
        ]

    def stored_columns(self, table: Table) -> list[str]:
        """The model's fields that the file says; what it does not say stays."""
        said = {column.attribute for column in self.columns if column.column_name in table.columns}
        return [each.name for each in self._meta.model._meta.concrete_fields if each.name in said]

    def fate(self, number: int, row: dict[str, str], told: Any) -> Fate:
        keys = [self.fields[name].column_name for name in self._meta.import_id_fields]
        name = " / ".join(row[key] for key in keys if row[key])
        if told.errors or told.validation_error:
            return Fate(number, "refused", name, reasons=self.reasons(told))
        changes = told.changes if told.import_type == "update" else []
        return Fate(number, FATES[told.import_type], name, changes)

    def reasons(self, told: Any) -> list[str]:
        """Each with its column, as the file calls it."""
        if told.errors:
            return [str(error.error) for error in told.errors]
        error: ValidationError = told.validation_error
        if not hasattr(error, "error_dict"):
            return error.messages
        names = {column.attribute: column.column_name for column in self.columns}
        return [
            message if field_ == NON_FIELD_ERRORS else f"{names.get(field_, field_)}: {message}"
            for field_, messages in error.message_dict.items()
            for message in messages
        ]


def digest_of(fates: list[Fate]) -> str:
    """The same for the same fates alone."""
    return hashlib.sha256(repr(fates).encode()).hexdigest()
