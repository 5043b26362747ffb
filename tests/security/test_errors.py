"""ERR: whatever comes in, a machine is told a code and an id, never what is inside."""

from __future__ import annotations

import base64
import json
import logging
from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livechat.api import customers
from livechat.protocol import Code
from tests.security.surface import routes
from tests.security.world import World
from tickets.services.identity import sign_identity

INSIDE = [
    "Traceback", "File \"", ".py", "SELECT", "INSERT", "sqlite", "psycopg", "django", "settings",
    "SECRET", "Exception", "0x7f", "livechat_", "tickets_", "site-packages", "boom at",
]  # fmt: skip
MEMBERS = {"type", "title", "status", "code", "detail", "fields", "request_id"}
pytestmark = pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
FUZZ = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
QUERY = ["cursor", "status", "after", "before", "limit", "list", "chat", "next", "as"]
CURSORS = [
    "p=garbage",
    "p=\0",
    "o=99999999999999999999&p=2020-01-01",
    "r=1&p=-1",
    "p=" + "9" * 5000,
    "p=2020-01-01T00:00:00",
    "p=0001-01-01T00:00:00%2B23:59",
    "p=2020-13-40T00:00:00Z",
    "o=-1",
    "r=x",
]
WEIRD = [
    "\0", "%00", "..", "x" * 22, "\ud800", "ä" * 22, "' OR 1=1 --", "<script>", "x" * 3000,
    "%2e%2e", "%ff%fe", " ", "%0d%0aX: y", "-1", "NaN", "\u202e", "None", "{{7*7}}", "${7*7}",
]  # fmt: skip


def is_told_plainly(answer: HttpResponse) -> None:
    """No server error, and a problem document of the one form; on a page the same in words."""
    assert answer.status_code < 500, answer.content
    if answer.status_code >= 400 and answer["Content-Type"] == "application/problem+json":
        body = json.loads(answer.content)
        assert set(body) - {"retry_after", "chat"} == MEMBERS
        assert body["code"] in set(Code)
        assert body["request_id"] == answer["X-Request-Id"]
    if answer.status_code >= 400:
        says_nothing_of_the_inside(answer)


def says_nothing_of_the_inside(answer: HttpResponse) -> None:
    text = answer.content.decode()
    assert not [word for word in INSIDE if word in text], text


@pytest.mark.parametrize("name", ["nobody", "agent", "customer A"])
@pytest.mark.parametrize("route", [r for r in routes() if not r.is_admin], ids=lambda r: r.name)
def test_strange_addresses_are_answered_plainly(cell: World, name: str, route: Any) -> None:
    browser = cell.people[name].client()

    for value in WEIRD:
        path = route.path(public_id=value, company=value).encode("utf-8", "replace").decode()
        is_told_plainly(browser.get(path))
        ask = dict.fromkeys(QUERY, value)
        known = route.path(
            public_id=cell.chats["waiting"].public_id, company=cell.companies["ours"].public_id
        )
        printable = {key: each.encode("utf-8", "replace").decode() for key, each in ask.items()}
        is_told_plainly(browser.get(known, printable))


TEXT = st.text(max_size=9)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=6,
)
BOMBS = ["[" * 60_000, '{"a":' * 40_000, "1" * 90_000, '"\\ud800"', "NaN", '{"a":1e999}', "\0"]
FIELDS = ["client_id", "question", "name", "email", "kind", "body", "epoch", "company", "identity"]
BODIES = st.one_of(
    st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=5).map(json.dumps),
    JSON.map(json.dumps),
    st.text(max_size=30),
    st.sampled_from(BOMBS),
)


@pytest.mark.parametrize("path", ["customers/", "chats/", "chats/{}/messages/", "chats/{}/cancel/"])
@FUZZ
@given(body=BODIES)
def test_strange_bodies_are_answered_plainly(cell: World, path: str, body: str) -> None:
    browser = cell.people["customer A"].client()
    path = "/api/v1/" + path.format(cell.chats["waiting"].public_id)

    is_told_plainly(browser.post(path, body.encode("utf-8", "replace"), "application/json"))


