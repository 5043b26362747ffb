"""A session ends when it was idle too long, and at its absolute end whatever happens."""

import time

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from tests.factories import PASSWORD, AgentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agents_client() -> Client:
    client = Client()
    user = AgentFactory().user
    client.post("/sign-in/", {"username": user.email, "password": PASSWORD})
    return client


def seen(client: Client, seconds_ago: int) -> None:
    session = client.session
    session["seen_at"] = int(time.time()) - seconds_ago
    session.save()


def idle(client: Client) -> int:
    return int(time.time()) - client.session["seen_at"]


def is_signed_in(client: Client) -> bool:
    return client.get("/api/v1/chats/").status_code == 200


def test_a_session_that_was_used_lately_goes_on(agents_client):
    seen(agents_client, settings.SESSION_IDLE_SECONDS - 60)

    assert is_signed_in(agents_client)


def test_a_session_that_was_idle_too_long_is_over(agents_client):
    seen(agents_client, settings.SESSION_IDLE_SECONDS + 1)

    assert not is_signed_in(agents_client)
    assert not Session.objects.exists()


def test_reading_is_noted_now_and_then(agents_client):
    seen(agents_client, 599)
    is_signed_in(agents_client)
    assert idle(agents_client) >= 599

    seen(agents_client, 602)
    is_signed_in(agents_client)
    assert idle(agents_client) < 60


def test_acting_is_noted_once_a_minute(agents_client):
    seen(agents_client, 50)
    agents_client.post("/api/v1/chats/")
    assert idle(agents_client) >= 50

    seen(agents_client, 62)
    agents_client.post("/api/v1/chats/")
    assert idle(agents_client) < 60


def test_no_use_moves_the_absolute_end(agents_client):
    end = Session.objects.get().expire_date

    seen(agents_client, 602)
    is_signed_in(agents_client)

    assert Session.objects.get().expire_date == end
    left = (end - timezone.now()).total_seconds()
    assert 0 < left <= settings.SESSION_COOKIE_AGE


def test_after_its_end_a_session_is_nothing(agents_client):
    Session.objects.update(expire_date=timezone.now())

    assert not is_signed_in(agents_client)
