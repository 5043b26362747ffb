"""What people may ask of the list, and say on a ticket."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.forms.fields import PickField
from tickets.models import (
    AssignmentGroup,
    Company,
    Kind,
    Priority,
    Stage,
    Status,
    StatusReason,
    User,
)
from tickets.models.activity import BODY_CHARACTERS

NEWEST, OLDEST, CHANGED, URGENT = "newest", "oldest", "changed", "priority"
SORTS = [
    (NEWEST, _("Newest first")),
    (OLDEST, _("Oldest first")),
    (CHANGED, _("Changed lately")),
    (URGENT, _("By priority")),
]
MINE, NOBODY = "me", "nobody"
SOUGHT_CHARACTERS = 200


class FilterForm(forms.Form):
    """What the list shows; all of it stands in the address. What makes no sense is left out."""

    q = forms.CharField(max_length=SOUGHT_CHARACTERS, required=False)
    kind = forms.ChoiceField(choices=Kind.choices, required=False)
    stage = forms.ChoiceField(choices=Stage.choices, required=False)
    priority = forms.TypedChoiceField(choices=Priority.choices, coerce=int, required=False)
    assignee = forms.ChoiceField(choices=[(MINE, _("Me")), (NOBODY, _("Nobody"))], required=False)
    sort = forms.ChoiceField(choices=SORTS, required=False)

    def __init__(self, user: User, data: Any) -> None:
        super().__init__(data, auto_id="by-%s")
        self.companies = list(Company.objects.visible_to(user).order_by("name"))
        mine = Q(company=None) | Q(company__in=[company.pk for company in self.companies])
        groups = AssignmentGroup.objects.active().filter(mine).order_by("name", "pk")
        statuses = Status.objects.active().order_by("kind", "order", "name")
        self.fields["status"] = PickField(statuses)
        self.fields["group"] = PickField(groups)
        self.fields["company"] = PickField(self.companies)
        self.is_valid()

    @property
    def chosen(self) -> dict[str, Any]:
        """What narrows the list, by name."""
        said = {name: value for name, value in self.cleaned_data.items() if value}
        return {name: value for name, value in said.items() if name != "sort"}

    @property
    def order(self) -> str:
        return self.cleaned_data.get("sort") or NEWEST

    @property
    def query(self) -> dict[str, str]:
        """The address of this list, as short as it can be."""
        names = [name for name in self.fields if self.cleaned_data.get(name)]
        said = {name: str(self.data.get(name)) for name in names}
        return {name: value for name, value in said.items() if (name, value) != ("sort", NEWEST)}


class SayForm(forms.Form):
    body = forms.CharField(
        max_length=BODY_CHARACTERS,
        strip=False,
        error_messages={"required": _("There is no text.")},
    )


@dataclass(frozen=True)
class Standing:
    """What a ticket can be given: a status, with a reason where it has some."""

    status: Status
    reason: StatusReason | None

    def __str__(self) -> str:
        return f"{self.status}, {self.reason}" if self.reason else str(self.status)


class StandingForm(forms.Form):
    """A choice among rows of a status and a reason; of whoever saw this version of the ticket."""

    version = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    #: The name of the field with the choice.
    chosen: ClassVar[str]

    def __init__(self, rows: Iterable[Any], data: Any = None) -> None:
        super().__init__(data)
        self.rows = {key_of(row): row for row in rows}
        choices = [(key, str(row)) for key, row in self.rows.items()]
        self.fields[self.chosen] = forms.ChoiceField(choices=choices)

    @property
    def row(self) -> Any:
        """The chosen one, of a form that is valid."""
        return self.rows[self.cleaned_data[self.chosen]]


class SettleForm(StandingForm):
    """How a ticket is resolved: one of the rows that chats write when they end."""

    chosen = "outcome"
    resolution = forms.CharField(required=False)


class ReopenForm(StandingForm):
    """As what a resolved ticket is opened again: one of `Standing`."""

    chosen = "status"


def key_of(row: Any) -> str:
    """What a page calls it: its status and its reason."""
    reason = row.reason.public_id if row.reason else ""
    return f"{row.status.public_id}.{reason}"
