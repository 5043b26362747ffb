"""The files of a ticket on its page."""

import pytest
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from tests.factories import CustomerFactory, StoredFileFactory, TicketFactory, TicketFileFactory
from tickets.models import StoredFile
from tickets.services.files import add_files
from tickets.templatetags.parley import amount

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(company):
    return TicketFactory(customer=CustomerFactory(company=company, name="Amara Okafor"))


def address(name, ticket):
    return reverse(f"tickets:{name}", args=[ticket.public_id])


def test_a_file_is_shown_with_its_size_and_who_sent_it_when(client, ticket):
    file = TicketFileFactory(ticket=ticket, file__name="vpn.cfg", file__size=86_016).file

    page = client.get(address("ticket", ticket)).text

    assert f'href="/files/{file.public_id}/" dir="auto" download="vpn.cfg"' in page
    assert "84 kB, Amara Okafor, <time" in page
    assert '<span class="count">1</span>' in page
    assert "?thumbnail" not in page


def test_an_image_is_shown_small_and_opens_beside_the_page(client, ticket):
    file = TicketFileFactory(ticket=ticket, file__image=True, file__name="a.png").file

    page = client.get(address("ticket", ticket)).text

    assert f'src="/files/{file.public_id}/?thumbnail" width="900" height="600" alt=""' in page
    assert 'dir="auto" target="_blank" rel="noopener">a.png' in page
    assert 'download="a.png" aria-label="Download a.png"' in page


def test_a_file_of_a_member_of_staff_has_his_name(client, worker, ticket):
    file = TicketFileFactory(ticket=ticket).file
    StoredFile.objects.filter(pk=file.pk).update(customer=None, user=worker)

    assert "2 kB, Noor Haddad, <time" in client.get(address("files", ticket)).text


def test_without_files_it_says_so(client, ticket):
    page = client.get(address("ticket", ticket)).text

    assert "None yet." in page
    assert 'class="count"' not in page


def test_they_come_alone_in_the_order_in_which_they_were_added(client, ticket):
    names = [TicketFileFactory(ticket=ticket).file.name for _ in range(3)]

    part = client.get(address("files", ticket))

    assert [file.name for file in part.context["files"]] == names
    assert "<html" not in part.text
    assert part.headers["X-Parley-Fragment"] == "1"


def test_those_of_another_company_are_not_there(client):
    assert client.get(address("files", TicketFileFactory().ticket)).status_code == 404


@pytest.mark.parametrize("files", [1, 20])
def test_as_many_queries_for_many_files(client, ticket, files, django_assert_num_queries):
    TicketFileFactory.create_batch(files, ticket=ticket)

    with django_assert_num_queries(6):
        client.get(address("files", ticket))


@pytest.mark.parametrize(
    ("count", "said"), [(1, "added a file"), (2, "added 2 files")], ids=["one", "two"]
)
def test_the_stream_names_what_was_added(client, worker, ticket, count, said):
    files = StoredFileFactory.create_batch(count, customer=ticket.customer, name="<b>.cfg")
    add_files(ticket.pk, files=[file.pk for file in files], by=worker)

    page = client.get(address("activity", ticket)).text

    assert f"<b>Noor Haddad</b> {said}" in page
    assert page.count("<li>&lt;b&gt;.cfg</li>") == count


def test_a_customer_without_a_name_is_one_still(client, ticket):
    ticket.customer.name = ""
    file = StoredFileFactory(customer=ticket.customer)
    add_files(ticket.pk, files=[file.pk], by=ticket.customer)

    assert "<b>Unnamed customer</b> added a file" in client.get(address("activity", ticket)).text


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (1, "1 byte"),
        (11, "11 bytes"),
        (1023, "1,023 bytes"),
        (1024, "1 kB"),
        (86_016, "84 kB"),
        (1024 * 1024, "1 MB"),
        (1_300_000, "1.2 MB"),
    ],
)
def test_sizes_are_said_as_in_chats(size, said):
    assert amount(size) == said


# --- opened ---------------------------------------------------------------------------------------


@pytest.fixture
def kept(ticket, file_storage):
    """A file of the ticket with something in it."""
    file = TicketFileFactory(ticket=ticket).file
    default_storage.save(file.stored_as, ContentFile(b"Hello"))
    return f"/files/{file.public_id}/"


def test_whoever_works_on_tickets_opens_them_without_being_an_agent(client, kept):
    answer = client.get(kept)

    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, b"Hello")


def test_whoever_does_not_gets_what_a_stranger_gets(worker, kept):
    worker.user_permissions.remove(Permission.objects.get(codename="work_on_tickets"))
    browser = Client()
    browser.force_login(worker)

    answers = [browser.get(kept), browser.get(f"/files/{'x' * 22}/"), Client().get(kept)]

    assert [answer.status_code for answer in answers] == [404, 404, 401]
    assert [answer.json()["code"] for answer in answers[:2]] == ["not_found"] * 2
