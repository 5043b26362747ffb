"""A ticket's life: opened, saved, resolved, cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.exceptions import TicketChangedError, TicketFieldsError, TicketNotOpenError
from tickets.models import (
    ChatOutcome,
    Customer,
    PriorityRule,
    Status,
    StatusReason,
    Ticket,
    TicketNumber,
    TicketTemplate,
    User,
)
from tickets.services.activity import note_step
from tickets.services.fields import EDITABLE, blank_fields, label_of, wrong_fields, wrong_status

BLANK = gettext_lazy("%(field)s is blank.")
#: What changes when a status does.
STEP = ("status", "reason", "resolution", "settled_at", "version", "updated_at")


@transaction.atomic
def open_ticket(
    kind: str,
    *,
    customer: Customer,
    values: Mapping[str, Any],
    source: str,
    by: User | None = None,
    by_name: str = "",
    template: TicketTemplate | None = None,
    outcome: str = ChatOutcome.Outcome.OPENED,
    client_id: str = "",
) -> Ticket:
    """A new ticket of this customer with these values, by the names of EDITABLE.

    Its status is what the outcome says. Raises TicketFieldsError while a required field is blank,
    unless the customer leaves it himself, or a value does not fit.
    """
    usual = ChatOutcome.objects.usual(kind, outcome)
    ticket = Ticket(
        kind=kind,
        customer=customer,
        company=customer.company,
        template=template,
        source=source,
        client_id=client_id,
        opened_by=by,
        status=usual.status,
        reason=usual.reason,
        **{name: value for name, value in values.items() if name in EDITABLE},
    )
    blanks = {} if outcome == ChatOutcome.Outcome.LEFT else _blanks(ticket)
    if wrong := blanks | wrong_fields(ticket, EDITABLE):
        raise TicketFieldsError(wrong)
    ticket.priority = PriorityRule.objects.priority_of(ticket.impact, ticket.urgency)
    ticket.number = TicketNumber.objects.take(kind)
    ticket.note_sought()
    ticket.save(force_insert=True)
    named = {"template": template.name} if template else {}
    note_step(ticket, code="opened", by=by, name=by_name, source=source, **named)
    return ticket


@transaction.atomic
def save_ticket(
    ticket_id: int,
    *,
    by: User,
    version: int,
    values: Mapping[str, Any],
    status: Status | None = None,
    reason: StatusReason | None = None,
) -> Ticket:
    """Change these fields, and the status if one is given. Nothing changed: nothing is noted.

    Raises TicketChangedError when `version` is not the one that holds, TicketNotOpenError when the
    ticket is final, IllegalStepError, TicketFieldsError.
    """
    ticket = Ticket.objects.locked(ticket_id)
    if ticket.version != version:
        raise TicketChangedError(ticket.number, ticket.version)
    if ticket.is_final:
        raise TicketNotOpenError(ticket.number, str(ticket.status))
    changes = _apply(ticket, values)
    wrong = _blanks(ticket) | wrong_fields(ticket, changes)
    if status and (status.pk, reason and reason.pk) != (ticket.status_id, ticket.reason_id):
        changes |= _step(ticket, status, reason, wrong)
    if wrong:
        raise TicketFieldsError(wrong)
    if changes:
        _keep(ticket, changes)
        note_step(ticket, code="changed", by=by, changes=changes)
    return ticket


@transaction.atomic
def resolve_ticket(
    ticket_id: int,
    *,
    outcome: int,
    by: User | None = None,
    by_name: str = "",
    resolution: str | None = None,
    version: int | None = None,
) -> Ticket:
    """Settle a ticket as one of the rows says that chats may write. `outcome` is its key.

    Without a resolution the one that stands there stays. Raises TicketNotOpenError when somebody
    settled it before, TicketChangedError when it is not of the version that was seen, if one was.
    """
    ticket = Ticket.objects.locked(ticket_id)
    if not ticket.is_unsettled:
        raise TicketNotOpenError(ticket.number, str(ticket.status))
    if version is not None and ticket.version != version:
        raise TicketChangedError(ticket.number, ticket.version)
    return _settle(ticket, outcome, ChatOutcome.Outcome.ENDED, by, by_name, resolution)


@transaction.atomic
def cancel_ticket(
    ticket_id: int, *, outcome: int | None = None, by: User | None = None, by_name: str = ""
) -> Ticket:
    """Its chat was abandoned: cancelled as chosen, else as usual. A settled one is left alone."""
    ticket = Ticket.objects.locked(ticket_id)
    if not ticket.is_unsettled:
        return ticket
    return _settle(ticket, outcome, ChatOutcome.Outcome.ABANDONED, by, by_name, None)


def _settle(
    ticket: Ticket,
    outcome: int | None,
    when: str,
    by: User | None,
    by_name: str,
    resolution: str | None,
) -> Ticket:
    rows = ChatOutcome.objects.choices_for(ticket.kind, when)
    row = rows.filter(pk=outcome).first() if outcome else rows.filter(is_usual=True).first()
    if row is None:
        raise TicketFieldsError({"status": _("This cannot be chosen any more. Choose again.")})
    changes = {} if resolution is None else _apply(ticket, {"resolution": resolution})
    before = _named(ticket)
    ticket.move_to(row.status, row.reason)
    ticket.version += 1
    ticket.updated_at = timezone.now()
    ticket.save(update_fields=STEP)
    changes |= _real({name: [before[name], now] for name, now in _named(ticket).items()})
    note_step(ticket, code=row.status.stage, by=by, name=by_name, changes=changes)
    return ticket


def _apply(ticket: Ticket, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Set what differs. By field: what it was and what it is, as people read it."""
    changes = {}
    for name in EDITABLE:
        if name in values and getattr(ticket, name) != values[name]:
            before = shown(ticket, name)
            setattr(ticket, name, values[name])
            changes[name] = [before, shown(ticket, name)]
    if changes.keys() & {"impact", "urgency"}:
        before = shown(ticket, "priority")
        ticket.priority = PriorityRule.objects.priority_of(ticket.impact, ticket.urgency)
        changes |= _real({"priority": [before, shown(ticket, "priority")]})
    return changes


