"""Who is at the other end, and what he may hear. One grouped look-up for all who wait."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import parse_cookie
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from livechat import events
from livechat.models import Agent, Queue, Sender
from livechat.protocol import Close
from tickets.models import Company, Customer
from tickets.services.identity import TokenClaims, read_token


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody showed: a session key (agents) or the claims of a token (customers).

    Who is in no chat names the company on whose page he is, and shows claims if he has some.
    """

    session: str = ""
    claims: TokenClaims | None = None
    company: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is admitted, and the topics he hears."""

    sender: Sender
    topics: frozenset[str]


@dataclass(frozen=True, slots=True)
class Denied:
    """Nobody is. `close` is the code to close with."""

    close: int


Admission = Person | Denied
#: Somebody on a company's page who has not asked anything yet.
NOBODY = Sender("", 0, "")


def session_cookie(headers: Sequence[tuple[bytes, bytes]]) -> str:
    """The session key in the handshake's cookies; empty without one."""
    sent = "; ".join(value.decode("latin-1") for name, value in headers if name == b"cookie")
    return parse_cookie(sent).get(settings.SESSION_COOKIE_NAME, "")


def token_credentials(token: str) -> Credentials:
    """What a customer's token claims, if we signed it."""
    return Credentials(claims=read_token(token))


def admit(waiting: Sequence[Credentials]) -> list[Admission]:
    """An answer for each, in order. Five queries at most, however many wait."""
    companies = _companies({c.company for c in waiting if c.company})
    customers = _customers({c.claims.customer for c in waiting if c.claims})
    agents = _agents({c.session for c in waiting if c.session})
    return [
        _page(shown, companies, customers) if shown.company else _answer(shown, customers, agents)
        for shown in waiting
    ]


def _companies(public_ids: set[str]) -> dict[str, int]:
    if not public_ids:
        return {}
    rows = Company.objects.filter(public_id__in=public_ids, retired_at=None)
    return dict(rows.values_list("public_id", "pk"))


def _page(
    credentials: Credentials, companies: dict[str, int], customers: dict[str, Customer]
) -> Admission:
    """A company's page. A token that is not good there is none: the page is told all the same."""
    company = companies.get(credentials.company)
    if company is None:
        return Denied(Close.FORBIDDEN)
    topics = {events.COMPANIES, events.company_topic(company)}
    customer = _customer(credentials.claims, customers)
    if customer and customer.company_id == company:
        topics.add(events.tickets_topic(customer.pk))
    return Person(NOBODY, frozenset(topics))


def _answer(
    credentials: Credentials, customers: dict[str, Customer], agents: dict[str, Admission]
) -> Admission:
    if credentials.claims:
        customer = _customer(credentials.claims, customers)
        if customer is None:
            return Denied(Close.SIGNED_OUT)
        return Person(
            Sender("c", customer.pk, customer.name), frozenset({events.customer_topic(customer.pk)})
        )
    return agents.get(credentials.session, Denied(Close.SIGNED_OUT))


def _customer(claims: TokenClaims | None, customers: dict[str, Customer]) -> Customer | None:
    """Whose token this is, while it is good."""
    if claims is None:
        return None
    customer = customers.get(claims.customer)
    return customer if customer and customer.token_epoch == claims.epoch else None


def _customers(public_ids: set[str]) -> dict[str, Customer]:
    if not public_ids:
        return {}
    rows = Customer.objects.filter(public_id__in=public_ids, company__retired_at=None)
    few = rows.only("pk", "public_id", "name", "token_epoch", "company_id")
    return {row.public_id: row for row in few}


def _agents(keys: set[str]) -> dict[str, Admission]:
    if not keys:
        return {}
    users = _users_of(keys)
    rows = Agent.objects.admitted().filter(user__in=set(users.values())).select_related("user")
    agents = {agent.user_id: agent for agent in rows}
    queues = _queues_of(agents.values())
    return {
        key: _person(agents[user], queues.get(agents[user].pk, ()), hash_now)
        if user in agents
        else Denied(Close.FORBIDDEN)
        for (key, hash_now), user in users.items()
    }


def _users_of(keys: set[str]) -> dict[tuple[str, str], int]:
    """(session key, password hash it was made under) → user, of sessions still good."""
    now = timezone.now()
    rows = Session.objects.filter(session_key__in=keys, expire_date__gt=now)
    decoded = [(row.session_key, row.get_decoded()) for row in rows]
    idle_since = int(now.timestamp()) - settings.SESSION_IDLE_SECONDS
    return {
        (key, data.get(HASH_SESSION_KEY, "")): int(data[SESSION_KEY])
        for key, data in decoded
        if SESSION_KEY in data and data.get("seen_at", idle_since) >= idle_since
    }


def _queues_of(agents: Iterable[Agent]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    members = Queue.objects.active().filter(agents__in=list(agents))
    for agent, queue in members.values_list("agents", "pk"):
        found.setdefault(agent, []).append(queue)
    return found


def _person(agent: Agent, queues: Iterable[int], made_under: str) -> Admission:
    if not constant_time_compare(made_under, agent.user.get_session_auth_hash()):
        return Denied(Close.SIGNED_OUT)
    topics = {events.STAFF, events.agent_topic(agent.pk), *map(events.queue_topic, queues)}
    return Person(Sender("a", agent.pk, agent.display_name), frozenset(topics))
