"""Whether a process lives, and whether it can work."""

from datetime import timedelta
from time import monotonic

import pytest
from django.db import OperationalError
from django.utils import timezone

from config import health
from livechat import clock as clocks
from livechat import realtime
from livechat.consumers.process import process
from livechat.models.chats import ChatQuerySet
from livechat.services.planning import ROUTE_AGAIN
from tests.factories import ChatFactory


def test_it_lives_without_a_database(client):
    response = client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"alive": True})


@pytest.mark.django_db
def test_it_is_ready_and_says_what_it_found(client):
    response = client.get("/readyz")

    found = response.json()
    assert response.status_code == 200
    assert found["ready"]
    assert found["database"]
    assert found["clock"]
    assert abs(found["skew_seconds"]) < health.SKEW_SECONDS


@pytest.mark.django_db
def test_a_database_that_is_away_turns_it_red(client, monkeypatch):
    class Away:
        def cursor(self) -> None:
            raise OperationalError("gone")

    monkeypatch.setattr(health, "connection", Away())

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {**response.json(), "database": False, "skew_seconds": None}


@pytest.mark.django_db
@pytest.mark.parametrize("skew", [-1.5, 1.5])
def test_a_database_of_another_time_turns_it_red(client, monkeypatch, skew):
    monkeypatch.setattr(health, "_database_skew", lambda: skew)

    assert client.get("/readyz").status_code == 503


@pytest.mark.django_db
def test_a_clock_that_hangs_turns_it_red(client, monkeypatch):
    monkeypatch.setattr(health.clock, "ticked_at", monotonic() - clocks.STALE_SECONDS - 1)

    response = client.get("/readyz")

    assert (response.status_code, response.json()["clock"]) == (503, False)


@pytest.mark.django_db
def test_every_chat_is_looked_after_and_it_says_so(client):
    ChatFactory()

    found = client.get("/readyz").json()

    assert (found["chats_without_next_action"], found["overdue_seconds"]) == (0, 0.0)


@pytest.mark.django_db
def test_a_chat_that_nothing_is_planned_for_turns_it_red(client, monkeypatch):
    """No row can say so while its constraint stands: the reading does."""
    ChatFactory()
    everybody = ChatQuerySet.live
    monkeypatch.setattr(ChatQuerySet, "without_next_action", everybody)

    response = client.get("/readyz")

    assert (response.status_code, response.json()["chats_without_next_action"]) == (503, 1)


@pytest.mark.django_db
def test_without_any_clock_it_is_red_within_thirty_seconds(client, monkeypatch):
    """Not of this process: one of its own that has died. A chat waits, and was looked at last."""
    now = timezone.now()
    ChatFactory(next_action_at=now + ROUTE_AGAIN)
    monkeypatch.setattr(health, "_database_skew", lambda: 0.0)

    def answer_after(seconds: int) -> int:
        monkeypatch.setattr(timezone, "now", lambda: now + timedelta(seconds=seconds))
        return client.get("/readyz").status_code

    assert [answer_after(seconds) for seconds in (9, 24, 26)] == [200, 200, 503]


@pytest.mark.django_db
def test_a_process_that_leaves_is_not_ready(client, monkeypatch):
    monkeypatch.setattr(process, "leaving", True)

    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_without_its_bus_it_is_ready_as_the_sweep_delivers(client, monkeypatch):
    class Away:
        healthy = False

    monkeypatch.setattr(realtime, "bus", Away)

    response = client.get("/readyz")

    assert (response.status_code, response.json()["bus"]) == (200, False)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_they_are_asked_not_told(client, path):
    assert client.post(path).status_code == 405
