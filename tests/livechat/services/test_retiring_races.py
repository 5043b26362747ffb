"""What is retired while a chat begins to use it, on PostgreSQL: one of them waits for the other."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.utils import timezone

from livechat import receivers
from livechat.admin import queue_form, queues
from livechat.exceptions import ChatError, NoQueueError
from livechat.invariants import wrongs
from livechat.models import Chat, Queue, Topic
from livechat.services.assignment import transfer_to_queue
from livechat.services.intake import start_chat
from tests.admin_pages import act, save
from tests.factories import ChatFactory, CompanyFactory, CustomerFactory, QueueFactory, UserFactory
from tickets.models import Company

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(UserFactory(administrator=True))
    return client


@pytest.fixture
def company() -> Company:
    return CompanyFactory()


@pytest.fixture
def usual(company: Company) -> Queue:
    return QueueFactory(company=company, is_default=True)


@pytest.fixture
def queue(company: Company, usual: Queue) -> Queue:
    """Chats with the topic wait here."""
    queue = QueueFactory(company=company)
    Topic.objects.create(queue=queue, name="Printers", words="printer")
    return queue


class Meanwhile:
    """Work in a thread with a connection of its own; what it gave, or how it was refused."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.work = work
        self.gave: object = None
        self.thread = threading.Thread(target=self.run)

    def run(self) -> None:
        try:
            self.gave = self.work()
        except ChatError as refused:
            self.gave = refused
        finally:
            connections.close_all()

    def start(self) -> None:
        """Go on once it is done, or waits for somebody."""
        self.thread.start()
        while self.thread.is_alive() and not somebody_waits():
            self.thread.join(0.01)


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(WAITING)
        return bool(cursor.fetchone()[0])


def asks_for_printers(company: Company) -> Chat:
    customer = CustomerFactory(company=company)
    chat, _made = start_chat(customer.pk, client_id="chat-0001", question="The printer.")
    return chat


HOW = {
    "in its form": (queue_form, lambda client, queue: save(client, queue, retired="on")),
    "in the list": (queues, lambda client, queue: act(client, "retire", queue)),
}


@pytest.fixture(params=HOW.values(), ids=HOW)
def retire_while(request, client, monkeypatch) -> Callable[[Queue, Callable[[], object]], object]:
    """The queue is retired; something else happens when it has been seen that nobody waits."""
    module, retire = request.param

    def go(queue: Queue, work: Callable[[], object]) -> object:
        other, ask = Meanwhile(work), module.against_retiring

        def asked(setting: Queue) -> list[str]:
            reasons = ask(setting)
            other.start()
            return reasons

        monkeypatch.setattr(module, "against_retiring", asked)
        retire(client, queue)
        other.thread.join(20)
        return other.gave

    return go


def test_a_chat_that_starts_while_its_queue_is_retired_waits_where_others_do(
    company, usual, queue, retire_while
):
    retire_while(queue, lambda: asks_for_printers(company))

    assert Queue.objects.get(pk=queue.pk).retired_at
    assert Chat.objects.get().queue == usual
    assert list(wrongs(timezone.now())) == []


def test_no_chat_is_transferred_to_a_queue_while_it_is_retired(queue, usual, retire_while):
    chat = ChatFactory(assigned=True, queue=usual)

    refused = retire_while(queue, lambda: transfer_to_queue(chat.pk, by=chat.agent_id, to=queue.pk))

    assert isinstance(refused, NoQueueError)
    assert Chat.objects.get().status == "assigned"


@contextmanager
def chat_not_stored_yet(company: Company) -> Iterator[None]:
    """A chat is being started: it is committed once somebody waits."""
    begun = threading.Event()

    def begin() -> None:
        with transaction.atomic():
            asks_for_printers(company)
            begun.set()
            for _ in range(500):
                if somebody_waits():
                    break
                begun.wait(0.01)
        connections.close_all()

    other = threading.Thread(target=begin)
    other.start()
    assert begun.wait(20)
    yield
    other.join(20)


def test_a_queue_in_which_a_chat_is_just_starting_is_not_retired(client, company, queue):
    with chat_not_stored_yet(company):
        act(client, "retire", queue)

    assert Queue.objects.get(pk=queue.pk).retired_at is None
    assert Chat.objects.get().queue == queue


def test_a_company_whose_customer_is_just_starting_a_chat_is_not_retired(client, company, queue):
    with chat_not_stored_yet(company):
        act(client, "retire", company)

    assert Company.objects.get(pk=company.pk).retired_at is None


def test_a_customer_of_a_company_that_is_just_retired_is_refused(
    client, company, queue, monkeypatch
):
    other, ask = Meanwhile(lambda: asks_for_printers(company)), receivers.chats_cut_off

    def asked(of: Company) -> list[str]:
        reasons = ask(of)
        other.start()
        return reasons

    monkeypatch.setattr(receivers, "chats_cut_off", asked)
    act(client, "retire", company)
    other.thread.join(20)

    assert isinstance(other.gave, NoQueueError)
    assert Company.objects.get(pk=company.pk).retired_at
