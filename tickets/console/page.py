"""One ticket, as its pages show it."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django.utils import timezone

from tickets.console.activity import activity_of
from tickets.console.forms import ReopenForm, SettleForm, Standing
from tickets.forms import TicketForm
from tickets.forms.ticket import legal_statuses
from tickets.models import ChatOutcome, Stage, StatusReason, Ticket, User
from tickets.models.activity import BODY_CHARACTERS


def visible_ticket(user: User, public_id: str) -> Ticket:
    """The ticket with all that its pages show, or 404."""
    tickets = Ticket.objects.visible_to(user).with_pages_data()
    return get_object_or_404(tickets, public_id=public_id)


def page_of(ticket: Ticket) -> dict[str, Any]:
    """What the page expects to read a ticket."""
    return {
        **activity_of(ticket),
        **files_of(ticket),
        "settle": SettleForm(outcomes_of(ticket)) if ticket.is_unsettled else None,
        "reopen": ReopenForm(ways_back_of(ticket)) if is_resolved(ticket) else None,
        "now": timezone.now(),
        "body_characters": BODY_CHARACTERS,
    }


def files_of(ticket: Ticket) -> dict[str, Any]:
    """What the partial of its files expects, in the order in which they came."""
    return {"ticket": ticket, "files": [row.file for row in ticket.files.with_page_data()]}


def editing_of(form: TicketForm, *, changed: bool = False) -> dict[str, Any]:
    """What it expects to edit one. `changed`: somebody else saved it meanwhile."""
    last = form.ticket.activities.filter(kind="step").latest_first().first() if changed else None
    activity = activity_of(form.ticket)
    return {**activity, "form": form, "changed": last, "body_characters": BODY_CHARACTERS}


def is_resolved(ticket: Ticket) -> bool:
    return ticket.status.stage == Stage.RESOLVED


def ways_back_of(ticket: Ticket) -> list[Standing]:
    """As what a resolved one can be opened again: with each reason that goes with a status."""
    reasons = Prefetch("reasons", StatusReason.objects.active())
    rows: list[Standing] = []
    for status in legal_statuses(ticket).filter(stage=Stage.OPEN).prefetch_related(reasons):
        with_reasons = [Standing(status, reason) for reason in status.reasons.all()]
        rows += with_reasons or [Standing(status, None)]
    return rows


def outcomes_of(ticket: Ticket) -> list[ChatOutcome]:
    """How it can be resolved: what chats may write when they end."""
    rows = ChatOutcome.objects.choices_for(ticket.kind, ChatOutcome.Outcome.ENDED)
    return list(rows)
