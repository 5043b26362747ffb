"""Who calls, by customer's token, API token or session; two reaches, never one with branches."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from livechat.models import Agent, Chat, Sender
from livechat.models.chats import ChatQuerySet
from tickets.exceptions import ThrottledError
from tickets.models import ApiToken, Customer, Throttle, User
from tickets.models.throttle import RATE
from tickets.services.identity import read_token
from tickets.services.tokens import read_api_token

#: The scope's word for what an address is named after, where it is another.
RESOURCES = {
    "agent": "desk", "alert": "desk", "article": "articles", "asset": "people", "chat": "chats",
    "company": "people", "customer": "people", "file": "chats", "queue": "desk", "status": "desk",
    "ticket": "tickets",
}  # fmt: skip


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


class ScopeMissingError(PermissionDenied):
    """The token is good, and not for this."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.told = f"The API token lacks the scope {scope}."


class ApiTokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <API token>`: the reach of its user, within the token's scopes."""

    keyword = "bearer"

    def authenticate(self, request: Request) -> tuple[User, StaffReach | None] | None:
        keyword, _space, said = request.headers.get("Authorization", "").partition(" ")
        if keyword.lower() != self.keyword:
            return None
        token = read_api_token(said.strip())
        if token is None:
            raise AuthenticationFailed
        count_call(request, token)
        if scope_of(request) not in token.scopes:
            raise ScopeMissingError(scope_of(request))
        return token.user, staff_reach(token.user)

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def scope_of(request: Request) -> str:
    """What this call needs: the resource's name and whether it changes anything."""
    match = request.resolver_match
    name = (match.url_name or "").split("-")[0] if match else ""
    resource = RESOURCES.get(name, name)
    return f"{resource}:{'read' if request.method in SAFE_METHODS else 'write'}"


def count_call(request: Request, token: ApiToken) -> None:
    """How often one token may call; the answer's headers say what is left (`config.middleware`)."""
    wait = Throttle.objects.take("api_token", token.public_id)
    request.META[RATE] = Throttle.objects.standing("api_token", token.public_id)
    if wait:
        raise ThrottledError(wait)


def staff_reach(user: User) -> StaffReach | None:
    """None for staff who are no agents: they use the pages of tickets and articles."""
    agent = Agent.objects.active().select_related("user").filter(user=user).first()
    return StaffReach(user, agent) if agent else None


class StaffSessionAuthentication(SessionAuthentication):
    """The console's session, with its CSRF token; `request.auth` is the reach of an agent."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        if "Authorization" in request.headers:
            return None
        found = super().authenticate(request)
        if found is None:
            return None
        return found[0], staff_reach(found[0])
