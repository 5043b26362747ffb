"""Tickets made in bulk are as if people had made them."""

import pytest
from django.core.management import call_command

from tests.factories import CustomerFactory, TicketFactory
from tickets.models import Activity, Ticket

pytestmark = pytest.mark.django_db


def test_they_are_believable_and_found(capsys):
    call_command("make_tickets", 30)

    assert Ticket.objects.count() == Activity.objects.count() == 30
    assert len(set(Ticket.objects.values_list("number", flat=True))) == 30
    one = Ticket.objects.select_related("customer", "status").latest("created_at")
    assert one in Ticket.objects.search(one.number)
    assert (one.settled_at is None) is one.is_unsettled
    assert "30 tickets made" in capsys.readouterr().out


def test_those_who_are_there_are_used_and_numbers_go_on():
    customer = CustomerFactory()

    call_command("make_tickets", 5)

    assert set(Ticket.objects.values_list("customer", flat=True)) == {customer.pk}
    assert TicketFactory(customer=customer).number not in Ticket.objects.exclude(
        pk=Ticket.objects.latest("pk").pk
    ).values_list("number", flat=True)
