"""/api/v1/chats/: what customers and agents do with chats, and what they are told."""

import pytest
from django.conf import settings

from livechat.models import Agent, Chat, Message, Queue, WaitPromise
from tests.factories import AgentFactory, ChatFactory, CustomerFactory, QueueFactory
from tests.livechat.api.conftest import problem_of

pytestmark = pytest.mark.django_db

QUESTION = {"client_id": "client-1", "question": "  The printer\nis offline. "}


def agent_of(chat: Chat) -> Agent:
    return AgentFactory(queues=[chat.queue])


# --- starting ------------------------------------------------------------------------------------


def test_a_customer_starts_a_chat(as_customer):
    customer = CustomerFactory()

    response = as_customer(customer).post("chats/", {**QUESTION, "name": "Ann"})

    chat = Chat.objects.get(customer=customer)
    assert response.status_code == 201
    assert response.json() == {
        "id": chat.public_id,
        "status": "queued",
        "version": 1,
        "question": "The printer is offline.",
        "queue": "GENERAL",
        "agent": None,
        "place": 1,
        "wait": None,
        "instead": None,
        "ticket": None,
        "files": True,
        "head": 1,
        "created_at": response.json()["created_at"],
        "accepted_at": None,
        "ended_at": None,
    }
    assert Message.objects.get(chat=chat).body == QUESTION["question"]


@pytest.mark.parametrize("missed", [0, 20])
def test_what_is_told_of_the_wait_is_kept_and_nothing_is_told_where_it_never_came(
    as_customer, missed
):
    queue = QueueFactory(is_default=True, auto_accept=True)
    AgentFactory(queues=[queue], online=True)
    for _ in range(missed):
        over = ChatFactory(queue=queue, ended=True)
        late = {"waited_seconds": 600, "settled_at": over.accepted_at}
        WaitPromise.objects.create(chat=over, queue=queue, least_minutes=0, most_minutes=1, **late)
    caller = as_customer(CustomerFactory(company=queue.company))

    told = caller.post("chats/", QUESTION).json()
    again = caller.get(f"chats/{told['id']}/").json()

    assert told["wait"] == again["wait"] == (None if missed else [0, 1])
    promise = WaitPromise.objects.get(chat__public_id=told["id"])
    assert (promise.least_minutes, promise.most_minutes) == (0, 1)


def test_the_same_client_id_gives_the_same_chat_again(as_customer):
    caller = as_customer(CustomerFactory())
    first = caller.post("chats/", QUESTION)

    again = caller.post("chats/", QUESTION)

    assert (again.status_code, again.json()) == (200, first.json())
    assert Chat.objects.count() == 1


def test_a_second_chat_is_refused_with_the_id_of_the_first(as_customer):
    chat = ChatFactory()

    response = as_customer(chat.customer).post("chats/", QUESTION)

    body = problem_of(response, 409)
    assert (body["code"], body["chat"]) == ("live_chat_exists", chat.public_id)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"client_id": "short"}, "client_id"),
        ({"client_id": "with space"}, "client_id"),
        ({"client_id": "trailing-line\n"}, "client_id"),
        ({"client_id": ["client-1"]}, "client_id"),
        ({"client_id": None}, "client_id"),
        ({"question": None}, "question"),
        ({"question": {}}, "question"),
        ({"name": "a" * 121}, "name"),
        ({"email": "no e-mail"}, "email"),
    ],
)
def test_bad_input_is_named_by_its_field(as_customer, changes, field):
    response = as_customer(CustomerFactory()).post("chats/", {**QUESTION, **changes})

    body = problem_of(response, 400)
    assert (body["code"], set(body["fields"])) == ("invalid", {field})


@pytest.mark.parametrize(
    ("question", "code"),
    [("", "blank"), (" \n", "blank"), ("a\0", "bad_text"), ("a" * 4001, "too_long")],
)
def test_a_question_that_cannot_be_a_message_is_refused_as_on_the_socket(
    as_customer, question, code
):
    response = as_customer(CustomerFactory()).post("chats/", {**QUESTION, "question": question})

    assert problem_of(response, 409)["code"] == code
    assert not Chat.objects.exists()


