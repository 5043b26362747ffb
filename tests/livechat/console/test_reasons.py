"""Why a chat came to its agent, and why to nobody yet."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from livechat.models import Agent, Chat, ChatSettings, Queue, RoutingDecision
from livechat.services.assignment import accept_chat
from livechat.services.drain import drain
from tests.factories import AgentFactory, ChatFactory, QueueFactory

pytestmark = pytest.mark.django_db(transaction=True)
FRAGMENT = {"X-Parley-Fragment": "1"}


@pytest.fixture
def queue() -> Any:
    return QueueFactory(auto_accept=True)


def page(agent: Agent, name: str, *args: str, **query: str) -> str:
    client = Client()
    client.force_login(agent.user)
    address = reverse(f"console:{name}", args=args)
    return client.get(address, query, headers=FRAGMENT).text


def test_a_chat_that_was_given_says_by_which_rule_and_load(queue: Any) -> None:
    agent = AgentFactory(queues=[queue], online=True)
    chat = ChatFactory(queue=queue)
    drain([queue.pk])

    part = page(agent, "chat", chat.public_id)

    assert "Why it came to you" in part
    assert "Given to you automatically: least loaded, 1 of 3." in part


def test_why_he_has_it_stays_what_it_was_when_the_selector_is_another(queue: Any) -> None:
    agent = AgentFactory(queues=[queue], online=True)
    chat = ChatFactory(queue=queue)
    drain([queue.pk])
    Queue.objects.update(selector="rotation")
    ChatSettings.objects.update(selector="fewest_open")

    part = page(agent, "chat", chat.public_id)

    assert "Given to you automatically: least loaded, 1 of 3." in part


def test_of_a_decision_older_than_that_it_names_no_rule(queue: Any) -> None:
    agent = AgentFactory(queues=[queue], online=True)
    chat = ChatFactory(queue=queue)
    drain([queue.pk])
    RoutingDecision.objects.update(selector="")

    assert "Given to you automatically." in page(agent, "chat", chat.public_id)


def test_a_chat_that_he_took_himself_says_so(queue: Any) -> None:
    agent = AgentFactory(queues=[queue])
    chat = ChatFactory(queue=queue)
    accept_chat(chat.pk, by=agent.pk)

    assert "You accepted it by hand." in page(agent, "chat", chat.public_id)


def test_a_waiting_chat_counts_who_cannot_take_it_and_names_nobody(queue: Any) -> None:
    agent = AgentFactory(queues=[queue], available=False)
    full = AgentFactory.create_batch(2, queues=[queue], online=True, open_chats=3)
    chat = ChatFactory(queue=queue)
    drain([queue.pk])

    preview = page(agent, "chat", chat.public_id)
    row = page(agent, "lists", list="queue")

    for shown in (preview, row):
        assert "2 full, 1 unavailable" in shown
        assert not any(colleague.display_name in shown for colleague in full)


def test_a_chat_that_nobody_was_looked_for_says_nothing() -> None:
    chat = ChatFactory()
    agent = AgentFactory(queues=[chat.queue])

    assert "Why nobody" not in page(agent, "chat", chat.public_id)
    assert Chat.objects.get().status == "queued"
