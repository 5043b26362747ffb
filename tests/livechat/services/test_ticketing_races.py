"""Tickets of chats under races, on PostgreSQL with real connections: nothing is half done."""

import io
import random
import time
from functools import partial

import pytest
from django.utils import timezone

from livechat.invariants import wrongs
from livechat.models import Agent, Chat, Draft, Sender
from livechat.services.assignment import accept_chat
from livechat.services.closing import abandon_chat, cancel_chat, end_chat
from livechat.services.conversation import attach_file, post_messages
from livechat.services.intake import start_chat
from livechat.services.ticketing import open_ticket_for
from tests.factories import AgentFactory, CustomerFactory, QueueFactory, seeded_statuses
from tests.livechat.services.racing import at_once
from tickets.exceptions import TicketNotOpenError
from tickets.models import Activity, ChatOutcome, Ticket
from tickets.services.activity import add_work_note
from tickets.services.files import Upload
from tickets.services.lifecycle import resolve_ticket

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

ROUNDS = 12


@pytest.fixture(autouse=True)
def seeds():
    seeded_statuses()


@pytest.fixture
def queue():
    return QueueFactory(is_default=True)


def taken(queue, agent, number):
    customer = CustomerFactory(company=queue.company)
    chat, _made = start_chat(customer.pk, client_id=f"race-{number:06}", question="Why?")
    return accept_chat(chat.pk, by=agent.pk)


def attach(chat, client_id):
    return attach_file(
        Upload("a.txt", "text/plain", 5, io.BytesIO(b"Hello")),
        chat=chat.public_id,
        sender=Sender("c", chat.customer_id, "Ada"),
        by=chat.customer,
        client_id=client_id,
    )


def after(seconds, work, *given, **named):
    time.sleep(seconds)
    return work(*given, **named)


def usual(when="ended"):
    return ChatOutcome.objects.usual("incident", when).pk


def late_lines(ticket):
    return Activity.objects.filter(ticket=ticket, code="transcript").count()


def test_two_clicks_make_one_ticket(queue):
    agent = AgentFactory(queues=[queue])
    chats = [taken(queue, agent, number) for number in range(ROUNDS)]

    for chat in chats:
        click = partial(open_ticket_for, chat.pk, by=agent.pk, kind="incident")
        first, second, third = at_once([click] * 3)
        assert first == second == third

    assert Ticket.objects.count() == ROUNDS
    assert list(wrongs(timezone.now())) == []


def test_ended_with_resolve_while_the_ticket_is_settled_elsewhere_one_wins_and_nothing_is_half_done(
    queue,
):
    agent = AgentFactory(queues=[queue])
    won = 0
    for number in range(ROUNDS):
        chat = taken(queue, agent, number)
        ticket = open_ticket_for(chat.pk, by=agent.pk, kind="incident")
        works = [
            partial(end_chat, chat.pk, by=agent.pk, outcome=usual(), resolution="In the chat"),
            partial(resolve_ticket, ticket.pk, outcome=usual(), resolution="On its page"),
        ]
        ended, _elsewhere = results = at_once(works)
        refused = [each for each in results if isinstance(each, TicketNotOpenError)]
        chat, ticket = Chat.objects.get(pk=chat.pk), Ticket.objects.get(pk=ticket.pk)
        assert len(refused) == 1
        assert ticket.activities.filter(code="resolved").count() == 1
        if ended in refused:
            assert (chat.status, ticket.resolution) == ("assigned", "On its page")
            assert late_lines(ticket) == 0
            end_chat(chat.pk, by=agent.pk)
        else:
            won += 1
            assert (chat.status, ticket.resolution) == ("ended", "In the chat")
        assert late_lines(ticket) == 1

    assert Agent.objects.get(pk=agent.pk).open_chats == 0
    assert list(wrongs(timezone.now())) == []


def test_a_file_and_the_ticket_at_once_come_together(queue, file_storage):
    """Whichever comes first: a file is checked for longer than a ticket takes to make."""
    agent = AgentFactory(queues=[queue])
    noted = 0
    for number in range(ROUNDS):
        chat = taken(queue, agent, number)
        works = [
            partial(attach, chat, "file-0001"),
            partial(after, number * 0.004, open_ticket_for, chat.pk, by=agent.pk, kind="incident"),
            partial(attach, chat, "file-0002"),
        ]
        at_once(works)
        ticket = Chat.objects.get(pk=chat.pk).ticket
        assert ticket.files.count() == 2
        noted += ticket.activities.filter(code="file_added").count()

    assert list(wrongs(timezone.now())) == []
    assert 0 < noted < ROUNDS * 2


def test_a_file_waits_for_who_holds_the_ticket_and_both_are_done(queue, file_storage):
    agent = AgentFactory(queues=[queue])
    for number in range(ROUNDS):
        chat = taken(queue, agent, number)
        ticket = open_ticket_for(chat.pk, by=agent.pk, kind="incident")
        works = [
            partial(attach, chat, "file-0001"),
            partial(end_chat, chat.pk, by=agent.pk, outcome=usual()),
            partial(add_work_note, ticket.pk, body="Look", by=agent.user),
        ]
        random.shuffle(works)
        at_once(works)

    assert list(wrongs(timezone.now())) == []


def test_a_ticket_and_the_end_at_once_leave_both_or_a_chat_without(queue):
    agent = AgentFactory(queues=[queue])
    for number in range(ROUNDS):
        chat = taken(queue, agent, number)
        at_once(
            [
                partial(open_ticket_for, chat.pk, by=agent.pk, kind="incident"),
                partial(abandon_chat, chat.pk, by=agent.pk),
            ]
        )

    assert list(wrongs(timezone.now())) == []


def test_everything_at_once_locks_in_one_order_and_nothing_is_lost(queue):
    """Chats, then tickets, then agents: no deadlock, which at_once would raise."""
    agents = [AgentFactory(queues=[queue], online=True) for _ in range(2)]
    for number in range(ROUNDS):
        owner = agents[number % 2]
        chat = taken(queue, owner, number)
        ticket = open_ticket_for(chat.pk, by=owner.pk, kind="incident")
        line = Draft(chat.public_id, Sender("c", chat.customer_id, "Ann"), "late", "reply", "Oh")
        works = [
            partial(end_chat, chat.pk, by=owner.pk, outcome=usual()),
            partial(abandon_chat, chat.pk, by=owner.pk),
            partial(cancel_chat, chat.pk),
            partial(post_messages, [line]),
            partial(resolve_ticket, ticket.pk, outcome=usual()),
            partial(add_work_note, ticket.pk, body="Look", by=owner.user),
        ]
        random.shuffle(works)
        at_once(works)
        closed = Chat.objects.get(pk=chat.pk)
        assert closed.status in {"ended", "abandoned"}
        assert late_lines(ticket) == 1

    assert list(wrongs(timezone.now())) == []
