"""A customer's own tickets at the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from livechat.models import Chat, ChatSettings
from tests.factories import AgentFactory, ChatFactory, CustomerFactory, QueueFactory, TicketFactory
from tests.livechat.api.conftest import problem_of
from tickets.models import Ticket
from tickets.services.activity import add_comment, add_work_note

pytestmark = pytest.mark.django_db
QUESTION = {"client_id": "client-1", "question": "The dock is dead."}


@pytest.fixture
def customer():
    return CustomerFactory(company=QueueFactory(is_default=True).company)


def test_he_leaves_one_and_reads_it(as_customer, customer):
    caller = as_customer(customer)

    made = caller.post("tickets/", {**QUESTION, "name": "Ann", "email": "ann@example.com"})

    ticket = Ticket.objects.get(customer=customer)
    assert made.status_code == 201
    assert made.json() == {
        "id": ticket.public_id,
        "number": ticket.number,
        "kind": "incident",
        "summary": "The dock is dead.",
        "status": "New",
        "stage": "open",
        "created_at": made.json()["created_at"],
        "updated_at": made.json()["updated_at"],
    }
    assert caller.get("tickets/").json()["results"] == [made.json()]
    assert caller.get(f"tickets/{ticket.public_id}/").json() == {**made.json(), "comments": []}
    assert caller.post("tickets/", QUESTION).status_code == 200


def test_he_reads_comments_and_answers_and_never_sees_a_note(as_customer, customer):
    ticket, agent = TicketFactory(customer=customer), AgentFactory()
    add_work_note(ticket.pk, body="He is difficult.", by=agent.user)
    add_comment(ticket.pk, body="A new dock is on its way.", by=agent.user)
    caller = as_customer(customer)

    said = caller.post(f"tickets/{ticket.public_id}/comments/", {"body": " Thank you. "})

    assert said.status_code == 201
    first, second = caller.get(f"tickets/{ticket.public_id}/").json()["comments"]
    assert (first["own"], first["name"], first["body"]) == (
        False,
        agent.user.name,
        "A new dock is on its way.",
    )
    assert second == said.json()
    assert (second["own"], second["body"]) == (True, " Thank you. ")


@pytest.mark.parametrize("body", [" ", "x" * 8001, "\x00"])
def test_a_text_that_is_none_is_refused(as_customer, customer, body):
    ticket = TicketFactory(customer=customer)

    answer = as_customer(customer).post(f"tickets/{ticket.public_id}/comments/", {"body": body})

    assert problem_of(answer, 409)["code"] == "bad_text"
    assert not ticket.activities.filter(kind="comment").exists()


def test_another_customers_ticket_is_not_there(as_customer, customer):
    ticket = TicketFactory(customer__company=customer.company)
    caller = as_customer(customer)

    assert caller.get("tickets/").json()["results"] == []
    problem_of(caller.get(f"tickets/{ticket.public_id}/"), 404)
    problem_of(caller.post(f"tickets/{ticket.public_id}/comments/", {"body": "Mine?"}), 404)
    assert not ticket.activities.filter(kind="comment").exists()


def test_agents_and_nobody_have_none_here(as_agent, nobody):
    problem_of(as_agent(AgentFactory()).get("tickets/"), 403)
    problem_of(nobody.get("tickets/"), 401)


@pytest.mark.parametrize("count", [1, 20])
def test_its_queries_do_not_grow(as_customer, customer, count, django_assert_num_queries):
    TicketFactory.create_batch(count, customer=customer)
    caller = as_customer(customer)

    with django_assert_num_queries(2):  # who calls, the tickets with their statuses
        assert len(caller.get("tickets/").json()["results"]) == count


def test_too_many_at_once_have_to_wait(as_customer, customer, settings):
    settings.RATES = {**settings.RATES, "ticket_customer": (1, 60)}
    caller = as_customer(customer)
    caller.post("tickets/", QUESTION)

    again = caller.post("tickets/", {**QUESTION, "client_id": "client-2"})

    assert problem_of(again, 429)["code"] == "rate_limited"


# --- Instead of a chat that nobody comes to -------------------------------------------------------


@pytest.fixture
def waiting(customer):
    made = ChatFactory(customer=customer, queue=customer.company.queues.get())
    Chat.objects.filter(pk=made.pk).update(queued_at=timezone.now() - timedelta(minutes=30))
    return made


@pytest.mark.parametrize("own", ["", "All our agents are at lunch."])
def test_who_waits_for_long_is_told_that_he_may(as_customer, waiting, own):
    waiting.queue.overflow_text = own
    waiting.queue.save()

    told = as_customer(waiting.customer).get(f"chats/{waiting.public_id}/").json()

    assert told["instead"] == own or "leave a ticket instead" in told["instead"]


def test_who_has_just_come_is_told_nothing_and_refused(as_customer, customer):
    chat = ChatFactory(customer=customer)
    caller = as_customer(customer)

    assert caller.get(f"chats/{chat.public_id}/").json()["instead"] is None
    problem = problem_of(caller.post(f"chats/{chat.public_id}/ticket/"), 409)
    assert problem["code"] == "leaving_not_offered"


def test_he_leaves_it_and_reads_its_number(as_customer, waiting):
    answer = as_customer(waiting.customer).post(f"chats/{waiting.public_id}/ticket/")

    ticket = Ticket.objects.get(customer=waiting.customer)
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["ticket"]) == ("cancelled", ticket.number)


def test_nobody_leaves_it_for_him(as_customer, as_agent, waiting):
    ChatSettings.objects.update(overflow_minutes=0)
    agent = as_agent(AgentFactory(queues=[waiting.queue]))

    problem_of(as_customer(CustomerFactory()).post(f"chats/{waiting.public_id}/ticket/"), 404)
    problem_of(agent.post(f"chats/{waiting.public_id}/ticket/"), 403)
    assert Chat.objects.get(pk=waiting.pk).status == "queued"
