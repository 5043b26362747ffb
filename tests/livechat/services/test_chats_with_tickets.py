"""What becomes of a chat's ticket when the chat is over, whoever closes it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from livechat.exceptions import NoTicketError
from livechat.models import Agent, Chat, ChatSettings
from livechat.services.assignment import accept_chat, transfer_to_agent, transfer_to_queue
from livechat.services.closing import abandon_chat, cancel_chat, close_left_chat, end_chat
from livechat.services.ticketing import open_ticket_for
from tests.factories import AgentFactory, ChatFactory, MessageFactory, TicketFactory
from tickets.exceptions import TicketFieldsError, TicketNotOpenError
from tickets.models import Activity, ChatOutcome, Ticket
from tickets.services.lifecycle import resolve_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def chat():
    made = ChatFactory(assigned=True)
    made.agent.user.companies.add(made.queue.company)
    open_ticket_for(made.pk, by=made.agent_id, kind="incident")
    made.refresh_from_db()
    return made


def outcome(status, reason, when="ended", kind="incident"):
    return ChatOutcome.objects.get(
        kind=kind, outcome=when, status__name=status, reason__name=reason
    ).pk


def usual(kind="incident"):
    return ChatOutcome.objects.usual(kind, "ended").pk


def ticket_of(chat):
    return Ticket.objects.select_related("status", "reason").get(pk=chat.ticket_id)


def late_lines(chat):
    found = Activity.objects.filter(ticket=chat.ticket_id, code="transcript")
    return [entry.data["text"] for entry in found.order_by("pk")]


# --- ended ---------------------------------------------------------------------------------------


def test_ended_with_an_outcome_the_ticket_is_resolved(chat):
    chosen = outcome("Closed", "No longer a Causal CI")

    end_chat(chat.pk, by=chat.agent_id, outcome=chosen, resolution="New profile.")

    ticket = ticket_of(chat)
    assert (ticket.status.name, ticket.reason.name) == ("Closed", "No longer a Causal CI")
    assert ticket.resolution == "New profile."
    assert Chat.objects.get(pk=chat.pk).status == "ended"
    step = Activity.objects.filter(ticket=ticket, code="closed").get()
    assert (step.author, step.author_name) == (chat.agent.user, chat.agent_name)


def test_ended_without_one_the_ticket_stays_as_it_is(chat):
    end_chat(chat.pk, by=chat.agent_id)

    assert ticket_of(chat).status.name == "In Progress"


def test_when_the_ticket_cannot_be_resolved_the_chat_goes_on(chat, published):
    resolve_ticket(chat.ticket_id, outcome=usual())
    published.clear()

    with pytest.raises(TicketNotOpenError, match="is Resolved already"):
        end_chat(chat.pk, by=chat.agent_id, outcome=usual())

    chat.refresh_from_db()
    assert (chat.status, chat.agent.open_chats) == ("assigned", 1)
    assert not published
    assert late_lines(chat) == []


@pytest.mark.parametrize("chosen", ["of another kind", "for another moment", "unheard of"])
def test_an_outcome_that_is_none_of_its_is_refused_and_the_chat_goes_on(chat, chosen):
    wrong = {
        "of another kind": usual("work_order"),
        "for another moment": ChatOutcome.objects.usual("incident", "abandoned").pk,
    }

    with pytest.raises(TicketFieldsError):
        end_chat(chat.pk, by=chat.agent_id, outcome=wrong.get(chosen, 10**9))

    assert Chat.objects.get(pk=chat.pk).status == "assigned"
    assert ticket_of(chat).status.name == "In Progress"


def test_a_chat_without_a_ticket_has_none_to_resolve():
    chat = ChatFactory(assigned=True)

    with pytest.raises(NoTicketError):
        end_chat(chat.pk, by=chat.agent_id, outcome=usual())


def test_ending_once_more_resolves_nothing(chat):
    end_chat(chat.pk, by=chat.agent_id)

    end_chat(chat.pk, by=chat.agent_id, outcome=usual())

    assert ticket_of(chat).status.name == "In Progress"


# --- abandoned -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("incident", "No Further Action Required"), ("work_order", "Cancelled by Requester")],
)
def test_abandoned_the_ticket_is_cancelled_as_usual(kind, reason):
    chat = ChatFactory(assigned=True)
    ticket = open_ticket_for(chat.pk, by=chat.agent_id, kind=kind)

    abandon_chat(chat.pk, by=chat.agent_id)

    ticket.refresh_from_db()
    assert (ticket.status.stage, ticket.reason.name) == ("cancelled", reason)


def test_or_as_chosen(chat):
    chosen = outcome("Cancelled", "No longer a Causal CI", when="abandoned")

    abandon_chat(chat.pk, by=chat.agent_id, outcome=chosen)

    assert ticket_of(chat).reason.name == "No longer a Causal CI"


def test_a_settled_ticket_is_left_alone(chat):
    resolve_ticket(chat.ticket_id, outcome=usual())

    abandon_chat(chat.pk, by=chat.agent_id)

    assert ticket_of(chat).status.name == "Resolved"
    assert Chat.objects.get(pk=chat.pk).status == "abandoned"


def test_an_outcome_that_cannot_be_chosen_keeps_the_chat(chat):
    with pytest.raises(TicketFieldsError):
        abandon_chat(chat.pk, by=chat.agent_id, outcome=usual())

    assert Chat.objects.get(pk=chat.pk).status == "assigned"


# --- cancelled, and closed by the clock ----------------------------------------------------------


def test_a_chat_that_its_customer_cancels_leaves_the_ticket_open(chat):
    by_clock(chat)

    assert Chat.objects.get(pk=chat.pk).status == "ended"
    assert ticket_of(chat).status.name == "In Progress"


# --- what was said after the ticket was made -----------------------------------------------------


def by_agent(chat):
    end_chat(chat.pk, by=chat.agent_id)


def by_abandoning(chat):
    abandon_chat(chat.pk, by=chat.agent_id)


def by_clock(chat):
    ChatSettings.objects.update(cancelled_closed_after_minutes=1)
    cancel_chat(chat.pk)
    Chat.objects.filter(pk=chat.pk).update(left_at=timezone.now() - timedelta(minutes=1))
    close_left_chat(chat.pk)


def by_customer(chat):
    transfer_to_queue(chat.pk, by=chat.agent_id, to=chat.queue_id)
    cancel_chat(chat.pk)


@pytest.mark.parametrize("close", [by_agent, by_abandoning, by_clock, by_customer])
def test_it_is_added_to_the_activity_once_whoever_closes_the_chat(chat, close):
    MessageFactory(chat=chat, body="One more thing.")
    MessageFactory(chat=chat, kind="note", body="Not for tickets.")

    close(chat)
    by_agent_again = Chat.objects.get(pk=chat.pk)

    [text] = late_lines(chat)
    assert "Ada Byron: One more thing." in text
    assert "The printer on floor 3" not in text
    assert "Not for tickets" not in text
    assert by_agent_again.ticketed_seq == by_agent_again.last_seq


def test_the_description_stays_as_it_was(chat):
    before = ticket_of(chat).description
    MessageFactory(chat=chat, body="One more thing.")

    end_chat(chat.pk, by=chat.agent_id)

    assert ticket_of(chat).description == before


def test_a_chat_without_a_ticket_adds_nothing():
    other = TicketFactory()
    chat = ChatFactory(assigned=True)

    end_chat(chat.pk, by=chat.agent_id)

    assert not Activity.objects.filter(code="transcript").exists()
    assert other.activities.count() == 1


# --- handed on -----------------------------------------------------------------------------------


def test_the_ticket_stays_with_a_chat_that_is_handed_on_and_the_next_agent_resolves_it(chat):
    colleague = AgentFactory(queues=[chat.queue], online=True)
    transfer_to_agent(chat.pk, by=chat.agent_id, to=colleague.pk)
    accept_chat(chat.pk, by=colleague.pk)

    end_chat(chat.pk, by=colleague.pk, outcome=usual())

    assert ticket_of(chat).status.name == "Resolved"
    assert Agent.objects.get(pk=colleague.pk).open_chats == 0
