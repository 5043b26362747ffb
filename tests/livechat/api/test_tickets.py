"""A customer's own tickets at the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from livechat.models import Chat, ChatSettings
from livechat.models.files import told_of
from tests.factories import (
    AgentFactory,
    ChatFactory,
    CustomerFactory,
    QueueFactory,
    TicketFactory,
    TicketFileFactory,
)
from tests.livechat.api.conftest import problem_of
from tickets.models import Ticket
from tickets.services.activity import add_comment, add_work_note

pytestmark = pytest.mark.django_db
QUESTION = {"client_id": "client-1", "question": "The dock is dead."}
COMMENT = {"client_id": "client-1", "body": "It works now."}


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
    }
    assert caller.get("tickets/").json()["results"] == [made.json()]
    detail = caller.get(f"tickets/{ticket.public_id}/").json()
    assert detail == {**made.json(), "files": [], "comments": [], "earlier": False}
    assert caller.post("tickets/", QUESTION).status_code == 200


def test_he_reads_comments_and_answers_and_never_sees_a_note(as_customer, customer):
    ticket, agent = TicketFactory(customer=customer), AgentFactory()
    add_work_note(ticket.pk, body="He is difficult.", by=agent.user)
    add_comment(ticket.pk, body="A new dock is on its way.", by=agent.user)
    caller = as_customer(customer)

    said = caller.post(f"tickets/{ticket.public_id}/comments/", {**COMMENT, "body": " Thank you. "})

    assert said.status_code == 201
    first, second = caller.get(f"tickets/{ticket.public_id}/").json()["comments"]
    assert (first["own"], first["name"], first["body"]) == (
        False,
        agent.display_name,
        "A new dock is on its way.",
    )
    assert first["client_id"] is None
    assert second == said.json()
    assert second["client_id"] == COMMENT["client_id"]
    assert (second["own"], second["body"]) == (True, " Thank you. ")


def test_a_comment_whose_answer_was_lost_is_repeated_and_stands_once(as_customer, customer):
    ticket = TicketFactory(customer=customer)
    caller, address = as_customer(customer), f"tickets/{ticket.public_id}/comments/"

    made = caller.post(address, COMMENT)
    again = caller.post(address, COMMENT)

    assert (made.status_code, again.status_code) == (201, 200)
    assert again.json() == made.json()
    assert caller.get(f"tickets/{ticket.public_id}/").json()["comments"] == [made.json()]


def test_another_comment_under_its_client_id_is_refused(as_customer, customer):
    ticket = TicketFactory(customer=customer)
    caller, address = as_customer(customer), f"tickets/{ticket.public_id}/comments/"
    caller.post(address, COMMENT)

    answer = caller.post(address, {**COMMENT, "body": "It does not."})

    assert problem_of(answer, 409)["code"] == "client_id_reused"


@pytest.mark.parametrize("client_id", [None, "", "short", "not a client id"])
def test_a_comment_without_a_client_id_has_the_wrong_shape(as_customer, customer, client_id):
    ticket = TicketFactory(customer=customer)
    body = {"body": "Hello?", **({} if client_id is None else {"client_id": client_id})}

    answer = as_customer(customer).post(f"tickets/{ticket.public_id}/comments/", body)

    assert "client_id" in problem_of(answer, 400)["fields"]


def test_he_reads_its_files_as_the_chat_told_of_them(as_customer, customer):
    ticket = TicketFactory(customer=customer)
    rows = TicketFileFactory.create_batch(2, ticket=ticket)
    TicketFileFactory(ticket__customer=customer)
    caller = as_customer(customer)

    files = caller.get(f"tickets/{ticket.public_id}/").json()["files"]

    assert files == [told_of(row.file) for row in rows]
    assert "files" not in caller.get("tickets/").json()["results"][0]


@pytest.mark.parametrize("count", [1, 20])
def test_the_queries_of_one_do_not_grow(as_customer, customer, count, django_assert_num_queries):
    ticket, agent = TicketFactory(customer=customer), AgentFactory()
    TicketFileFactory.create_batch(count, ticket=ticket)
    for _ in range(count):
        add_comment(ticket.pk, body="On its way.", by=agent.user)
    caller = as_customer(customer)

    with django_assert_num_queries(4):  # who calls, the ticket, its comments, its files
        caller.get(f"tickets/{ticket.public_id}/")


def test_there_may_be_earlier_comments_and_they_can_be_asked_for(as_customer, customer):
    ticket, agent = TicketFactory(customer=customer), AgentFactory()
    for number in range(3):
        add_comment(ticket.pk, body=f"Step {number}", by=agent.user)
    caller, address = as_customer(customer), f"tickets/{ticket.public_id}/"

    two, three = (caller.get(address, comments=most).json() for most in (2, 3))

    assert ([said["body"] for said in two["comments"]], two["earlier"]) == (
        ["Step 1", "Step 2"],
        True,
    )
    assert (len(three["comments"]), three["earlier"]) == (3, False)
    assert caller.get(address, comments=0).status_code == 400


@pytest.mark.parametrize("body", [" ", "x" * 8001, "\x00"])
def test_a_text_that_is_none_is_refused(as_customer, customer, body):
    ticket = TicketFactory(customer=customer)

    address = f"tickets/{ticket.public_id}/comments/"
    answer = as_customer(customer).post(address, {**COMMENT, "body": body})

    assert problem_of(answer, 409)["code"] == "bad_text"
    assert not ticket.activities.filter(kind="comment").exists()


def test_another_customers_ticket_is_not_there(as_customer, customer):
    ticket = TicketFactory(customer__company=customer.company)
    caller = as_customer(customer)

    assert caller.get("tickets/").json()["results"] == []
    problem_of(caller.get(f"tickets/{ticket.public_id}/"), 404)
    problem_of(caller.post(f"tickets/{ticket.public_id}/comments/", COMMENT), 404)
    assert not ticket.activities.filter(kind="comment").exists()


def test_nobody_has_none_here_and_agents_leave_none(as_agent, nobody):
    problem_of(nobody.get("tickets/"), 401)
    refused = problem_of(as_agent(AgentFactory()).post("tickets/", COMMENT), 400)
    assert set(refused["fields"]) == {"customer", "kind"}  # Of whom, and what, staff have to say.


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
