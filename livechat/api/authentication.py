"""Who calls: two authentications, two reaches, never one with branches."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from livechat.models import Agent, Chat, Sender
from livechat.models.chats import ChatQuerySet
from tickets.models import Customer, User
from tickets.services.identity import read_token


class Reach:
    """What a caller may touch."""

    staff: ClassVar[bool]

    @property
    def person(self) -> User | Customer:
        """Who calls."""
        raise NotImplementedError

    def sender_in(self, chat: Chat) -> Sender:
        """As whom the caller speaks in this chat."""
        raise NotImplementedError

    def chats(self) -> ChatQuerySet:
        """The chats that exist for the caller."""
        raise NotImplementedError

    def addressable(self) -> ChatQuerySet:
        """Also those that he is told others have, when he writes to them."""
        return self.chats()


class CustomerReach(Reach):
    """What a customer's token reaches: his own chats."""

    staff = False

    def __init__(self, customer: Customer) -> None:
        self.customer = customer

    @property
    def person(self) -> Customer:
        return self.customer

    def sender_in(self, chat: Chat) -> Sender:
        return Sender("c", self.customer.pk, self.customer.name)

    def chats(self) -> ChatQuerySet:
        return Chat.objects.of_customer(self.customer)


class StaffReach(Reach):
    """What a member of staff reaches: the chats of his queues that wait, and those he has."""

    staff = True

    def __init__(self, user: User, agent: Agent) -> None:
        self.user = user
        self.agent = agent

    @property
    def person(self) -> User:
        return self.user

    def sender_in(self, chat: Chat) -> Sender:
        return Sender("a", self.agent.pk, self.agent.display_name)

    def chats(self) -> ChatQuerySet:
        return Chat.objects.visible_to(self.user)

    def addressable(self) -> ChatQuerySet:
        return Chat.objects.addressable_by(self.user)


AnyReach = TypeVar("AnyReach", bound=Reach)


def reach_of(request: Request, kind: type[AnyReach]) -> AnyReach:
    """The caller's reach. That it is of this kind, the view's permission has made sure."""
    reach: object = request.auth
    assert isinstance(reach, kind)
    return reach


class CustomerTokenAuthentication(BaseAuthentication):
    """`Authorization: Customer <token>`; `request.auth` is his reach. No cookie is read."""

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
    """The console's session, with its CSRF token; `request.auth` is the reach of an agent."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        if "Authorization" in request.headers:
            return None
        found = super().authenticate(request)
        if found is None:
            return None
        user = found[0]
        agent = Agent.objects.active().select_related("user").filter(user=user).first()
        return user, StaffReach(user, agent) if agent else None
