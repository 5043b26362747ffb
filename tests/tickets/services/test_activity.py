"""Comments are for the customer too, work notes never."""

import pytest
from django.db import IntegrityError, transaction

from tests.factories import TicketFactory, UserFactory
from tickets.exceptions import BadTextError, ClientIdReusedError
from tickets.models import Activity, Ticket
from tickets.services.activity import (
    add_comment,
    add_own_comment,
    add_work_note,
    record_activity,
)
from tickets.signals import ticket_changed

pytestmark = pytest.mark.django_db


def test_a_comment_is_read_by_the_customer_and_a_work_note_is_not():
    ticket = TicketFactory()
    add_comment(ticket.pk, body="It is being looked at.", by=UserFactory())
    add_comment(ticket.pk, body="Thank you.", by=ticket.customer)
    add_work_note(ticket.pk, body="Old profile again.", by=UserFactory())

    said = Activity.objects.filter(ticket=ticket).for_customers()

    assert [each.body for each in said.order_by("pk")] == ["It is being looked at.", "Thank you."]


@pytest.mark.parametrize("body", ["", " \n", "a\x00b", "\ud800", "x" * 8_001])
def test_what_cannot_be_stored_is_refused(body):
    ticket = TicketFactory()

    with pytest.raises(BadTextError):
        add_comment(ticket.pk, body=body, by=UserFactory())

    assert Activity.objects.filter(ticket=ticket).count() == 1


def test_the_apps_above_hear_of_everything():
    ticket, user = TicketFactory(), UserFactory()
    heard = []

    def hear(sender, ticket, change, by, **_):
        heard.append((ticket.pk, change, by))

    ticket_changed.connect(hear, sender=Ticket)
    try:
        add_work_note(ticket.pk, body="Old profile again.", by=user)
        record_activity(ticket.pk, code="article_shared", by=user, article="KB-1182")
    finally:
        ticket_changed.disconnect(hear, sender=Ticket)

    assert heard == [(ticket.pk, "work_note", user), (ticket.pk, "article_shared", user)]


def own_comment(ticket, body="Thank you.", client_id="client-1"):
    return add_own_comment(ticket.pk, client_id=client_id, body=body, by=ticket.customer)


def test_a_customer_who_repeats_himself_is_answered_as_before():
    ticket = TicketFactory()
    first, made = own_comment(ticket)
    changed_at = Ticket.objects.get(pk=ticket.pk).updated_at

    again = own_comment(ticket)

    assert made
    assert again == (first, False)
    assert Activity.objects.filter(ticket=ticket).for_customers().get() == first
    assert Ticket.objects.get(pk=ticket.pk).updated_at == changed_at


def test_another_text_under_the_same_client_id_is_refused():
    ticket = TicketFactory()
    own_comment(ticket)

    with pytest.raises(ClientIdReusedError):
        own_comment(ticket, body="No, wait.")

    assert Activity.objects.filter(ticket=ticket).for_customers().get().body == "Thank you."


def test_the_same_client_id_may_stand_on_another_ticket():
    ticket = TicketFactory()
    another = TicketFactory(customer=ticket.customer)

    assert own_comment(ticket)[1]
    assert own_comment(another)[1]


def test_the_database_keeps_a_client_id_once_and_any_number_without_one():
    ticket = TicketFactory()
    comment, _made = own_comment(ticket)
    values = {"ticket": ticket, "kind": "comment", "body": "a", "customer": ticket.customer}
    Activity.objects.create(**values)
    Activity.objects.create(**values)

    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.create(**values, client_id=comment.client_id)
