"""add_files: what was sent elsewhere is a ticket's too, and whoever may see the ticket reads it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.factories import (
    CustomerFactory,
    StoredFileFactory,
    TicketFactory,
    TicketFileFactory,
    UserFactory,
)
from tests.tickets.console.conftest import ticket_worker
from tickets.models import Activity, StoredFile, Ticket, TicketFile
from tickets.services.files import add_files, link_files, may_read, sweep_orphans
from tickets.signals import ticket_changed

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket():
    return TicketFactory()


@pytest.fixture
def changes():
    """What is announced of tickets, in order."""
    heard = []

    def hear(change, **_):
        heard.append(change)

    ticket_changed.connect(hear, sender=Ticket)
    yield heard
    ticket_changed.disconnect(hear, sender=Ticket)


def stored(ticket, count=1, **fields):
    return StoredFileFactory.create_batch(count, customer=ticket.customer, **fields)


def keys(files):
    return [file.pk for file in files]


def test_files_of_one_call_are_one_step_that_is_announced(ticket, changes):
    files, by = stored(ticket, 2), UserFactory()
    changes.clear()

    add_files(ticket.pk, files=keys(files), by=by, name="Noor H.")

    step = Activity.objects.latest("pk")
    assert [row.file for row in ticket.files.order_by("pk")] == files
    assert (step.code, step.author, step.author_name) == ("file_added", by, "Noor H.")
    assert step.data == {"names": [file.name for file in files]}
    assert changes == ["file_added"]


def test_the_ticket_was_changed_lately_and_who_edits_it_is_not_held_up(ticket):
    add_files(ticket.pk, files=keys(stored(ticket)))

    now = Ticket.objects.get(pk=ticket.pk)
    assert now.updated_at > ticket.updated_at
    assert now.version == ticket.version


def test_what_it_has_is_not_added_again(ticket, changes):
    old, new = stored(ticket), stored(ticket)
    add_files(ticket.pk, files=keys(old))
    changes.clear()

    add_files(ticket.pk, files=keys(old))
    add_files(ticket.pk, files=keys(old + new))

    assert ticket.files.count() == 2
    assert Activity.objects.latest("pk").data == {"names": [new[0].name]}
    assert changes == ["file_added"]


def test_the_database_refuses_it_twice(ticket):
    row = TicketFileFactory(ticket=ticket)

    with pytest.raises(IntegrityError), transaction.atomic():
        TicketFile.objects.create(ticket=ticket, file=row.file)


def test_a_file_may_belong_to_two_tickets(ticket):
    another, files = TicketFactory(customer=ticket.customer), stored(ticket)

    for each in (ticket, another):
        add_files(each.pk, files=keys(files))

    assert TicketFile.objects.count() == 2


def test_a_file_of_another_company_is_left_out(ticket, changes):
    changes.clear()

    add_files(ticket.pk, files=keys(stored(TicketFactory())))

    assert not ticket.files.exists()
    assert "file_added" not in changes


def test_what_nothing_kept_yet_is_kept(ticket):
    files = stored(ticket, kept_at=None, created_at=timezone.now() - timedelta(days=1))

    add_files(ticket.pk, files=keys(files))

    assert sweep_orphans(timezone.now()) == 0
    assert StoredFile.objects.get().kept_at


def test_with_a_ticket_that_was_just_made_they_are_not_noted(ticket, changes):
    changes.clear()

    added = link_files(ticket, files=keys(stored(ticket)))

    assert [row.file for row in ticket.files.all()] == added
    assert Activity.objects.latest("pk").code == "opened"
    assert not changes


# --- who reads them -------------------------------------------------------------------------------


def test_whoever_may_see_the_ticket_reads_its_files(ticket):
    file = TicketFileFactory(ticket=ticket).file

    assert may_read(file, reader=ticket_worker(ticket.company))
    assert may_read(file, reader=ticket_worker(all_companies=True))
    assert may_read(file, reader=ticket.customer)


def test_and_nobody_else(ticket):
    file, company = TicketFileFactory(ticket=ticket).file, ticket.company
    another = TicketFileFactory().ticket

    assert not may_read(file, reader=ticket_worker(another.company))
    assert not may_read(file, reader=UserFactory(companies=[company]))
    assert not may_read(file, reader=another.customer)
    assert not may_read(file, reader=CustomerFactory(company=company))


def test_a_file_is_read_by_one_customer_even_if_his_colleague_has_one_of_the_same_name(ticket):
    colleague = CustomerFactory(company=ticket.company)
    TicketFileFactory(ticket__customer=colleague, file__name="a.cfg")
    file = TicketFileFactory(ticket=ticket, file__name="a.cfg").file

    assert not may_read(file, reader=colleague)
