"""What people may ask of the list, and say on a ticket."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.forms.fields import PickField
from tickets.models import AssignmentGroup, Company, Kind, Priority, Stage, Status, User
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


class SettleForm(forms.Form):
    """How a ticket is resolved: one of the rows that say which statuses and reasons there are."""

    resolution = forms.CharField(required=False)
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1)

    def __init__(self, outcomes: list[Any], data: Any = None) -> None:
        super().__init__(data)
        self.outcomes = {key_of_outcome(row): row for row in outcomes}
        choices = [(key, str(row)) for key, row in self.outcomes.items()]
        self.fields["outcome"] = forms.ChoiceField(choices=choices)


def key_of_outcome(row: Any) -> str:
    """What a page calls it: its status and its reason."""
    reason = row.reason.public_id if row.reason else ""
    return f"{row.status.public_id}.{reason}"
