"""What people may fill in of a ticket, new or saved before."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BoundField
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from tickets.exceptions import IllegalStepError, TicketFieldsError
from tickets.forms.choices import LOOKUPS
from tickets.forms.fields import (
    LineField,
    LookupField,
    MomentField,
    PickField,
    ReasonField,
    ScaleField,
    Shaped,
    TextField,
)
from tickets.models import (
    AssignmentGroup,
    Impact,
    Priority,
    PriorityRule,
    RequiredField,
    Service,
    Site,
    Status,
    StatusReason,
    Ticket,
    Urgency,
)
from tickets.models.tickets import SUMMARY_CHARACTERS
from tickets.services.fields import EDITABLE, label_of, wrong_status

#: In the order in which they stand on the page.
ORDER = (
    "summary", "description", "impact", "urgency", "operational_category", "product_category",
    "due_at", "site", "group", "assignee", "asset", "status", "service", "reason", "contact",
    "resolution",
)  # fmt: skip
CHOOSE = {
    "summary": _("Write a summary"),
    "description": _("Write a description"),
    "impact": _("Choose an impact"),
    "urgency": _("Choose an urgency"),
    "operational_category": _("Choose a category"),
    "product_category": _("Choose a category"),
    "contact": _("Choose a contact"),
    "site": _("Choose a site"),
    "group": _("Choose a group"),
    "assignee": _("Choose an assignee"),
    "asset": _("Choose an asset"),
    "service": _("Choose a service"),
    "due_at": _("Choose a date and a time"),
    "status": _("Choose a status"),
}


class TicketForm(forms.Form):
    """Over the fields of EDITABLE; of a saved ticket over its status and reason besides.

    `ticket` may be one that is not saved yet: its kind, customer, company, template and values
    count. Of what was sent, `values` goes to the services; what they refuse within `landing()`
    stands at its field.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    #: What each field showed, in short: it says later what this person changed, and what others.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, ticket: Ticket, data: Mapping[str, Any] | None = None) -> None:
        self.ticket = ticket
        fields = {**fields_of(ticket), **(step_fields_of(ticket) if ticket.pk else {})}
        initial = {name: getattr(ticket, name) for name in fields}
        super().__init__(data, initial={**initial, "version": ticket.version}, auto_id="f-%s")
        self.drawn: dict[str, Shaped] = {name: fields[name] for name in ORDER if name in fields}
        self.fields.update(self.drawn)
        self.required = {"summary", *RequiredField.objects.of(ticket.kind, ticket.template)}
        for name, field in self.drawn.items():
            field.label, field.marked = label_of(name), name in {"status", *self.required}
        signs = {name: self._sign(name, value) for name, value in initial.items()}
        self.initial["seen"] = json.dumps(signs)

    @classmethod
    def beside(cls, ticket: Ticket, data: Mapping[str, Any]) -> TicketForm:
        """What was written over what holds now: the rest follows, what both changed says so."""
        now = cls(ticket)
        seen = _read(data.get("seen", ""))
        merged = {**{name: data.get(name) for name in data}, "version": ticket.version}
        merged["seen"] = now.initial["seen"]
        holding = {}
        for name, field in now.drawn.items():
            written, holds = field.widget.value_from_datadict(data, {}, name), now.initial[name]
            if now._sign(name, written) == seen.get(name):
                merged |= now._sent(name)
            elif now._sign(name, holds) != seen.get(name) and not _says(field, written, holds):
                holding[name] = field.read(holds)
        form = cls(ticket, merged)
        for name, text in holding.items():
            form.drawn[name].holds = text
        return form

    # --- what it says ----------------------------------------------------------------------------

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in EDITABLE}

    @contextmanager
    def landing(self) -> Iterator[None]:
        """What a service refuses is said where it was written. `is_valid` comes first."""
        try:
            yield
        except TicketFieldsError as refused:
            for name, sentence in refused.fields.items():
                self.add_error(name if name in self.fields else None, sentence)
        except IllegalStepError as refused:
            self.add_error("status" if "status" in self.fields else None, str(refused))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name, field in self.drawn.items():
            if field.marked and name not in self.errors and said.get(name) in (None, ""):
                self.add_error(name, ValidationError(CHOOSE[name], code="blank"))
        status, reason = said.get("status"), said.get("reason")
        if status and {"status", "reason"}.isdisjoint(self.errors) and self._steps(status, reason):
            for name, sentence in wrong_status(self.ticket, status, reason).items():
                self.add_error(name, sentence)
        return said

    def _steps(self, status: Status, reason: StatusReason | None) -> bool:
        return (status, reason) != (self.ticket.status, self.ticket.reason)

    @property
    def sent(self) -> dict[str, Any]:
        """What its page would send if nobody wrote anything; bound to it, a form has its blanks."""
        return {key: value for name in self.drawn for key, value in self._sent(name).items()}

    # --- what the page shows ---------------------------------------------------------------------

    @property
    def blanks(self) -> list[BoundField]:
        """The required fields that are blank, in the order of the form."""
        return [self[name] for name in self.drawn if self.has_error(name, "blank")]

    @property
    def wrongs(self) -> list[BoundField]:
        """The others that cannot be saved so."""
        blank = {field.name for field in self.blanks}
        return [self[name] for name in self.drawn if name in self.errors and name not in blank]

    @property
    def held(self) -> list[BoundField]:
        """Those that this person and another changed."""
        return [self[name] for name, field in self.drawn.items() if field.holds is not None]

    @cached_property
    def priorities(self) -> dict[str, str]:
        """The matrix, for the page: `impact-urgency` and what people read."""
        rules = PriorityRule.objects.values_list("impact", "urgency", "priority")
        return {f"{impact}-{urgency}": str(Priority(row).label) for impact, urgency, row in rules}

    @property
    def priority(self) -> str:
        """What the matrix says of the chosen impact and urgency."""
        chosen = [self[name].value() for name in ("impact", "urgency")]
        return self.priorities.get("-".join("" if one is None else str(one) for one in chosen), "")

    def _sign(self, name: str, value: Any) -> str:
        text = "\n".join(map(str, _parts(self.drawn[name].prepare_value(value))))
        return sha256(text.replace("\r\n", "\n").encode()).hexdigest()[:8]

    def _sent(self, name: str) -> dict[str, Any]:
        """The field as its page would send it back."""
        parts = _parts(self.drawn[name].prepare_value(self.initial[name]))
        return dict(zip((name, f"{name}_text"), parts, strict=False))


