"""What a cell says, and how a value is said in a cell. A fault is a ValueError in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from import_export.widgets import Widget

from tickets.models import Category, Company, Customer, Site

YES, NO = {"yes", "y", "true", "1", "x"}, {"no", "n", "false", "0", ""}
BETWEEN = "; "
Row = Mapping[str, str]


class Text(Widget):
    """As it stands; `none` when an empty cell means that there is no value at all."""

    def __init__(self, *, none: bool = False) -> None:
        super().__init__()
        self.none = none

    def clean(self, value: str, row: Row | None = None, **_kwargs: Any) -> str | None:
        return value or (None if self.none else "")

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> str:
        return str(value or "")


class Number(Text):
    def clean(self, value: str, row: Row | None = None, **_kwargs: Any) -> Any:
        if not value.isascii() or not value.isdecimal():
            raise ValueError(_("Write a whole number."))
        return int(value)

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> str:
        return str(value)


class YesNo(Text):
    def clean(self, value: str, row: Row | None = None, **_kwargs: Any) -> Any:
        if value.lower() not in YES | NO:
            raise ValueError(_("Write yes or no."))
        return value.lower() in YES

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> str:
        return "yes" if value else "no"


class Choice(Text):
    """One of these, by its code or by what people read."""

    def __init__(self, choices: Any) -> None:
        super().__init__()
        self.choices = choices

    def clean(self, value: str, row: Row | None = None, **_kwargs: Any) -> Any:
        for code, label in self.choices.choices:
            if value.casefold() in {str(code).casefold(), str(label).casefold()}:
                return code
        if not value:
            return None
        codes = ", ".join(str(code) for code in self.choices.values)
        raise ValueError(_("“%(value)s” is none of %(codes)s.") % {"value": value, "codes": codes})

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> str:
        return "" if value is None else str(value)


class Day(Text):
    def clean(self, value: str, row: Row | None = None, **_kwargs: Any) -> Any:
        return _moment(value, parse_date, _("Write a date such as 2026-03-31."))

    def render(self, value: date | None, obj: Any = None, **_kwargs: Any) -> str:
        return value.isoformat() if value else ""


class Moment(Text):
    """By the clock of whoever imports."""

    def clean(self, value: str, row: Row | None = None, **_kwargs: Any) -> Any:
        said = f"{value} 00:00" if len(value) == 10 else value
        found = _moment(said, parse_datetime, _("Write a moment such as 2026-03-31 08:00."))
        return timezone.make_aware(found) if found and timezone.is_naive(found) else found

    def render(self, value: datetime | None, obj: Any = None, **_kwargs: Any) -> str:
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""


def _moment(value: str, parse: Callable[[str], Any], otherwise: str) -> Any:
    if not value:
        return None
    try:
        found = parse(value)
    except ValueError as error:
        raise ValueError(otherwise) from error
    if found is None:
        raise ValueError(otherwise)
    return found


class RowOf(Text):
    """Another row by its name. All are read once, as a file names the same ones again and again."""

    def __init__(self, *, blank: bool = True) -> None:
        super().__init__()
        self.blank = blank
        self.known: dict[Any, Model] | None = None

    def clean(self, value: str, row: Row | None = None, **_kwargs: Any) -> Any:
        if not value:
            if self.blank:
                return None
            raise ValueError(_("It is needed."))
        if self.known is None:
            self.known = self.all()
        for key in self.keys(value, row or {}):
            if found := self.known.get(key):
                return found
        raise ValueError(_("There is no “%(name)s”.") % {"name": value})

    def all(self) -> dict[Any, Model]:
        raise NotImplementedError

    def keys(self, value: str, row: Row) -> list[Any]:
        return [value]


class CompanyOf(RowOf):
    """By its external key."""

    def all(self) -> dict[Any, Model]:
        return {company.external_key: company for company in Company.objects.all()}

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> str:
        return value.external_key if value else ""


class SiteOf(RowOf):
    """By its name, of the row's company."""

    def all(self) -> dict[Any, Model]:
        sites = Site.objects.select_related("company")
        return {(site.company.external_key, site.name): site for site in sites}

    def keys(self, value: str, row: Row) -> list[Any]:
        return [(row.get("company", ""), value)]


class CustomerOf(RowOf):
    """By external id, of the row's company. There may be very many: a file says whom it names."""

    def expect(self, names: Iterable[str]) -> None:
        rows = Customer.objects.filter(external_id__in=set(names)).select_related("company")
        self.known = {(row.company.external_key, row.external_id): row for row in rows}

    def keys(self, value: str, row: Row) -> list[Any]:
        return [(row.get("company", ""), value)]

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> str:
        return (value.external_id or "") if value else ""


class OpenTo(RowOf):
    """A group or a service by its name: the company's own before that of all."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def all(self) -> dict[Any, Model]:
        rows = self.model.objects.active().select_related("company")
        return {(row.company.external_key if row.company else "", row.name): row for row in rows}

    def keys(self, value: str, row: Row) -> list[Any]:
        return [(row.get("company", ""), value), ("", value)]


class CategoryOf(RowOf):
    """By its path."""

    def __init__(self, tree: str) -> None:
        super().__init__()
        self.tree = tree

    def all(self) -> dict[Any, Model]:
        return {row.path: row for row in Category.objects.filter(tree=self.tree).with_path()}

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> str:
        return value.path if value else ""