@pytest.mark.parametrize("body", BOMBS)
def test_a_bomb_of_json_is_answered_plainly(cell: World, body: str) -> None:
    browser = cell.people["customer A"].client()

    is_told_plainly(browser.post("/api/v1/customers/", body, "application/json"))


@pytest.mark.parametrize("name", ["agent", "customer A"])
@pytest.mark.parametrize("cursor", CURSORS)
def test_a_made_up_cursor_is_answered_plainly(cell: World, name: str, cursor: str) -> None:
    made_up = base64.b64encode(cursor.encode()).decode()

    is_told_plainly(cell.people[name].client().get("/api/v1/chats/", {"cursor": made_up}))


@pytest.mark.parametrize("field", ["question", "name", "email", "client_id"])
@pytest.mark.parametrize(
    "value", ["\0", "\ud800", "a\0b", "x" * 9000, "x" * 300 + "@x.example", 1, [], {}]
)
def test_a_chat_with_a_strange_field_is_answered_plainly(
    cell: World, field: str, value: Any
) -> None:
    browser = cell.people["customer B"].client()
    body = {"client_id": "strange-1", "question": "?", field: value}

    is_told_plainly(browser.post("/api/v1/chats/", json.dumps(body), "application/json"))


@pytest.mark.parametrize("name", ["\ud83d", "\0", "x" * 500, "\u202e"])
def test_a_strange_identity_is_answered_plainly(cell: World, name: str) -> None:
    company = cell.companies["ours"]
    identity = sign_identity(company, external_id="7", email="a@b.example" + "x" * 400, name=name)
    body = {"company": company.public_id, "identity": identity}

    is_told_plainly(
        Client(raise_request_exception=False).post("/api/v1/customers/", body, "application/json")
    )


def test_a_body_beyond_the_limit_is_refused(cell: World) -> None:
    body = json.dumps({"client_id": "large-001", "body": "x", "more": "y" * 300_000})
    path = f"/api/v1/chats/{cell.chats['waiting'].public_id}/messages/"

    answer = cell.people["customer A"].client().post(path, body, "application/json")

    assert answer.status_code == 400
    is_told_plainly(answer)


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing/", "/nothing/", "/console/nothing/", "/static/x.js"]
)
def test_what_is_not_there_is_said_plainly(cell: World, path: str) -> None:
    answer = cell.people["agent"].client().get(path)

    assert answer.status_code == 404
    is_told_plainly(answer)


@pytest.mark.parametrize("path", ["/api/v1/chats/", "/console/"])
def test_a_fault_of_ours_says_a_code_and_an_id(
    cell: World, path: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def boom(*_: object) -> None:
        raise ZeroDivisionError("boom at /srv/livechat/models.py: SELECT password")

    monkeypatch.setattr("livechat.models.chats.ChatQuerySet.visible_to", boom)
    caplog.set_level(logging.CRITICAL, "django.request")
    answer = cell.people["agent"].client().get(path)

    assert answer.status_code == 500
    says_nothing_of_the_inside(answer)
    assert answer["X-Request-Id"] in answer.content.decode()


def test_a_suspicious_request_says_no_more_than_that(
    cell: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def boom(*_: object) -> None:
        raise SuspiciousOperation("boom at settings")

    monkeypatch.setattr(customers, "read_identity", boom)
    body = {"company": cell.companies["ours"].public_id}
    answer = cell.people["nobody"].client().post("/api/v1/customers/", body, "application/json")

    assert answer.status_code == 400
    is_told_plainly(answer)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1@evil.example", "evil.example:80"])
def test_another_host_is_refused_plainly(cell: World, host: str, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost"]

    answer = cell.people["nobody"].client().get("/sign-in/", HTTP_HOST=host)

    assert answer.status_code == 400
    says_nothing_of_the_inside(answer)
    assert "evil" not in answer.content.decode()