def test_a_lone_surrogate_is_refused(as_customer):
    body = '{"client_id": "client-1", "question": "\\ud800"}'

    response = as_customer(CustomerFactory()).post("chats/", body)

    assert problem_of(response, 409)["code"] == "bad_text"


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"text"', "NaN", "[" * 5000, b"\xff"])
def test_a_body_that_is_no_object_is_refused(as_customer, body):
    response = as_customer(CustomerFactory()).post("chats/", body)

    assert problem_of(response, 400)["code"] == "invalid"


def test_without_any_queue_the_refusal_says_so(as_customer):
    Queue.objects.all().delete()

    response = as_customer(CustomerFactory()).post("chats/", QUESTION)

    assert problem_of(response, 409)["code"] == "no_queue"


def test_who_starts_too_many_is_told_when_to_try_again(as_customer, monkeypatch):
    monkeypatch.setitem(settings.RATES, "chat_start_customer", (1, 600))
    caller = as_customer(CustomerFactory())
    caller.post("chats/", QUESTION)

    response = caller.post("chats/", QUESTION)

    body = problem_of(response, 429)
    assert body["code"] == "rate_limited"
    assert 0 < body["retry_after"] <= 600
    assert response["Retry-After"] == str(body["retry_after"])


def test_staff_do_not_start_chats(as_agent):
    response = as_agent(AgentFactory()).post("chats/", QUESTION)

    assert problem_of(response, 403)["code"] == "forbidden"


# --- reading -------------------------------------------------------------------------------------


def test_a_customer_sees_who_serves_him_and_no_ids(as_customer):
    chat = ChatFactory(assigned=True)

    shown = as_customer(chat.customer).get(f"chats/{chat.public_id}/").json()

    assert shown["agent"] == {"screen_name": chat.agent_name, "presence": "reconnecting"}
    assert (shown["status"], shown["place"], shown["queue"]) == ("assigned", None, chat.queue.name)
    text = str(shown)
    assert chat.agent.public_id not in text
    assert chat.queue.public_id not in text


def test_a_customer_sees_that_his_agent_is_there(as_customer):
    chat = ChatFactory(assigned=True, agent=AgentFactory(online=True))

    shown = as_customer(chat.customer).get(f"chats/{chat.public_id}/").json()

    assert shown["agent"]["presence"] == "online"


def test_a_customer_sees_his_place_in_line(as_customer):
    queue = QueueFactory()
    ChatFactory.create_batch(2, queue=queue)
    chat = ChatFactory(queue=queue)

    assert as_customer(chat.customer).get(f"chats/{chat.public_id}/").json()["place"] == 3


def test_an_agent_sees_what_waits_with_its_customer(as_agent):
    chat = ChatFactory()

    shown = as_agent(agent_of(chat)).get(f"chats/{chat.public_id}/").json()

    assert shown["company"] == {
        "id": chat.customer.company.public_id,
        "name": str(chat.customer.company),
    }
    assert shown["customer"] == {
        "id": chat.customer.public_id,
        "name": chat.customer.name,
        "email": chat.customer.email,
        "verified": False,
    }
    assert shown["queue"] == {"id": chat.queue.public_id, "name": chat.queue.name}
    assert (shown["agent"], shown["epoch"], shown["head"]) == (None, 0, 1)


def test_an_agent_sees_who_has_it(as_agent):
    chat = ChatFactory(assigned=True)

    shown = as_agent(chat.agent).get(f"chats/{chat.public_id}/").json()

    assert shown["agent"] == {"id": chat.agent.public_id, "screen_name": chat.agent_name}


def test_a_stranger_does_not_learn_that_a_chat_exists(as_customer, as_agent):
    chat = ChatFactory(assigned=True)

    for caller in [as_customer(CustomerFactory()), as_agent(AgentFactory())]:
        for response in [
            caller.get(f"chats/{chat.public_id}/"),
            caller.get(f"chats/{chat.public_id}/messages/"),
            caller.post(f"chats/{chat.public_id}/messages/", {"client_id": "x" * 8, "body": "Hi"}),
        ]:
            assert problem_of(response, 404)["code"] == "not_found"


@pytest.mark.parametrize("chats", [1, 20])
def test_a_customers_list_has_as_many_queries_as_it_may(
    as_customer, django_assert_num_queries, chats
):
    customer = CustomerFactory()
    ChatFactory.create_batch(chats, ended=True, customer=customer)
    caller = as_customer(customer)

    with django_assert_num_queries(2):  # the customer, his chats
        response = caller.get("chats/")

    assert len(response.json()["results"]) == chats


