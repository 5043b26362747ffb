"""A small service desk with everybody in it: who calls, and the chats that are called for."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group
from django.core import signing
from django.db import connection
from django.test import Client
from django.utils import timezone

from knowledge.models import Article
from livechat.events import Mark
from livechat.models import Agent, Chat, ChatArticle, Draft, Message, Queue, Sender
from tests.factories import ArticleFactory
from tickets.models import Company, Customer, User
from tickets.services.identity import customer_token

OTHER_QUEUE = "agent of another queue"
PASSWORD = "a-password-of-no-value"
APPS = ("tickets", "knowledge", "livechat", "auth")
#: The public id of an article that every customer may read, shared in every chat.
ARTICLE = "K" * 22


@dataclass
class Principal:
    """Somebody who calls. `kind`: nobody, outsider (signed in, no more), customer, agent."""

    name: str
    kind: str
    customer: Customer | None = None
    user: User | None = None
    agent: Agent | None = None
    token: str = ""
    queues: frozenset[int] = frozenset()
    session: str = ""

    @property
    def speaks_for_himself(self) -> bool:
        """Whether he comes with a customer's token, good or bad, rather than with a session."""
        return bool(self.token)

    def client(self) -> Client:
        """His browser; the CSRF check is on, and he has a token for it."""
        browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
        secret = "c" * 32
        browser.cookies["csrftoken"] = secret
        browser.defaults["HTTP_X_CSRFTOKEN"] = secret
        if self.token:
            browser.defaults["HTTP_AUTHORIZATION"] = f"Customer {self.token}"
        if self.session:
            browser.cookies["sid"] = self.session
        return browser


@dataclass
class World:
    """Everybody, a chat of each kind, and `missing`: an id of the right form that nobody has."""

    people: dict[str, Principal] = field(default_factory=dict)
    chats: dict[str, Chat] = field(default_factory=dict)
    companies: dict[str, Company] = field(default_factory=dict)
    queues: dict[str, Queue] = field(default_factory=dict)
    missing: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    def address(self, label: str) -> str:
        chat = self.chats.get(label)
        return chat.public_id if chat else self.missing


def raise_sequences() -> None:
    """Primary keys of nine digits from here on, so that one that leaks is seen."""
    for number, model in enumerate(_numbered_models()):
        start, table = 710_000_000 + number * 1_000_003, model._meta.db_table
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(
                    "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, start]
                )
                continue
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, start]
            )


def _numbered_models() -> list[Any]:
    models = [model for app in APPS for model in apps.get_app_config(app).get_models()]
    return [model for model in models if model._meta.pk.get_internal_type() == "BigAutoField"]


def raised_keys() -> set[str]:
    """Every primary key of nine digits that stands in the database."""
    keys = {
        str(key)
        for model in _numbered_models()
        for key in model._default_manager.values_list("pk", flat=True)
    }
    return {key for key in keys if len(key) == 9}


def make_world() -> World:
    world = World()
    raise_sequences()
    _companies(world)
    _staff(world)
    _customers(world)
    _chats(world)
    _articles(world)
    _unwelcome(world)
    for person in world.people.values():
        if person.agent and person.kind == "agent":
            person.queues = frozenset(person.agent.queues.values_list("pk", flat=True))
    return world


def _companies(world: World) -> None:
    for label in ("ours", "theirs", "closed"):
        world.companies[label] = Company.objects.create(
            name=f"Company {label}", external_key=label, allowed_origins=f"https://{label}.example"
        )
    for label, company, default in [
        ("first", "ours", True),
        ("second", "ours", False),
        ("foreign", "theirs", True),
    ]:
        world.queues[label] = Queue.objects.create(
            name=f"Queue {label}", company=world.companies[company], is_default=default
        )


def _staff(world: World) -> None:
    for name, queue in [
        ("agent", "first"),
        ("colleague", "first"),
        (OTHER_QUEUE, "second"),
        ("agent of another company", "foreign"),
    ]:
        _employ(world, name, "agent", group="Agent", queue=queue)
    _employ(world, "agent without permission", "outsider", queue="first")
    _employ(world, "retired agent", "outsider", group="Agent", queue="first")
    Agent.objects.filter(pk=world.people["retired agent"].agent.pk).update(
        retired_at=timezone.now()
    )  # type: ignore[union-attr]
    _employ(world, "deactivated agent", "nobody", group="Agent", queue="first")
    User.objects.filter(pk=world.people["deactivated agent"].user.pk).update(is_active=False)  # type: ignore[union-attr]
    _employ(world, "user", "outsider")
    _employ(world, "permitted user", "outsider", group="Agent")
    _employ(world, "supervisor", "outsider", group="Supervisor")
    _employ(world, "chat administrator", "outsider", group="Chat administrator", is_staff=True)
    _employ(world, "superuser", "outsider", is_superuser=True, is_staff=True, all_companies=True)


def _employ(
    world: World, name: str, kind: str, *, group: str = "", queue: str = "", **rights: bool
) -> None:
    mail = f"{name.replace(' ', '-')}@staff.example"
    user = User.objects.create_user(mail, PASSWORD, name=f"Name of {name}", **rights)
    user.companies.add(world.companies["ours"])
    if group:
        user.groups.add(Group.objects.get(name=group))
    agent = None
    if queue:
        agent = Agent.objects.create(user=user, screen_name=f"Screen of {name}")
        agent.queues.add(world.queues[queue])
    browser = Client()
    browser.force_login(user)
    session = browser.session
    session["seen_at"] = int(time.time()) + 3600  # However long the tests take, none is idle.
    session.save()
    world.people[name] = Principal(
        name, kind, user=user, agent=agent, session=browser.cookies["sid"].value
    )


