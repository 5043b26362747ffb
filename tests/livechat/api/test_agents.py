"""Agents by API: colleagues, what one takes oneself, and why chats went to whom."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from livechat.models import Agent, AvailabilityReason, ChatSettings, RoutingDecision
from livechat.services.assignment import accept_chat
from tests.factories import AgentFactory, ApiTokenFactory, ChatFactory, QueueFactory
from tests.livechat.api.conftest import Caller, problem_of
from tests.livechat.api.test_tokens import calling

pytestmark = pytest.mark.django_db
MINE = "agents/me/availability/"


@pytest.fixture
def queue():
    return QueueFactory()


@pytest.fixture
def agent(queue) -> Agent:
    return AgentFactory(queues=[queue])


@pytest.fixture
def caller(agent) -> Caller:
    return calling(ApiTokenFactory(user=agent.user))


def put(caller: Caller, body: object):
    return caller.client.put(
        f"/api/v1/{MINE}", body, content_type="application/json", headers=caller.headers
    )


def test_colleagues_are_who_serves_the_same_queues(caller, agent, queue):
    elsewhere = QueueFactory()
    colleague = AgentFactory(queues=[queue, elsewhere], available=False)
    AgentFactory(queues=[elsewhere])

    told = {each["id"]: each for each in caller.get("agents/").json()["results"]}

    assert set(told) == {agent.public_id, colleague.public_id}
    assert told[colleague.public_id] == {
        "id": colleague.public_id,
        "screen_name": colleague.display_name,
        "online": False,
        "available": False,
        "reason": None,
        "capacity": None,
        "open_chats": 0,
        "queues": [queue.public_id],
    }
    available = caller.get("agents/", available="true", queue=queue.public_id).json()["results"]
    assert [each["id"] for each in available] == [agent.public_id]
    assert caller.get("agents/", queue=elsewhere.public_id).json()["results"] == []


def test_one_says_whether_one_takes_chats_and_why_not(caller, agent):
    AvailabilityReason.objects.create(label="At lunch")
    assert caller.get(MINE).json()["available"] is True

    told = put(caller, {"available": False, "reason": "At lunch"}).json()

    assert told == {"available": False, "reason": "At lunch", "capacity": None}
    assert caller.get(MINE).json() == told
    assert put(caller, {"available": True, "capacity": 2}).json()["capacity"] == 2
    agent.refresh_from_db()
    assert (agent.available, agent.capacity, agent.reason) == (True, 2, None)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"available": "perhaps"}, 400),
        ({"available": True, "capacity": 0}, 400),
        ({"available": True, "capacity": 51}, 400),
        ({"available": True, "capacity": 50}, 409),
        ({"available": False, "reason": "Nothing of the kind"}, 400),
        ([], 400),
    ],
)
def test_what_makes_no_sense_changes_nothing(caller, agent, body, status):
    problem_of(put(caller, body), status)

    agent.refresh_from_db()
    assert (agent.available, agent.capacity) == (True, None)


def test_how_many_is_not_chosen_where_the_administrator_has_fixed_it(caller):
    ChatSettings.objects.update(capacity_fixed=True)

    problem_of(put(caller, {"available": True, "capacity": 2}), 409)


def test_a_token_without_the_scope_changes_no_availability(agent):
    token = ApiTokenFactory(user=agent.user, scopes=["desk:read"])

    refused = problem_of(put(calling(token), {"available": False}), 403)

    assert refused["detail"] == "The API token lacks the scope desk:write."
    agent.refresh_from_db()
    assert agent.available


def test_decisions_say_who_got_a_chat_and_only_how_many_could_not(caller, agent, queue):
    chat, now = ChatFactory(queue=queue), timezone.now()
    others = [AgentFactory(queues=[queue]) for _ in range(3)]
    verdicts = [[other.pk, "offline", 0, 3] for other in others]
    RoutingDecision.objects.create(chat=chat, verdicts=verdicts, first_at=now, last_at=now)
    accept_chat(chat.pk, by=agent.pk)

    answer = caller.get(f"chats/{chat.public_id}/decisions/")
    latest, first = answer.json()["results"]

    assert latest["agent"] == {"id": agent.public_id, "screen_name": agent.display_name}
    assert (latest["how"], first["agent"], first["how"]) == ("click", None, None)
    assert first["considered"] == {"offline": 3}
    assert not any(other.public_id in answer.content.decode() for other in others)


def test_queries_do_not_grow(caller, queue):
    caller.get("agents/")  # The first call of a minute begins to count them.
    with CaptureQueriesContext(connection) as few:
        caller.get("agents/")
    for _ in range(5):
        AgentFactory(queues=[queue])
    with CaptureQueriesContext(connection) as many:
        assert len(caller.get("agents/").json()["results"]) == 6

    assert len(many) == len(few)
