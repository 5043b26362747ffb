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