def _customers(world: World) -> None:
    for name, company, verified in [
        ("customer A", "ours", False),
        ("customer B", "ours", False),
        ("verified customer", "ours", True),
        ("customer of a colleague", "ours", False),
        ("customer of another queue", "ours", False),
        ("customer of another agent", "ours", False),
        ("customer of another company", "theirs", True),
        ("customer of a list", "ours", False),
    ]:
        row = Customer.objects.create(
            company=world.companies[company],
            name=f"Name of {name}",
            email=f"{name.replace(' ', '-')}@customers.example",
            phone="+49 30 1234",
            verified=verified,
            external_id=f"ext {name}" if verified else None,
        )
        world.people[name] = Principal(name, "customer", customer=row, token=customer_token(row))


def _chats(world: World) -> None:
    for label, customer, queue, agent, status, left in [
        ("waiting", "customer A", "first", "", "queued", False),
        ("had", "verified customer", "first", "agent", "assigned", False),
        ("left", "customer B", "first", "agent", "assigned", True),
        ("a colleague's", "customer of a colleague", "first", "colleague", "assigned", False),
        ("waiting elsewhere", "customer of another queue", "second", "", "queued", False),
        ("had elsewhere", "customer of another agent", "second", OTHER_QUEUE, "assigned", False),
        ("foreign", "customer of another company", "foreign", "", "queued", False),
        ("ended", "customer A", "first", "agent", "ended", False),
        ("ended by a colleague", "customer A", "first", "colleague", "ended", False),
        ("cancelled", "customer A", "first", "", "cancelled", False),
        ("abandoned", "customer A", "first", "agent", "abandoned", False),
        ("passed on", "customer of a list", "first", "", "queued", False),
    ]:  # fmt: skip
        owner = world.people[customer].customer
        holder = world.people[agent].agent if agent else None
        world.chats[label] = _chat(label, owner, world.queues[queue], holder, status, left=left)
    to, by = (world.people[name].agent for name in ("agent", "colleague"))
    passed_on = world.chats["passed on"]
    Chat.objects.filter(pk=passed_on.pk).update(
        status="transferred", transferred_to=to, transferred_by=by
    )
    passed_on.refresh_from_db()


def next_action(status: str) -> dict[str, Any]:
    """What a chat of this status needs for its constraints; nothing is due while a test runs."""
    if status in {"ended", "abandoned", "cancelled"}:
        return {"next_action": "", "next_action_at": None, "target_at": None}
    later = timezone.now() + timedelta(hours=1)
    target_at = None if status == "assigned" else later
    return {"next_action": "look", "next_action_at": later, "target_at": target_at}


def _chat(
    label: str, customer: Any, queue: Queue, agent: Agent | None, status: str, *, left: bool
) -> Chat:
    now = timezone.now()
    chat = Chat.objects.create(
        customer=customer,
        queue=queue,
        agent=agent,
        agent_name=agent.display_name if agent else "",
        client_id=f"start-{label.replace(' ', '-')}"[:64],
        status=status,
        subject=f"canary subject {label}",
        owner_epoch=1 if agent else 0,
        accepted_at=now - timedelta(minutes=2) if agent else None,
        ended_at=now if status in {"ended", "abandoned", "cancelled"} else None,
        left_at=now if left else None,
        **next_action(status),
    )
    asker = Sender("c", customer.pk, customer.name)
    lines = [Draft(chat.public_id, asker, "question", "reply", f"canary body {label}")]
    if agent:
        speaker = Sender("a", agent.pk, agent.display_name)
        lines += [
            Draft(chat.public_id, speaker, "note-note", "note", f"canary note {label}"),
            Draft(chat.public_id, speaker, "answer-1", "reply", f"canary answer {label}"),
            Draft.event(chat, "accepted", agent=agent.display_name),
        ]
    Message.objects.append([chat], lines)
    chat.refresh_from_db()
    return chat


def _articles(world: World) -> None:
    shared = ArticleFactory(title="Map a drive")
    Article.objects.filter(pk=shared.pk).update(public_id=ARTICLE)
    for chat in world.chats.values():
        ChatArticle.objects.create(chat=chat, article=shared, shared_at=timezone.now())


def _unwelcome(world: World) -> None:
    """Those whose token is none, or is one no longer."""
    stale = Customer.objects.create(company=world.companies["ours"], name="Name of stale")
    token = customer_token(stale)
    Customer.objects.filter(pk=stale.pk).update(token_epoch=2)
    gone = Customer.objects.create(company=world.companies["closed"], name="Name of gone")
    closed = customer_token(gone)
    Company.objects.filter(pk=world.companies["closed"].pk).update(retired_at=timezone.now())
    mine = world.people["customer A"].customer
    forged = signing.dumps(["x" * 22, mine.company.public_id, 1], salt="parley.customer")  # type: ignore[union-attr]
    elsewhere = signing.dumps([mine.public_id, mine.company.public_id, 1], salt="another.purpose")  # type: ignore[union-attr]
    for name, bad in [
        ("raised epoch", token),
        ("retired company", closed),
        ("token of nobody", forged),
        ("token of another purpose", elsewhere),
        ("garbage", "garbage.token.here"),
    ]:
        world.people[name] = Principal(name, "nobody", token=bad)
    world.people["nobody"] = Principal("nobody", "nobody")


def canaries(chat: Chat, label: str) -> Iterator[str]:
    """What only those may read who may see this chat."""
    yield from (f"canary {what} {label}" for what in ("subject", "body", "note", "answer"))


def marks(world: World) -> dict[str, list[Any]]:
    return {chat.public_id: list(Mark.of(chat)) for chat in world.chats.values()}
