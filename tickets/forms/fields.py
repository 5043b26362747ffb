"""Fields of forms: a text, one row of few, one row of many, a moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.forms.choices import Lookup, key_of
from tickets.models import Company

YEARS = range(2000, 2101)
GONE = gettext_lazy("This cannot be chosen any more. Choose again.")


class Shaped(forms.Field):
    """A field as its partial draws it."""

    #: Which part of the partial.
    shape: ClassVar[str]
    #: Whether it must not stay blank, and what holds when somebody else changed it meanwhile.
    marked = False
    holds: str | None = None

    def read(self, value: Any) -> str:
        """The value as people read it."""
        return "" if value is None else str(value)


class LineField(Shaped, forms.CharField):
    shape = "line"


class TextField(Shaped, forms.CharField):
    """Text with its spaces and lines as they are, whatever the browser makes of line ends."""

    shape = "text"

    def __init__(self) -> None:
        super().__init__(strip=False, required=False)

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").replace("\r\n", "\n")
        return text if text.strip() else ""


class PickField(Shaped):
    """One row of a few, all of which the page has."""

    shape = "pick"

    def __init__(
        self, rows: Iterable[Model], *, now: Model | None = None, key: str = "public_id"
    ) -> None:
        super().__init__(required=False)
        offered = list(rows)
        if now is not None and now not in offered:  # What went out of use may stay.
            offered.append(now)
        self.rows = {str(getattr(row, key)): row for row in offered}
        self.key = key

    @property
    def options(self) -> list[tuple[str, str]]:
        return [(key, str(row)) for key, row in self.rows.items()]

    def prepare_value(self, value: Any) -> str:
        return str(getattr(value, self.key)) if isinstance(value, Model) else value or ""

    def to_python(self, value: Any) -> Model | None:
        if not value:
            return None
        if value not in self.rows:
            raise ValidationError(GONE, code="gone")
        return self.rows[value]


class ReasonField(PickField):
    """A status reason; the page shows those that go with the chosen status."""

    shape = "reason"

    @property
    def statuses(self) -> list[tuple[str, str, str]]:
        """Key and name of each reason, and the keys of the statuses it goes with."""
        return [
            (key, str(row), " ".join(each.public_id for each in row.statuses.all()))  # type: ignore[attr-defined]
            for key, row in self.rows.items()
        ]


class ScaleField(Shaped, forms.TypedChoiceField):
    """A number of a scale, or none."""

    shape = "pick"

    def __init__(self, scale: Any) -> None:
        super().__init__(choices=scale.choices, coerce=int, empty_value=None, required=False)
        self.options = [(str(value), str(label)) for value, label in scale.choices]

    def prepare_value(self, value: Any) -> str:
        return "" if value is None else str(value)

    def read(self, value: Any) -> str:
        return str(dict(self.options).get(self.prepare_value(value), ""))


class Written(NamedTuple):
    """What a field with a search sends: the row that was chosen, and what stands there."""

    key: str
    text: str | None


class LookupWidget(forms.Widget):
    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Written:
        return Written(data.get(name) or "", data.get(f"{name}_text"))


class LookupField(Shaped):
    """One row of many. What is written counts when it is not what the chosen row is called."""

    shape = "lookup"
    widget = LookupWidget

    def __init__(self, lookup: Lookup, company: Company, *, now: Model | None = None) -> None:
        super().__init__(required=False)
        self.lookup, self.company, self.now = lookup, company, now

    def prepare_value(self, value: Any) -> Written:
        if isinstance(value, Written):
            return value
        return Written(key_of(value), self.read(value))

    def to_python(self, value: Any) -> Model | None:
        key, text = self.prepare_value(value)
        chosen = self._chosen(key.replace("\0", ""))
        written = None if text is None else text.replace("\0", "").strip()
        if written is None and key and chosen is None:
            raise ValidationError(GONE, code="gone")
        if written is None or (chosen and str(chosen) == written):
            return chosen
        return self._named(written) if written else None

    def _chosen(self, key: str) -> Model | None:
        if self.now is not None and key == key_of(self.now):
            return self.now
        found = self.lookup.rows(self.company.pk).filter(public_id=key)
        return found.first() if key else None

    def _named(self, text: str) -> Model:
        named: list[Model] = self.lookup.named(self.company.pk, text)
        if not named:
            raise ValidationError(_("Nothing is called so. Choose from the list."), code="unknown")
        if len(named) > 1:
            raise ValidationError(_("Several are called so. Choose from the list."), code="several")
        return named[0]


class MomentField(Shaped, forms.DateTimeField):
    """Minutes in the zone of whoever looks."""

    shape = "moment"

    def __init__(self, *, now: datetime | None = None) -> None:
        super().__init__(required=False)
        self.now = now

    def prepare_value(self, value: Any) -> str:
        if isinstance(value, datetime):
            return timezone.localtime(value).strftime("%Y-%m-%dT%H:%M")
        return value or ""

    def to_python(self, value: Any) -> datetime | None:
        if self.now and value == self.prepare_value(self.now):
            return self.now  # With its seconds, which the page does not show.
        try:
            moment = super().to_python(value)
        except OverflowError:
            moment = datetime.min.replace(tzinfo=timezone.get_default_timezone())
        if moment is not None and moment.year not in YEARS:
            raise ValidationError(_("Choose a date between 2000 and 2100."), code="range")
        return moment

    def read(self, value: Any) -> str:
        return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT") if value else ""
