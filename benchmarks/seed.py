"""Rows for the product, made in a process of its own: what to make is told on standard input."""

import os
import sys
from datetime import timedelta
from typing import Any

import django
import orjson

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from livechat.models import Agent, Chat, ChatSettings, Draft, Message, NextAction, Queue, Sender
from livechat.services.conversation import post_messages
from tickets.models import Company, Customer, User
from tickets.services.identity import customer_token

# ruff: noqa: E402  # Django has to be set up before models are imported.

BACKEND = "django.contrib.auth.backends.ModelBackend"
QUESTION = "It happens since this morning: the mail program asks for the password again and again."
BATCH = 200
#: Chats at once of an agent: as many as an administrator can allow.
MOST = 50


def make_queue() -> Queue:
    company = Company.objects.create(name="Acme", external_key="acme")
    return Queue.objects.create(company=company, name="Support", is_default=True)


def make_agents(queue: Queue, count: int) -> list[Agent]:
    """Agents of the queue, none with a password: their sessions are made directly."""
    users = User.objects.bulk_create(
        User(email=f"agent{number}@example.com", name=f"Agent {number}", password="!")
        for number in range(count)
    )
    may = Permission.objects.get(codename="use_console", content_type__app_label="livechat")
    User.user_permissions.through.objects.bulk_create(
        User.user_permissions.through(user=user, permission=may) for user in users
    )
    User.companies.through.objects.bulk_create(
        User.companies.through(user=user, company=queue.company) for user in users
    )
    agents = Agent.objects.bulk_create(Agent(user=user) for user in users)
    Agent.queues.through.objects.bulk_create(
        Agent.queues.through(agent=agent, queue=queue) for agent in agents
    )
    return agents


def make_sessions(agents: list[Agent]) -> list[dict[str, str]]:
    """For each agent the cookie of a session."""
    store = Session.get_session_store_class()
    until = timezone.now() + timedelta(hours=12)
    sessions = []
    for agent in agents:
        session = store()
        content = {
            SESSION_KEY: str(agent.user.pk),
            BACKEND_SESSION_KEY: BACKEND,
            HASH_SESSION_KEY: agent.user.get_session_auth_hash(),
            "seen_at": int(timezone.now().timestamp()),
        }
        key = session._get_new_session_key()
        sessions.append(
            Session(session_key=key, session_data=session.encode(content), expire_date=until)
        )
    Session.objects.bulk_create(sessions)
    name = settings.SESSION_COOKIE_NAME
    return [{"cookie": name, "session": session.session_key} for session in sessions]


def make_customers(company: Company, count: int) -> list[Customer]:
    return Customer.objects.bulk_create(
        Customer(company=company, name=f"Customer {number}") for number in range(count)
    )


@transaction.atomic
def chats(count: int, agents: int = 0) -> list[dict[str, Any]]:
    """Accepted chats, and what both sides need to come in. Fewer agents than chats share them."""
    queue = make_queue()
    staff = make_agents(queue, agents or count)
    cookies = make_sessions(staff)
    customers = make_customers(queue.company, count)
    now = timezone.now()
    made = Chat.objects.bulk_create(
        Chat(
            customer=customer,
            queue=queue,
            agent=staff[number % len(staff)],
            agent_name=staff[number % len(staff)].user.name,
            client_id=f"question-{number}",
            status=Chat.Status.ASSIGNED,
            subject=QUESTION[:80],
            version=2,
            owner_epoch=1,
            accepted_at=now,
            next_action=NextAction.LOOK,
            next_action_at=now + timedelta(minutes=1),
            target_at=None,
        )
        for number, customer in enumerate(customers)
    )
    Agent.objects.update(open_chats=count // len(staff))
    Message.objects.append(made, [_question(chat) for chat in made])
    return [
        {
            "chat": chat.public_id,
            "head": chat.last_seq,
            "token": customer_token(chat.customer),
            **cookies[number % len(staff)],
        }
        for number, chat in enumerate(made)
    ]


def _question(chat: Chat) -> Draft:
    sender = Sender("c", chat.customer_id, chat.customer.name)
    return Draft(chat.public_id, sender, chat.client_id, "reply", QUESTION)


def missed(chats: list[str], count: int) -> int:
    """Replies of each chat's agent, stored while its customer is away."""
    rows = Chat.objects.filter(public_id__in=chats).values_list(
        "public_id", "agent_id", "agent_name"
    )
    drafts = [
        Draft(chat, Sender("a", agent, name), f"missed-{number:04d}", "reply", QUESTION, epoch=1)
        for number in range(count)
        for chat, agent, name in rows
    ]
    for start in range(0, len(drafts), BATCH):
        post_messages(drafts[start : start + BATCH])
    return len(drafts)


@transaction.atomic
def consoles(count: int, customers: int) -> dict[str, Any]:
    """Agents of one queue, and customers who may ask."""
    queue = make_queue()
    cookies = make_sessions(make_agents(queue, count))
    asking = make_customers(queue.company, customers)
    return {"consoles": cookies, "tokens": [customer_token(customer) for customer in asking]}


@transaction.atomic
def desk(count: int, waiting: int, customers: int) -> dict[str, Any]:
    """Agents of two queues: in one chats wait to be taken by hand, the other gives its chats."""
    gives = make_queue()
    gives.auto_accept, gives.capacity = True, MOST
    gives.save()
    by_hand = Queue.objects.create(company=gives.company, name="By hand", auto_accept=False)
    ChatSettings.objects.update(largest_capacity=MOST)
    agents = make_agents(gives, count)
    Agent.queues.through.objects.bulk_create(
        Agent.queues.through(agent=agent, queue=by_hand) for agent in agents
    )
    wait_in(by_hand, make_customers(gives.company, waiting))
    cookies = make_sessions(agents)
    asking = make_customers(gives.company, customers)
    return {
        "consoles": [
            {**cookie, "agent": agent.public_id}
            for cookie, agent in zip(cookies, agents, strict=True)
        ],
        "tokens": [customer_token(customer) for customer in asking],
    }


def wait_in(queue: Queue, customers: list[Customer]) -> None:
    """A chat of each waits, and nothing is due soon."""
    now = timezone.now()
    made = Chat.objects.bulk_create(
        Chat(
            customer=customer,
            queue=queue,
            client_id=f"waiting-{number}",
            subject=QUESTION[:80],
            queued_at=now,
            rank_time=now,
            next_action_at=now + timedelta(hours=1),
            target_at=now + timedelta(hours=1),
        )
        for number, customer in enumerate(customers)
    )
    Message.objects.append(made, [_question(chat) for chat in made])


VERBS = {"chats": chats, "missed": missed, "consoles": consoles, "desk": desk}

if __name__ == "__main__":
    given = orjson.loads(sys.stdin.buffer.read())
    print(orjson.dumps(VERBS[sys.argv[1]](**given)).decode())
