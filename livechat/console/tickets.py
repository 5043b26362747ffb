"""Tickets as an agent sees them beside a chat: the chat's own, its customer's, and new ones."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from livechat.models import Agent, Chat
from livechat.services.ticketing import offered_template, proposal_for
from tickets.models import (
    Asset,
    ChatOutcome,
    Kind,
    ServiceAlert,
    StoredFile,
    Ticket,
    TicketTemplate,
)
from tickets.services.fields import label_of

#: Tabs show so many and say how many there are.
SHOWN = 5
TEMPLATES = 20
#: Long texts are named, not shown, where a template was picked.
TEXTS = frozenset({"description"})
Outcome = ChatOutcome.Outcome


def ticketing_of(chat: Chat, agent: Agent, mode: str) -> dict[str, Any]:
    """What the head, the dialogs and the tabs of a chat say of tickets."""
    may = agent.user.has_perm("tickets.work_on_tickets") and mode in {"mine", "left"}
    ticket = chat.ticket
    unsettled = ticket if may and ticket and ticket.is_unsettled else None
    customers = Ticket.objects.visible_to(agent.user).of_customer(chat.customer)
    return {
        "may": may,
        "can_open": ticket is not None and customers.filter(pk=ticket.pk).exists(),
        "ticket": ticket,
        "endings": endings_of(unsettled, Outcome.ENDED),
        "abandonings": endings_of(unsettled, Outcome.ABANDONED),
    }


def belongings_of(chat: Chat, agent: Agent) -> dict[str, Any]:
    """What the customer has: tickets and assets, the latest, and how many."""
    tickets = Ticket.objects.visible_to(agent.user).of_customer(chat.customer)
    assets = Asset.objects.visible_to(agent.user).in_hand().filter(customer=chat.customer_id)
    newest = tickets.select_related("status").order_by("-created_at", "-pk")
    return {
        "tickets": list(newest[:SHOWN]),
        "ticket_count": tickets.count(),
        "assets": list(assets.order_by("-in_use_since", "tag")[:SHOWN]),
        "asset_count": assets.count(),
    }


def files_of(chat: Chat) -> list[StoredFile]:
    """The chat's files, which its ticket will have."""
    sent = chat.files.select_related("file__user", "file__customer").order_by("pk")
    return [row.file for row in sent]


def endings_of(ticket: Ticket | None, outcome: str) -> dict[str, Any]:
    """What an agent may choose for a ticket with work left: statuses, and reasons of each."""
    if ticket is None:
        return {}
    rows = list(ChatOutcome.objects.choices_for(ticket.kind, outcome))
    return {"statuses": list({row.status_id: row.status for row in rows}.values()), "rows": rows}


def chosen_ending(ticket: Ticket | None, outcome: str, status: str, reason: str) -> int | None:
    """The key of what was chosen by the public ids of a status and its reason; None: nothing."""
    if ticket is None:
        return None
    rows = ChatOutcome.objects.choices_for(ticket.kind, outcome).filter(status__public_id=status)
    of_reason = rows.filter(reason__public_id=reason) if reason else rows.filter(reason=None)
    return of_reason.values_list("pk", flat=True).first()


def resources_of(chat: Chat, agent: Agent, *, text: str, template: str) -> dict[str, Any]:
    """Alerts in effect, templates that are found, and what the picked one would make."""
    now, company = timezone.now(), chat.customer.company_id
    offered = chat.queue.templates_for(company, now).select_related("group")
    found = offered.search(text)
    picked = offered.with_presets().filter(public_id=template).first() if template else None
    alerts = ServiceAlert.objects.in_effect(now).of_company(company).select_related("service")
    return {
        "alerts": list(alerts),
        "text": text,
        "templates": list(found[:TEMPLATES]),
        "template_count": found.count(),
        "picked": picked,
        "presets": shown_presets(chat, picked) if picked else [],
        "blanks": blanks_of(chat, picked) if picked else [],
    }


def shown_presets(chat: Chat, template: TicketTemplate) -> list[tuple[str, str]]:
    """Label and value of what the template fills in, as a ticket of this chat would have it."""
    values = proposal_for(chat, kind=template.kinds[0], template=template).values
    draft = Ticket(**{name: values[name] for name in template.presets if name in values})
    return [(label_of(name), _shown(draft, name)) for name in template.presets if name in values]


def _shown(draft: Ticket, name: str) -> str:
    value = getattr(draft, name)
    if name in TEXTS:
        return "…"
    display = getattr(draft, f"get_{name}_display", None)
    return str(display() if display else value)


def blanks_of(chat: Chat, template: TicketTemplate) -> list[str]:
    """Labels of the required fields that stay blank, for either kind that it is for."""
    names = [
        name
        for kind in template.kinds
        for name in proposal_for(chat, kind=kind, template=template).blank
    ]
    return [label_of(name) for name in dict.fromkeys(names)]


def template_of(chat: Chat, kind: str, public_id: str) -> TicketTemplate | None:
    """The template that a page names; refused when this chat is not offered it."""
    if not public_id:
        return None
    found = TicketTemplate.objects.filter(public_id=public_id.replace("\0", ""))
    return offered_template(chat, kind, found.values_list("pk", flat=True).first() or 0)


def draft_of(chat: Chat, kind: str, template: TicketTemplate | None) -> Ticket:
    """The ticket that this chat would become, not saved; its description is what comes above."""
    values = proposal_for(chat, kind=kind, template=template).values
    customer = chat.customer
    return Ticket(
        kind=Kind(kind),
        customer=customer,
        company=customer.company,
        template=template,
        source=Ticket.Source.CHAT,
        **values,
    )
