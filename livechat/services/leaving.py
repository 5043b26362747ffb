"""A customer leaves a ticket when nobody can talk to him."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from livechat.exceptions import ClientIdReusedError, LeavingNotOfferedError, NoQueueError
from livechat.models import Chat, ChatSettings
from livechat.models.chats import SUBJECT_CHARACTERS
from livechat.models.desk import offers_ticket
from livechat.services.articles import hand_in_articles
from livechat.services.closing import close
from livechat.services.intake import check_question, introduce, line_of
from livechat.services.transcript import transcript_of
from tickets.models import AssignmentGroup, ChatOutcome, Company, Customer, Kind, Ticket
from tickets.models.retiring import stays_in_use
from tickets.services.fields import wrong_fields
from tickets.services.files import link_files
from tickets.services.lifecycle import open_ticket


def leave_ticket(
    customer_id: int,
    *,
    client_id: str,
    question: str,
    name: str = "",
    email: str = "",
    topic: str = "",
) -> tuple[Ticket, bool]:
    """The incident of this client id and whether it was made now. The question describes it.

    It goes to the group of the queue in which a chat would wait. Required fields may be blank:
    agents fill them in. Also while chats are taken: who wrote while it was closed is not turned
    away when it opens.

    Raises LeavingNotOfferedError, BadTextError, NoQueueError when the company is gone,
    ClientIdReusedError when the id stood for another question.
    """
    check_question(question)
    if not ChatSettings.objects.current().leave_tickets:
        raise LeavingNotOfferedError
    for _attempt in range(2):
        if before := Ticket.objects.filter(customer=customer_id, client_id=client_id).first():
            return _as_before(before, question), False
        try:
            with transaction.atomic():
                return _leave(customer_id, client_id, question, name, email, topic), True
        except IntegrityError:  # The same request was faster.
            continue
    raise ClientIdReusedError


@transaction.atomic
def leave_ticket_instead(chat_id: int) -> Chat:
    """The customer waits no longer: what he asked and sent is an incident, and the chat is over.

    Again changes nothing. Raises LeavingNotOfferedError while somebody may still come, or when
    somebody has.
    """
    chat = Chat.objects.locked(chat_id)
    if chat.ticket and chat.ticket.source == Ticket.Source.WIDGET:
        return chat
    if not offers_ticket(chat, timezone.now()):
        raise LeavingNotOfferedError
    ticket = _open(chat.customer, chat.subject, transcript_of(chat), chat.queue.assignment_group)
    link_files(ticket, files=list(chat.files.values_list("file", flat=True)))
    chat.ticket, chat.ticketed_seq = ticket, chat.last_seq
    chat.save(update_fields=["ticket", "ticketed_seq"])
    hand_in_articles(chat)
    return close(chat, status=Chat.Status.CANCELLED, code="ticket_left", number=ticket.number)


def _as_before(ticket: Ticket, question: str) -> Ticket:
    """What agents have changed by now is no other question."""
    if ticket.version == 1 and ticket.description != question:
        raise ClientIdReusedError
    return ticket


def _leave(
    customer_id: int, client_id: str, question: str, name: str, email: str, picked: str
) -> Ticket:
    customer = Customer.objects.select_related("company", "site").get(pk=customer_id)
    _topic, queue = line_of(customer, picked, question)
    if not stays_in_use(Company, customer.company_id):
        raise NoQueueError
    introduce(customer, name=name, email=email)
    group = queue.assignment_group if queue else None
    summary = " ".join(question.split())[:SUBJECT_CHARACTERS]
    return _open(customer, summary, question, group, client_id)


def _open(
    customer: Customer,
    summary: str,
    description: str,
    group: AssignmentGroup | None,
    client_id: str = "",
) -> Ticket:
    """What does not fit (any more) is left out, not refused."""
    values: dict[str, Any] = {"contact": customer, "site": customer.site, "group": group}
    draft = Ticket(kind=Kind.INCIDENT, company=customer.company, **values)
    wrong = wrong_fields(draft, values)
    fitting = {name: value for name, value in values.items() if name not in wrong}
    return open_ticket(
        Kind.INCIDENT,
        customer=customer,
        values={**fitting, "summary": summary, "description": description},
        source=Ticket.Source.WIDGET,
        by_name=customer.name,
        outcome=ChatOutcome.Outcome.LEFT,
        client_id=client_id,
    )
