"""/api/v1/chats/{id}/messages/: the socket's equal, for networks that break sockets."""

from typing import Any

import pytest
from django.db import OperationalError

from livechat.models import Agent, Chat, Message, Sender
from livechat.protocol import DETAILS, Code
from livechat.services.conversation import post_messages
from tests.factories import AgentFactory, ChatFactory, CustomerFactory, MessageFactory
from tests.livechat.api.conftest import Caller, problem_of

pytestmark = pytest.mark.django_db

HELLO = {"client_id": "message-1", "body": " Hello\n"}


@pytest.fixture
def chat() -> Chat:
    return ChatFactory(assigned=True)


def post(caller: Caller, chat: Chat, **changes: Any) -> Any:
    return caller.post(f"chats/{chat.public_id}/messages/", {**HELLO, **changes})


def page(caller: Caller, chat: Chat, **query: Any) -> Any:
    return caller.get(f"chats/{chat.public_id}/messages/", **query)


def seqs(response: Any) -> list[int]:
    return [item["seq"] for item in response.json()["items"]]


# --- posting -------------------------------------------------------------------------------------


def test_a_customer_posts_and_gets_the_ack_of_the_socket(chat, as_customer):
    response = post(as_customer(chat.customer), chat)

    message = Message.objects.get(chat=chat, client_id="message-1")
    assert response.status_code == 201
    assert response.json() == {
        "client_id": "message-1",
        "chat": chat.public_id,
        "seq": message.seq,
        "posted_at": response.json()["posted_at"],
    }
    assert (message.sender, message.author_name, message.body) == ("c", "Ada Byron", " Hello\n")


def test_an_agent_posts_under_the_name_that_the_chat_knows(chat, as_agent):
    Agent.objects.update(screen_name="Somebody else")

    response = post(as_agent(chat.agent), chat, epoch=chat.owner_epoch)

    message = Message.objects.get(chat=chat, client_id="message-1")
    assert response.status_code == 201
    assert (message.sender, message.author_name) == (f"a{chat.agent_id}", chat.agent_name)


def test_a_repeat_gets_the_same_ack_and_is_stored_once(chat, as_customer):
    first = post(as_customer(chat.customer), chat)

    again = post(as_customer(chat.customer), chat, body="Other words")

    assert (again.status_code, again.json()) == (200, first.json())
    assert Message.objects.filter(client_id="message-1").count() == 1


def test_what_was_stored_is_acked_after_the_end_too(as_customer):
    chat = ChatFactory(ended=True)
    MessageFactory(chat=chat, client_id="message-1")

    assert post(as_customer(chat.customer), chat).status_code == 200


def test_a_note_is_taken_from_agents_alone(chat, as_agent, as_customer):
    assert post(as_agent(chat.agent), chat, kind="note").status_code == 201
    assert (
        problem_of(post(as_customer(chat.customer), chat, kind="note"), 409)["code"] == "forbidden"
    )


@pytest.mark.parametrize(
    ("body", "code"), [("", "blank"), (" ", "blank"), ("a\0", "bad_text"), ("a" * 8001, "too_long")]
)
def test_a_text_that_cannot_be_a_message_is_refused_as_on_the_socket(chat, as_customer, body, code):
    problem = problem_of(post(as_customer(chat.customer), chat, body=body), 409)

    assert (problem["code"], problem["detail"]) == (code, DETAILS[Code(code)])


@pytest.mark.parametrize("over", ["left", "ended", "cancelled"])
def test_a_message_to_a_chat_that_is_over_is_refused(as_customer, over):
    chat = ChatFactory(**{over: True})

    assert problem_of(post(as_customer(chat.customer), chat), 409)["code"] == "chat_ended"


def test_an_agent_under_an_old_epoch_is_refused(chat, as_agent):
    response = post(as_agent(chat.agent), chat, epoch=chat.owner_epoch + 1)

    assert problem_of(response, 409)["code"] == "not_yours"


def test_an_agent_of_its_queue_who_does_not_have_it_is_refused(chat, as_agent):
    other = AgentFactory(queues=[chat.queue])

    assert problem_of(post(as_agent(other), chat), 409)["code"] == "not_yours"