def fields_of(ticket: Ticket) -> dict[str, Shaped]:
    """What can be filled in, with what this ticket's company can choose."""
    company = ticket.company
    looked_up = {
        name: LookupField(lookup, company, now=getattr(ticket, name))
        for name, lookup in LOOKUPS.items()
    }
    groups = AssignmentGroup.objects.open_to(company.pk)
    sites = Site.objects.filter(company=company, retired_at=None)
    return looked_up | {
        "summary": LineField(max_length=SUMMARY_CHARACTERS, required=False),
        "description": TextField(),
        "impact": ScaleField(Impact),
        "urgency": ScaleField(Urgency),
        "site": PickField(sites, now=ticket.site, key="name"),  # Once in a company.
        "group": PickField(groups, now=ticket.group),
        "service": PickField(Service.objects.open_to(company.pk), now=ticket.service),
        "due_at": MomentField(now=ticket.due_at),
        "resolution": TextField(),
    }


def step_fields_of(ticket: Ticket) -> dict[str, Shaped]:
    """Where it can go from here, and why."""
    reasons = StatusReason.objects.active().filter(kind=ticket.kind).prefetch_related("statuses")
    return {
        "status": PickField(legal_statuses(ticket), now=ticket.status),
        "reason": ReasonField(reasons.order_by("order", "name", "pk"), now=ticket.reason),
    }


def legal_statuses(ticket: Ticket) -> QuerySet[Status]:
    here = ticket.status.stage
    stages = [here, *Ticket.NEXT.get(here, ())]
    return Status.objects.of(ticket.kind).active().filter(stage__in=stages)


def _says(field: Shaped, written: Any, value: Any) -> bool:
    """Whether what was written is this value, in whatever words."""
    try:
        return bool(field.clean(written) == value)
    except ValidationError:
        return False


def _parts(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, tuple) else (value,)


def _read(text: str) -> dict[str, str]:
    """What a page says that it showed; nothing when somebody wrote it himself."""
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
