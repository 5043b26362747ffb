"""What an agent is told, and how: kept for him, whatever machine he sits at."""

import pytest
from django.test import Client
from django.urls import reverse

from livechat.models import Agent, NotificationChoice
from livechat.models.notifications import WAYS, NewsKind
from livechat.services.notifications import choose_notifications
from tests.factories import AgentFactory

pytestmark = pytest.mark.django_db
EVERY = {f"{kind}-{way}": "on" for kind in NewsKind.values for way in WAYS}


def send(agent: Agent, boxes: dict[str, str], **headers: str) -> int:
    client = Client()
    client.force_login(agent.user)
    return client.post(reverse("console:notifications"), boxes, headers=headers).status_code


def chosen(agent: Agent, kind: str) -> tuple[bool, ...]:
    return tuple(NotificationChoice.objects.of(agent)[kind].values())


def test_at_first_the_screen_tells_all_and_nothing_else_does() -> None:
    agent = AgentFactory()

    assert chosen(agent, "all") == (True, False, False)
    assert {chosen(agent, kind) for kind in NewsKind.values if kind != "all"} == {(True,) * 3}


def test_switches_are_kept_for_the_agent_alone() -> None:
    agent, colleague = AgentFactory(), AgentFactory()
    boxes = {name: on for name, on in EVERY.items() if name != "message-sound"}

    assert send(agent, boxes, **{"X-Parley-Fragment": "1"}) == 204

    assert chosen(agent, "all") == (True, True, True)
    assert chosen(agent, "message") == (True, True, False)
    assert chosen(colleague, "all") == (True, False, False)


def test_a_box_that_is_not_sent_is_off() -> None:
    agent = AgentFactory()

    assert send(agent, {}) == 302

    assert {chosen(agent, kind) for kind in NewsKind.values} == {(False,) * 3}


def test_only_what_was_changed_is_written() -> None:
    agent = AgentFactory()
    same = NotificationChoice.objects.of(agent)

    choose_notifications(agent.pk, choices={**same, "chat": dict.fromkeys(WAYS, False)})

    assert [choice.kind for choice in agent.notification_choices.all()] == ["chat"]


def test_the_page_shows_what_he_chose() -> None:
    agent = AgentFactory()
    send(agent, {"all-toast": "on", "chat-desktop": "on"})
    client = Client()
    client.force_login(agent.user)

    page = client.get(reverse("console:inbox")).text

    ticked = [name for name in EVERY if f'name="{name}" checked' in page]
    assert ticked == ["all-toast", "chat-desktop"]
