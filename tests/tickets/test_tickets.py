"""Whose tickets somebody sees, and how they are found."""

import pytest

from tests.factories import (
    CategoryFactory,
    CompanyFactory,
    CustomerFactory,
    ServiceAlertFactory,
    TicketFactory,
    UserFactory,
)
from tickets.models import Category, ServiceAlert, Ticket

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "words",
    ["vpn", "VPN drops", "drop ev", "10 minutes", "ada", "inc", "Byron vpn", "minutes, vpn!"],
)
def test_it_is_found_by_the_beginnings_of_words(words):
    ticket = TicketFactory(summary="VPN drops every 10 minutes")
    TicketFactory(
        summary="Nothing of it", customer=CustomerFactory(name="Lucas Moreau"), kind="work_order"
    )

    assert list(Ticket.objects.search(words)) == [ticket]


def test_it_is_found_by_its_number():
    ticket, _other = TicketFactory(), TicketFactory()

    assert list(Ticket.objects.search(ticket.number)) == [ticket]


@pytest.mark.parametrize("words", ["pn", "rinter", "vpn printer", "...", "' | !x", "%"])
def test_what_is_nowhere_is_not_found(words):
    TicketFactory()

    assert not Ticket.objects.search(words).exists()


def test_blank_words_leave_all():
    TicketFactory.create_batch(2)

    assert Ticket.objects.search("  ").count() == 2


def test_a_path_of_categories_takes_one_query(django_assert_num_queries):
    top = CategoryFactory(name="Network")
    middle = CategoryFactory(name="VPN", parent=top)
    CategoryFactory(name="Drops", parent=middle)

    with django_assert_num_queries(1):
        paths = [each.path for each in Category.objects.with_path().order_by("pk")]

    assert paths == ["Network", "Network › VPN", "Network › VPN › Drops"]


def test_alerts_are_for_all_companies_or_for_some():
    ours, theirs = CompanyFactory.create_batch(2)
    for_all, for_us, for_them = ServiceAlertFactory.create_batch(3)
    for_us.companies.add(ours)
    for_them.companies.add(theirs)

    assert set(ServiceAlert.objects.of_company(ours.pk)) == {for_all, for_us}


def test_without_the_right_nobody_sees_tickets():
    TicketFactory()

    assert not Ticket.objects.visible_to(UserFactory(all_companies=True)).exists()
