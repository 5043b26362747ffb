"""A chat becomes a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from livechat.exceptions import TemplateNotOfferedError
from livechat.models import Chat, Draft
from livechat.services.articles import hand_in_articles
from livechat.services.ownership import say
from livechat.services.transcript import transcript_of
from tickets.models import Kind, Ticket, TicketTemplate, User
from tickets.models.tickets import SUMMARY_CHARACTERS
from tickets.services.fields import blank_fields, wrong_fields
from tickets.services.files import link_files
from tickets.services.lifecycle import open_ticket

LINKED = ("ticket", "ticketed_seq", "version", "updated_at")


class Proposal(NamedTuple):
    """What a ticket of this chat would say, and which required fields nothing fills in."""

    values: dict[str, Any]
    blank: list[str]


@transaction.atomic
def open_ticket_for(
    chat_id: int,
    *,
    by: int,
    kind: str,
    template: int | None = None,
    values: Mapping[str, Any] | None = None,
) -> Ticket:
    """The ticket of the chat of agent `by`: the one it has, or a new one.

    What is known is filled in, a template's presets come before it and `values` before both. The
    transcript follows whatever the description says; the chat's files and articles are the ticket's
    too.
    Raises TicketFieldsError while a required field is blank, TemplateNotOfferedError.
    """
    chat = Chat.objects.locked(chat_id)
    chat.require_owner(by)
    if chat.ticket:
        return chat.ticket
    assert chat.agent is not None  # chat_agent_matches_status
    chosen = offered_template(chat, kind, template) if template else None
    known = proposal_for(chat, kind=kind, template=chosen).values
    said = {**known, **(values or {})}
    ticket = open_ticket(
        kind,
        customer=chat.customer,
        values={**said, "description": with_transcript(said.get("description") or "", chat)},
        source=Ticket.Source.CHAT,
        by=chat.agent.user,
        by_name=chat.agent_name,
        template=chosen,
    )
    link_files(ticket, files=list(chat.files.values_list("file", flat=True)))
    _link(chat, ticket)
    return ticket


def offered_template(chat: Chat, kind: str, template: int) -> TicketTemplate:
    """The template, if this chat is offered it for this kind of ticket now."""
    offered = chat.queue.templates_for(chat.customer.company_id, timezone.now())
    found = offered.with_presets().filter(pk=template).first()
    if found is None or kind not in found.kinds:
        raise TemplateNotOfferedError
    return found


def proposal_for(chat: Chat, *, kind: str, template: TicketTemplate | None = None) -> Proposal:
    """What is filled in by itself. What does not fit (any more) is left out, not refused."""
    presets = template.presets if template else {}
    draft = Ticket(kind=kind, company=chat.customer.company, **_known(chat) | presets)
    names = [*_known(chat), *presets]
    for name in wrong_fields(draft, names):
        setattr(draft, name, None)
    draft.assignee = _assignee(chat, draft)
    values = {name: getattr(draft, name) for name in [*names, "assignee"]}
    values = {name: value for name, value in values.items() if value not in (None, "")}
    said = {**values, "description": "…"}  # The transcript is never blank.
    return Proposal(values, blank_fields(kind, template, said))


def with_transcript(description: str, chat: Chat) -> str:
    """What the agent or the template says, and the conversation below it."""
    return "\n\n".join(filter(None, [description, transcript_of(chat)]))


def _known(chat: Chat) -> dict[str, Any]:
    return {
        "summary": chat.subject[:SUMMARY_CHARACTERS],
        "contact": chat.customer,
        "site": chat.customer.site,
        "group": chat.queue.assignment_group,
    }


def _assignee(chat: Chat, draft: Ticket) -> User | None:
    """The chat's agent, if a ticket of this company and group may be his."""
    if chat.agent is None:
        return None
    draft.assignee = chat.agent.user
    return None if wrong_fields(draft, ["assignee"]) else chat.agent.user


def _link(chat: Chat, ticket: Ticket) -> None:
    chat.ticket, chat.ticketed_seq = ticket, chat.last_seq
    chat.version += 1
    chat.updated_at = timezone.now()
    chat.save(update_fields=LINKED)
    hand_in_articles(chat)
    number, kind = ticket.number, Kind(ticket.kind).value
    say(chat, Draft.event(chat, "ticket_linked", number=number, kind=kind, agent=chat.agent_name))
