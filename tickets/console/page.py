"""One ticket, as its pages show it."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone

from tickets.console.activity import activity_of
from tickets.console.forms import SettleForm
from tickets.forms import TicketForm
from tickets.forms.ticket import legal_statuses
from tickets.models import ChatOutcome, Stage, Ticket, User
from tickets.models.activity import BODY_CHARACTERS


def visible_ticket(user: User, public_id: str) -> Ticket:
    """The ticket with all that its pages show, or 404."""
    tickets = Ticket.objects.visible_to(user).with_pages_data()
    return get_object_or_404(tickets, public_id=public_id)


def page_of(ticket: Ticket) -> dict[str, Any]:
    """What the page expects to read a ticket."""
    opened_again = ticket.status.stage == Stage.RESOLVED
    statuses = legal_statuses(ticket).filter(stage=Stage.OPEN) if opened_again else []
    return {
        **activity_of(ticket),
        **files_of(ticket),
        "settle": SettleForm(outcomes_of(ticket)) if ticket.is_unsettled else None,
        "statuses": list(statuses),
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


def outcomes_of(ticket: Ticket) -> list[ChatOutcome]:
    """How it can be resolved: what chats may write when they end."""
    rows = ChatOutcome.objects.choices_for(ticket.kind, ChatOutcome.Outcome.ENDED)
    return list(rows)
