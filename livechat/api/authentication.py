"""Who calls: two authentications, two reaches, never one with branches."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from livechat.models import Agent, Chat, Sender
from tickets.models import Customer, User
from tickets.services.identity import read_token


class CustomerReach:
    """What a customer's token reaches: his own chats."""

    staff = False

    def __init__(self, customer: Customer) -> None:
        self.customer = customer

    def sender_in(self, chat: Chat) -> Sender:
        return Sender("c", self.customer.pk, self.customer.name)

    def chats(self) -> QuerySet[Chat]:
        return Chat.objects.of_customer(self.customer)


class StaffReach:
    """What a member of staff reaches: the chats of his queues that wait, and those he has."""

    staff = True

    def __init__(self, user: User, agent: Agent) -> None:
        self.user = user
        self.agent = agent

    def sender_in(self, chat: Chat) -> Sender:
        return Sender("a", self.agent.pk, chat.agent_name or self.agent.display_name)

    def chats(self) -> QuerySet[Chat]:
        return Chat.objects.visible_to(self.user)


class CustomerTokenAuthentication(BaseAuthentication):
    """`Authorization: Customer <token>`; `request.auth` is the customer's reach. No cookie is read."""

    keyword = "customer"

    def authenticate(self, request: Request) -> tuple[Customer, CustomerReach] | None:
        keyword, _space, token = request.headers.get("Authorization", "").partition(" ")
        if keyword.lower() != self.keyword:
            return None
        claims = read_token(token.strip())
        customers = Customer.objects.select_related("company").filter(company__retired_at=None)
        customer = claims and customers.filter(public_id=claims.customer).first()
        if not claims or not customer or customer.token_epoch != claims.epoch:
            raise AuthenticationFailed
        return customer, CustomerReach(customer)

    def authenticate_header(self, request: Request) -> str:
        return "Customer"


class StaffSessionAuthentication(SessionAuthentication):
    """The console's session, with its CSRF token; `request.auth` is the agent's reach, if he is one."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        if "Authorization" in request.headers:
            return None
        found = super().authenticate(request)
        if found is None:
            return None
        user = found[0]
        agent = Agent.objects.active().select_related("user").filter(user=user).first()
        return user, StaffReach(user, agent) if agent else None