@pytest.mark.parametrize("chats", [1, 20])
def test_an_agents_list_has_as_many_queries_as_it_may(as_agent, django_assert_num_queries, chats):
    agent = AgentFactory()
    ChatFactory.create_batch(chats, assigned=True, agent=agent)
    caller = as_agent(agent)

    with django_assert_num_queries(6):  # session, user, agent, two for his rights, chats
        response = caller.get("chats/")

    assert len(response.json()["results"]) == chats


def test_a_list_comes_in_pages_newest_first(as_customer):
    customer = CustomerFactory()
    chats = ChatFactory.create_batch(3, ended=True, customer=customer)
    caller = as_customer(customer)

    first = caller.get("chats/", limit=2).json()
    second = caller.client.get(first["next"], headers=caller.headers).json()

    newest_first = [chat.public_id for chat in reversed(chats)]
    assert [chat["id"] for chat in first["results"]] == newest_first[:2]
    assert [chat["id"] for chat in second["results"]] == newest_first[2:]
    assert (first["previous"], second["next"]) == (None, None)


def test_a_list_is_filtered_by_status(as_customer):
    ended = ChatFactory(ended=True)
    waiting = ChatFactory(customer=ended.customer, queue=ended.queue)

    found = as_customer(ended.customer).get("chats/", status=["queued"]).json()["results"]

    assert [chat["id"] for chat in found] == [waiting.public_id]


@pytest.mark.parametrize("query", [{"cursor": "nonsense"}, {"status": "lost"}])
def test_a_list_that_cannot_be_is_refused(as_customer, query):
    response = as_customer(CustomerFactory()).get("chats/", **query)

    assert response.status_code in {400, 404}
    problem_of(response, response.status_code)


# --- steps ---------------------------------------------------------------------------------------


def test_an_agent_accepts_and_ends_a_chat(as_agent):
    chat = ChatFactory()
    agent = agent_of(chat)
    caller = as_agent(agent)

    accepted = caller.post(f"chats/{chat.public_id}/accept/")
    ended = caller.post(f"chats/{chat.public_id}/end/")

    assert (accepted.status_code, accepted.json()["status"]) == (200, "assigned")
    assert accepted.json()["agent"]["id"] == agent.public_id
    assert (ended.status_code, ended.json()["status"]) == (200, "ended")


def test_who_accepts_too_late_is_told_who_was_faster(as_agent):
    chat = ChatFactory(assigned=True, agent=AgentFactory(screen_name="Noor H."))

    response = as_agent(agent_of(chat)).post(f"chats/{chat.public_id}/accept/")

    body = problem_of(response, 409)
    assert body["code"] == "already_accepted"
    assert "Noor H." in body["detail"]


def test_an_agent_of_another_queue_cannot_accept(as_agent):
    response = as_agent(AgentFactory()).post(f"chats/{ChatFactory().public_id}/accept/")

    assert problem_of(response, 404)["code"] == "not_found"


def test_an_ended_chat_is_not_accepted(as_agent):
    chat = ChatFactory(ended=True)

    response = as_agent(agent_of(chat)).post(f"chats/{chat.public_id}/accept/")

    assert problem_of(response, 409)["code"] == "chat_ended"


def test_a_waiting_chat_is_not_ended(as_agent):
    chat = ChatFactory()

    response = as_agent(agent_of(chat)).post(f"chats/{chat.public_id}/end/")

    assert problem_of(response, 409)["code"] == "not_yours"


def test_a_customer_cancels_his_chat(as_customer):
    waiting, assigned = ChatFactory(), ChatFactory(assigned=True)

    for chat in [waiting, assigned]:
        response = as_customer(chat.customer).post(f"chats/{chat.public_id}/cancel/")

        assert (response.status_code, response.json()["status"]) == (200, "cancelled")


@pytest.mark.parametrize("step", ["accept", "end"])
def test_customers_take_no_steps_of_agents(as_customer, step):
    chat = ChatFactory()

    response = as_customer(chat.customer).post(f"chats/{chat.public_id}/{step}/")

    assert problem_of(response, 403)["code"] == "forbidden"


def test_agents_do_not_cancel(as_agent):
    chat = ChatFactory(assigned=True)

    response = as_agent(chat.agent).post(f"chats/{chat.public_id}/cancel/")

    assert problem_of(response, 403)["code"] == "forbidden"