def _step(
    ticket: Ticket, status: Status, reason: StatusReason | None, wrong: dict[str, str]
) -> dict[str, list[str]]:
    before = _named(ticket)
    problems = wrong_status(ticket, status, reason)
    wrong.update(problems)
    if not problems:
        ticket.move_to(status, reason)
    return _real({name: [before[name], now] for name, now in _named(ticket).items()})


def _keep(ticket: Ticket, changes: Mapping[str, Any]) -> None:
    ticket.version += 1
    ticket.updated_at = timezone.now()
    ticket.note_sought()
    stamps = ["version", "updated_at", "settled_at", "sought"]
    ticket.save(update_fields=[*changes, *stamps])


def _blanks(ticket: Ticket) -> dict[str, str]:
    values = {name: getattr(ticket, name) for name in EDITABLE}
    blank = blank_fields(ticket.kind, ticket.template, values)
    return {name: str(BLANK) % {"field": label_of(name)} for name in blank}


def _named(ticket: Ticket) -> dict[str, str]:
    return {"status": str(ticket.status), "reason": str(ticket.reason or "")}


def _real(changes: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: pair for name, pair in changes.items() if pair[0] != pair[1]}


def shown(ticket: Ticket, name: str) -> str:
    """A field's value as people read it; long texts only say that they are there."""
    value = getattr(ticket, name)
    if value is None or value == "":
        return ""
    if name in {"description", "resolution"}:
        return "…"
    if isinstance(value, datetime):
        return value.isoformat()
    display = getattr(ticket, f"get_{name}_display", None)
    return str(display() if display else value)
