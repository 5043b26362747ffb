"""Two at one ticket at the same moment, on PostgreSQL with real connections."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection, connections

from tests.factories import CustomerFactory, TicketFactory, UserFactory, seeded_statuses
from tickets.exceptions import TicketChangedError, TicketError, TicketNotOpenError
from tickets.models import Activity, ChatOutcome, Ticket
from tickets.services.activity import add_own_comment
from tickets.services.lifecycle import cancel_ticket, open_ticket, resolve_ticket, save_ticket

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(works: list[Callable[[], object]]) -> list[object]:
    """Each in a thread and a connection of its own, let go together; what each gave or refused."""
    barrier = threading.Barrier(len(works))

    def one(work: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            return work()
        except TicketError as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(one, works))


def steps(ticket: Ticket, *codes: str) -> int:
    return Activity.objects.filter(ticket=ticket, code__in=codes).count()


def test_two_agents_resolve_the_same_ticket_and_one_does():
    for _ in range(20):
        ticket = TicketFactory()
        usual = ChatOutcome.objects.usual("incident", "ended").pk
        work = partial(resolve_ticket, ticket.pk, outcome=usual)

        given = at_once([work, work])

        assert {type(each) for each in given} == {Ticket, TicketNotOpenError}
        assert steps(ticket, "resolved") == 1


def test_one_resolves_while_the_other_abandons_and_the_ticket_says_one_of_both():
    for _ in range(20):
        ticket = TicketFactory()
        usual = ChatOutcome.objects.usual("incident", "ended").pk

        at_once(
            [partial(resolve_ticket, ticket.pk, outcome=usual), partial(cancel_ticket, ticket.pk)]
        )

        assert steps(ticket, "resolved", "cancelled") == 1


def test_of_two_who_save_the_same_version_one_is_told_of_the_other():
    user = UserFactory()
    for _ in range(20):
        ticket = TicketFactory()
        works = [
            partial(save_ticket, ticket.pk, by=user, version=1, values={"summary": f"Slow {n}"})
            for n in range(2)
        ]

        given = at_once(works)

        assert {type(each) for each in given} == {Ticket, TicketChangedError}
        assert steps(ticket, "changed") == 1


def test_many_who_open_tickets_get_numbers_of_their_own():
    seeded_statuses()
    customer = CustomerFactory()
    one = partial(
        open_ticket, "incident", customer=customer, values={"summary": "Slow"}, source="chat"
    )

    given = at_once([one] * 12)

    assert len({ticket.number for ticket in given}) == 12


def test_a_comment_that_is_sent_twice_stands_once():
    for _ in range(20):
        ticket = TicketFactory()
        work = partial(
            add_own_comment, ticket.pk, client_id="client-1", body="Hello?", by=ticket.customer
        )

        first, second = at_once([work, work])

        assert first[0] == second[0]
        assert {first[1], second[1]} == {True, False}