def test_a_batch_of_one_and_the_api_give_the_same_code(chat, as_customer, monkeypatch):
    seen = []

    def watch(drafts):
        outcomes = post_messages(drafts)
        seen.extend(outcomes)
        return outcomes

    monkeypatch.setattr("livechat.api.views.post_messages", watch)

    problem = problem_of(post(as_customer(chat.customer), chat, body=" "), 409)

    assert problem["code"] == seen[0].code


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"client_id": "short"}, "client_id"),
        ({"client_id": " message-1 "}, "client_id"),
        ({"client_id": "message-1\n"}, "client_id"),
        ({"kind": "event"}, "kind"),
        ({"body": None}, "body"),
        ({"body": ["Hello"]}, "body"),
        ({"epoch": -1}, "epoch"),
        ({"epoch": 2**31}, "epoch"),
        ({"epoch": "one"}, "epoch"),
    ],
)
def test_bad_input_is_named_by_its_field(chat, as_customer, changes, field):
    problem = problem_of(post(as_customer(chat.customer), chat, **changes), 400)

    assert set(problem["fields"]) == {field}


# --- reading -------------------------------------------------------------------------------------


@pytest.fixture
def long_chat(chat: Chat) -> Chat:
    """1 question, 2 accepted, 3 reply, 4 note, 5 reply."""
    for kind in ["reply", "note", "reply"]:
        MessageFactory(chat=chat, kind=kind, sender=Sender("a", chat.agent_id, chat.agent_name))
    return chat


def test_a_customer_reads_all_but_the_notes_and_nothing_tells_of_them(long_chat, as_customer):
    response = page(as_customer(long_chat.customer), long_chat)

    body = response.json()
    assert (body["chat"], body["head"]) == (long_chat.public_id, 5)
    assert [(item["seq"], item["after"]) for item in body["items"]] == [
        (1, 0),
        (2, 1),
        (3, 2),
        (5, 3),
    ]


def test_an_agent_reads_the_notes_too(long_chat, as_agent):
    response = page(as_agent(long_chat.agent), long_chat)

    assert seqs(response) == [1, 2, 3, 4, 5]
    assert [item["author"] for item in response.json()["items"]] == [
        *("customer", "system", "agent", "agent", "agent")
    ]


def test_lines_come_after_or_before_a_number(long_chat, as_agent):
    caller = as_agent(long_chat.agent)

    assert seqs(page(caller, long_chat, after=3)) == [4, 5]
    assert seqs(page(caller, long_chat, after=1, limit=2)) == [2, 3]
    assert seqs(page(caller, long_chat, before=4, limit=2)) == [2, 3]
    assert seqs(page(caller, long_chat, after=5)) == []


def test_the_last_lines_come_first_of_all(long_chat, as_agent):
    assert seqs(page(as_agent(long_chat.agent), long_chat, limit=2)) == [4, 5]


@pytest.mark.parametrize(
    "query",
    [
        {"after": -1},
        {"after": "x"},
        {"after": 2**31},
        {"limit": 0},
        {"limit": 201},
        {"after": 1, "before": 3},
    ],
)
def test_a_page_that_cannot_be_is_refused(chat, as_customer, query):
    assert problem_of(page(as_customer(chat.customer), chat, **query), 400)["fields"]


@pytest.mark.parametrize("lines", [1, 20])
@pytest.mark.parametrize("staff", [False, True])
def test_a_page_has_as_many_queries_as_it_may(
    as_customer, as_agent, django_assert_num_queries, lines, staff
):
    chat = ChatFactory(assigned=True)
    MessageFactory.create_batch(lines, chat=chat)
    caller = as_agent(chat.agent) if staff else as_customer(chat.customer)

    with django_assert_num_queries(7 if staff else 3):  # who, which chat, its lines
        response = page(caller, chat, after=2)

    assert len(seqs(response)) == lines


def test_a_customer_of_the_same_company_reads_nothing(chat, as_customer):
    other = CustomerFactory(company=chat.customer.company)

    problem_of(page(as_customer(other), chat), 404)


def test_a_database_that_is_away_is_no_error_of_the_request(chat, as_customer, monkeypatch):
    def away(drafts: object) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr("livechat.api.views.post_messages", away)
    response = post(as_customer(chat.customer), chat)

    assert (response.status_code, response.json()["code"]) == (503, "try_again")
    assert response["Retry-After"] == "1"
