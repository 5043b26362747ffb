"""A chat ended or abandoned in the console, and what becomes of its ticket."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from livechat.models import Chat
from livechat.services.ticketing import open_ticket_for
from tests.factories import ChatFactory, TicketFactory
from tickets.models import ChatOutcome, Ticket

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Parley-Fragment": "1"}


@pytest.fixture
def chat() -> Chat:
    made: Chat = ChatFactory(assigned=True)
    made.agent.user.companies.add(made.queue.company)
    return made


def signed_in(chat: Chat) -> Client:
    client = Client()
    client.force_login(chat.agent.user)
    return client


def page(chat: Chat) -> str:
    address = reverse("console:chat", args=[chat.public_id])
    return signed_in(chat).get(address, headers=FRAGMENT).text


def post(chat: Chat, name: str, **data: str) -> Any:
    address = reverse(f"console:{name}", args=[chat.public_id])
    return signed_in(chat).post(address, data, headers=FRAGMENT)


def ticket_of(chat: Chat) -> Ticket | None:
    return Chat.objects.select_related("ticket__status", "ticket__reason").get(pk=chat.pk).ticket


def chosen(kind: str, when: str, status: str, reason: str) -> tuple[str, str]:
    rows = ChatOutcome.objects.filter(kind=kind, outcome=when, status__name=status)
    row = rows.select_related("status", "reason").get(reason__name=reason)
    assert row.reason
    return row.status.public_id, row.reason.public_id


def test_the_end_offers_what_the_administrator_lets_chats_write(chat: Chat) -> None:
    open_ticket_for(chat.pk, by=chat.agent_id, kind="work_order")

    shown = page(chat)

    assert "Resolve and end" in shown
    for name in ("Completed", "Successful", "Cancelled by Support", "Cancelled by Requester"):
        assert f">{name}</option>" in shown
    assert "No longer a Causal CI" not in shown


def test_resolved_and_ended_in_one(chat: Chat) -> None:
    open_ticket_for(chat.pk, by=chat.agent_id, kind="incident")
    status, reason = chosen("incident", "ended", "Closed", "No longer a Causal CI")

    answer = post(chat, "end", answer="resolve", status=status, reason=reason)

    assert answer.status_code == 204
    made = ticket_of(chat)
    assert made
    assert made.reason
    assert (made.status.name, made.reason.name) == ("Closed", "No longer a Causal CI")
    assert Chat.objects.get(pk=chat.pk).status == "ended"


def test_ended_without_resolving(chat: Chat) -> None:
    open_ticket_for(chat.pk, by=chat.agent_id, kind="incident")
    status, reason = chosen("incident", "ended", "Closed", "No longer a Causal CI")

    post(chat, "end", answer="end", status=status, reason=reason)

    made = ticket_of(chat)
    assert made
    assert made.status.name == "In Progress"


@pytest.mark.parametrize("wrong", ["pair", "status", "nothing", "text"])
def test_what_cannot_be_chosen_is_refused_and_the_chat_goes_on(chat: Chat, wrong: str) -> None:
    open_ticket_for(chat.pk, by=chat.agent_id, kind="work_order")
    completed = chosen("work_order", "ended", "Completed", "Successful")
    cancelled = chosen("work_order", "ended", "Cancelled", "Cancelled by Support")
    said = {
        "pair": (completed[0], cancelled[1]),
        "status": ("unheard-of", completed[1]),
        "nothing": ("", ""),
        "text": ("\0", "x" * 99),
    }
    status, reason = said[wrong]

    answer = post(chat, "end", answer="resolve", status=status, reason=reason)

    assert answer.status_code == 409
    assert Chat.objects.get(pk=chat.pk).status == "assigned"


def test_resolving_without_a_ticket_is_refused(chat: Chat) -> None:
    status, reason = chosen("incident", "ended", "Closed", "No longer a Causal CI")

    answer = post(chat, "end", answer="resolve", status=status, reason=reason)

    assert answer.status_code == 409
    assert Chat.objects.get(pk=chat.pk).status == "assigned"


def test_abandoned_with_a_chosen_reason(chat: Chat) -> None:
    open_ticket_for(chat.pk, by=chat.agent_id, kind="work_order")
    ending = ".".join(chosen("work_order", "abandoned", "Cancelled", "Cancelled by Support"))

    assert post(chat, "abandon", ending=ending).status_code == 204

    made = ticket_of(chat)
    assert made
    assert made.reason
    assert made.reason.name == "Cancelled by Support"


def test_a_reason_that_is_none_abandons_nothing(chat: Chat) -> None:
    open_ticket_for(chat.pk, by=chat.agent_id, kind="work_order")

    assert post(chat, "abandon", ending="a.b").status_code == 409
    assert Chat.objects.get(pk=chat.pk).status == "assigned"


def test_a_settled_ticket_is_named_and_nothing_is_to_be_chosen(chat: Chat) -> None:
    ticket = TicketFactory(customer=chat.customer, status="Resolved")
    Chat.objects.filter(pk=chat.pk).update(ticket=ticket)

    shown = page(chat)

    assert "Resolve and end" not in shown
    assert ticket.number in shown
