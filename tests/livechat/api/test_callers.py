"""Who may call the API: a customer by token, an agent by session and CSRF token, nobody else."""

import pytest
from django.test import Client

from livechat.models import Agent, Chat
from tests.factories import AgentFactory, ChatFactory, CustomerFactory, UserFactory
from tests.livechat.api.conftest import Caller, problem_of
from tickets.services.identity import revoke_tokens

pytestmark = pytest.mark.django_db


def test_without_a_token_or_a_session_nobody_is_served(nobody):
    response = nobody.get("chats/")

    assert problem_of(response, 401)["code"] == "not_authenticated"
    assert response["WWW-Authenticate"] == "Customer"


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "Ã©", "x" * 5000])
def test_a_token_that_is_none_is_refused(token):
    response = Client().get("/api/v1/chats/", headers={"Authorization": f"Customer {token}"})

    assert problem_of(response, 401)["code"] == "not_authenticated"


def test_a_revoked_token_is_refused(as_customer):
    customer = CustomerFactory()
    caller = as_customer(customer)
    revoke_tokens(customer.pk)

    assert caller.get("chats/").status_code == 401


def test_a_token_is_not_taken_beside_a_session(as_agent, as_customer):
    chat, agent = ChatFactory(assigned=True), AgentFactory()
    caller = Caller(as_agent(agent).client)
    caller.headers = as_customer(chat.customer).headers

    assert caller.get(f"chats/{chat.public_id}/").json()["queue"] == chat.queue.name


def test_staff_without_the_right_to_the_console_are_refused(client):
    client.force_login(UserFactory())

    assert problem_of(client.get("/api/v1/chats/"), 403)["code"] == "forbidden"


def test_a_retired_agent_is_refused(as_agent):
    chat = ChatFactory(assigned=True)
    Agent.objects.update(retired_at=chat.created_at)

    assert as_agent(chat.agent).get("chats/").status_code == 403


def test_an_agent_needs_a_csrf_token(as_agent):
    chat = ChatFactory(assigned=True)
    client = Client(enforce_csrf_checks=True)
    client.force_login(chat.agent.user)

    response = Caller(client).post(f"chats/{chat.public_id}/end/")

    assert problem_of(response, 403)["code"] == "forbidden"
    assert Chat.objects.get(pk=chat.pk).status == "assigned"


def test_a_customers_token_needs_none(as_customer):
    chat = ChatFactory()
    caller = as_customer(chat.customer)
    caller.client = Client(enforce_csrf_checks=True)

    assert caller.post(f"chats/{chat.public_id}/cancel/").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("put", "chats/", 405, "method_not_allowed"),
        ("delete", "chats/", 405, "method_not_allowed"),
        ("get", "chats/short/", 404, "not_found"),
        ("get", "nothing/", 404, "not_found"),
    ],
)
def test_what_there_is_not_is_a_problem_too(as_customer, method, path, status, code):
    caller = as_customer(CustomerFactory())

    response = getattr(caller.client, method)(f"/api/v1/{path}", headers=caller.headers)

    assert problem_of(response, status)["code"] == code


def test_a_form_is_not_read(as_customer):
    caller = as_customer(CustomerFactory())

    response = caller.client.post("/api/v1/chats/", {}, headers=caller.headers)

    assert problem_of(response, 415)["code"] == "unsupported_media_type"
