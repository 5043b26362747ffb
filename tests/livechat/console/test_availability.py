"""Whether an agent takes chats, and how many at once: the control and its door."""

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from livechat import events
from livechat.models import Agent, AvailabilityReason, ChatSettings
from tests.factories import AgentFactory, QueueFactory

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Parley-Fragment": "1"}


@pytest.fixture
def agent() -> Any:
    return AgentFactory(queues=[QueueFactory(auto_accept=True)])


def door(agent: Agent, *, fragment: bool = True, **fields: str) -> HttpResponse:
    """Looks, or sends what was chosen."""
    client = Client()
    client.force_login(agent.user)
    ask = client.post if fields else client.get
    response = ask(
        reverse("console:availability"), fields or None, headers=FRAGMENT if fragment else {}
    )
    agent.refresh_from_db()
    return response


def shown(agent: Agent) -> dict[str, bool]:
    """Each choice of the control, and whether it is chosen."""
    options = re.findall(r'<option value="(\w+)"( selected)?>', door(agent).text)
    return {value: bool(chosen) for value, chosen in options}


def settle(**fields: Any) -> None:
    ChatSettings.objects.update(**fields)


def test_where_chats_are_accepted_automatically_he_says_how_many(agent: Agent) -> None:
    assert list(shown(agent)) == ["off", "1", "2", "3", "4", "5"]
    assert shown(agent)["3"]

    assert door(agent, take="2").status_code == 200

    assert (agent.available, agent.capacity) == (True, 2)
    assert shown(agent)["2"]


def test_he_may_choose_no_more_than_his_own_limit(agent: Agent) -> None:
    Agent.objects.filter(pk=agent.pk).update(largest_capacity=2)

    assert list(shown(agent)) == ["off", "1", "2"]
    assert door(agent, take="3").status_code == 409
    assert agent.capacity is None


def test_the_administrator_may_fix_the_number(agent: Agent) -> None:
    settle(capacity_fixed=True, default_capacity=4)

    assert shown(agent) == {"off": False, "on": True}
    assert "4 chats" in door(agent).text
    assert door(agent, take="2").status_code == 409
    assert door(agent, take="off").status_code == 200
    assert door(agent, take="on").status_code == 200
    assert agent.available


def test_otherwise_it_is_a_switch(agent: Agent) -> None:
    by_hand = AgentFactory(queues=[QueueFactory()])

    assert 'aria-checked="true"' in door(by_hand).text
    assert 'aria-checked="false"' in door(by_hand, take="off").text
    assert not by_hand.available


def test_a_queue_whose_chats_are_given_by_hand_asks_for_no_number() -> None:
    agent = AgentFactory(queues=[QueueFactory(auto_accept=True, selector="manual")])

    assert 'role="switch"' in door(agent).text


def test_who_is_off_may_say_why(agent: Agent) -> None:
    AvailabilityReason.objects.create(label="On a call & busy")
    AvailabilityReason.objects.create(label="Gone", retired_at="2026-01-01T00:00Z")

    assert "On a call" not in door(agent).text
    off = door(agent, take="off").text
    assert "<option>On a call &amp; busy</option>" in off
    assert "Gone" not in off

    assert "<option selected>On a call" in door(agent, take="off", reason="On a call & busy").text
    door(agent, take="2")
    assert agent.reason is None


def test_a_reason_that_there_is_not_is_none(agent: Agent) -> None:
    assert door(agent, take="off", reason="Holidays").status_code == 200
    assert (agent.available, agent.reason) == (False, None)


@pytest.mark.parametrize("take", ["", "0", "yes", "-1", "100", "2\n"])
def test_what_is_no_choice_is_refused(agent: Agent, take: str) -> None:
    assert door(agent, take=take, reason="").status_code == 422
    assert agent.available


def test_his_other_pages_hear_of_it(agent: Agent, published: list[events.Event]) -> None:
    door(agent, take="2")

    assert [type(event) for event in published] == [events.AvailabilityChanged]


def test_it_survives_a_reload(agent: Agent) -> None:
    door(agent, take="off")
    client = Client()
    client.force_login(agent.user)

    assert '<option value="off" selected>' in client.get(reverse("console:inbox")).text


def test_without_a_script_it_leads_to_the_lists(agent: Agent) -> None:
    assert door(agent, fragment=False, take="off")["Location"] == reverse("console:inbox")


@pytest.mark.parametrize("rows", [1, 20])
def test_it_takes_as_many_queries_for_one_queue_as_for_twenty(
    django_assert_num_queries: Any, rows: int
) -> None:
    agent = AgentFactory(queues=QueueFactory.create_batch(rows, auto_accept=True))
    client = Client()
    client.force_login(agent.user)

    with django_assert_num_queries(7):  # session, user, agent, rights (2), settings, queues
        client.get(reverse("console:availability"), headers=FRAGMENT)
