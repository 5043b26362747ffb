"""Comments are for the customer too, work notes never."""

import pytest

from tests.factories import TicketFactory, UserFactory
from tickets.exceptions import BadTextError
from tickets.models import Activity, Ticket
from tickets.services.activity import add_comment, add_work_note, record_activity
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
