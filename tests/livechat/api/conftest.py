"""Who calls the API in these tests."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from livechat.models import Agent
from livechat.protocol import Code
from tests.factories import (
    ApiTokenFactory,
    CompanyFactory,
    CustomerFactory,
    TicketFactory,
    UserFactory,
)
from tickets.models import Company, Customer, Ticket, User
from tickets.services.identity import customer_token
from tickets.services.tokens import make_secret


class Caller:
    """A client that speaks JSON, under a customer's token or an agent's session."""

    def __init__(self, client: Client, token: str = "") -> None:
        self.client = client
        self.headers = {"Authorization": f"Customer {token}"} if token else {}

    def get(self, path: str, **query: Any) -> HttpResponse:
        return self.client.get(f"/api/v1/{path}", query, headers=self.headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.client.post(
            f"/api/v1/{path}",
            {} if body is None else body,
            content_type="application/json",
            headers={**self.headers, **headers},
        )

    def patch(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.client.patch(
            f"/api/v1/{path}",
            body,
            content_type="application/json",
            headers={**self.headers, **headers},
        )


def problem_of(response: HttpResponse, status: int) -> dict[str, Any]:
    """The problem document of a refusal, which is one in every respect."""
    body: dict[str, Any] = response.json()
    assert response["Content-Type"] == "application/problem+json"
    assert response.status_code == body["status"] == status
    assert {"type", "title", "code", "detail", "fields", "request_id"} <= set(body)
    assert body["code"] in set(Code)
    assert body["request_id"] == response["X-Request-Id"]
    return body


@pytest.fixture
def nobody() -> Caller:
    return Caller(Client())


@pytest.fixture
def as_customer() -> Callable[[Customer], Caller]:
    return lambda customer: Caller(Client(), customer_token(customer))


@pytest.fixture
def as_agent() -> Callable[[Agent], Caller]:
    def sign_in(agent: Agent) -> Caller:
        client = Client()
        client.force_login(agent.user)
        return Caller(client)

    return sign_in


# --- A system that works on tickets ---------------------------------------------------------------


@pytest.fixture
def company() -> Company:
    return CompanyFactory()


@pytest.fixture
def user(company: Company) -> User:
    """A system that works on this company's tickets, and is no agent."""
    return UserFactory(name="Monitoring", agent=True, companies=[company])


@pytest.fixture
def system(user: User) -> Caller:
    caller = Caller(Client(enforce_csrf_checks=True))
    secret = make_secret(ApiTokenFactory(user=user).pk)
    caller.headers = {"Authorization": f"Bearer {secret}"}
    return caller


@pytest.fixture
def ticket(company: Company) -> Ticket:
    return TicketFactory(customer=CustomerFactory(company=company), summary="Gateway down")
