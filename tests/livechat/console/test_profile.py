"""What an agent sets for himself."""

import pytest
from django.test import Client
from django.urls import reverse

from livechat.models import Agent
from tests.factories import AgentFactory, ChatFactory

pytestmark = pytest.mark.django_db


def send(agent: Agent, **fields: str) -> int:
    client = Client()
    client.force_login(agent.user)
    answer = client.post(reverse("console:profile"), fields, headers={"X-Parley-Fragment": "1"})
    agent.refresh_from_db()
    return answer.status_code


def test_theme_and_single_keys_are_kept() -> None:
    agent = AgentFactory()

    assert send(agent, theme="dark", screen_name="") == 204

    assert (agent.user.theme, agent.user.single_keys) == ("dark", False)


def test_a_screen_name_holds_from_the_next_accepted_chat() -> None:
    chat = ChatFactory(assigned=True, agent_name="Noor H.")

    send(chat.agent, theme="", single_keys="on", screen_name=" Noor of IT ")

    chat.refresh_from_db()
    assert (chat.agent.display_name, chat.agent_name) == ("Noor of IT", "Noor H.")


@pytest.mark.parametrize("fields", [{"theme": "pink"}, {"theme": "", "screen_name": "x" * 61}])
def test_what_cannot_be_is_refused(fields: dict[str, str]) -> None:
    agent = AgentFactory(screen_name="Noor H.")

    assert send(agent, **fields) == 422

    assert agent.screen_name == "Noor H."


def test_a_locked_screen_name_stays_and_the_rest_is_kept() -> None:
    agent = AgentFactory(screen_name="Desk 4", screen_name_locked=True)

    assert send(agent, theme="dark", screen_name="Desk 4") == 204
    assert send(agent, theme="light", screen_name="Noor") == 409

    assert (agent.screen_name, agent.user.theme) == ("Desk 4", "dark")


def test_a_locked_screen_name_says_why() -> None:
    agent = AgentFactory(screen_name="Desk 4", screen_name_locked=True)
    client = Client()
    client.force_login(agent.user)

    page = client.get(reverse("console:inbox")).text

    assert "readonly" in page
    assert "Your administrator has set it" in page
