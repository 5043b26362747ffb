"""IDS: what leaves the server cannot be guessed, and no primary key is among it."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.http import HttpResponse

from livechat.services import assignment, closing
from tests.security.sockets import Sockets, told
from tests.security.surface import routes
from tests.security.world import APPS, World, raised_keys
from tickets.models.keys import token_urlsafe_16

FORM = re.compile(r"[A-Za-z0-9_-]{22}")
PUBLIC = [
    model._meta.get_field("public_id")
    for app in APPS
    for model in apps.get_app_config(app).get_models()
    if any(field.name == "public_id" for field in model._meta.get_fields())
]


@pytest.mark.parametrize("field", PUBLIC, ids=str)
def test_a_public_id_is_made_at_random(field: Any) -> None:
    assert field.default is token_urlsafe_16
    assert field.unique


def test_ten_thousand_ids_are_all_different(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    made_by_secrets = secrets.token_urlsafe
    monkeypatch.setattr(
        secrets, "token_urlsafe", lambda size: (asked.append(size), made_by_secrets(size))[1]
    )

    made = {token_urlsafe_16() for _ in range(10_000)}

    assert len(made) == 10_000
    assert all(FORM.fullmatch(each) for each in made)
    assert set(asked) == {16}  # 128 bits of the system's randomness
    assert {char for each in made for char in each[:-1]} == set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
    )


def everything_said(response: HttpResponse) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode(errors="replace") + str(list(response.headers.items()))


def addresses(world: World) -> Iterator[str]:
    """Every GET address outside the admin, whose pages are made of primary keys."""
    for route in routes():
        if not route.is_admin:
            for chat in world.chats.values():
                company = world.companies["ours"].public_id
                yield route.path(public_id=chat.public_id, company=company)
                if "public_id" not in route.pattern:
                    break


@pytest.mark.parametrize(
    "name", ["agent", "colleague", "customer A", "verified customer", "nobody"]
)
def test_no_answer_holds_a_primary_key(cell: World, name: str) -> None:
    keys, browser = raised_keys(), cell.people[name].client()
    assert len(keys) > 50

    for path in addresses(cell):
        said = everything_said(browser.get(path))
        found = [key for key in keys if key in said]
        assert not found, f"{path}: {found}"


def test_no_answer_to_an_order_holds_a_primary_key(cell: World) -> None:
    agent, customer = cell.people["agent"].client(), cell.people["customer A"].client()
    chat = cell.chats["waiting"].public_id
    company, said = cell.companies["ours"].public_id, []
    for browser, path, body in [
        (cell.people["nobody"].client(), "customers/", {"company": company}),
        (customer, "chats/", {"client_id": "another-1", "question": "?"}),
        (agent, f"chats/{chat}/accept/", {}),
        (agent, f"chats/{chat}/messages/", {"client_id": "message-1", "body": "Hello"}),
        (customer, f"chats/{chat}/messages/", {"client_id": "message-2", "body": "Hello"}),
        (customer, f"chats/{chat}/cancel/", {}),
        (agent, f"chats/{chat}/end/", {}),
        (customer, "chats/", {"client_id": "another-2", "question": "Again?"}),
    ]:  # fmt: skip
        said.append(everything_said(browser.post(f"/api/v1/{path}", body, "application/json")))

    assert not [key for key in raised_keys() if key in "".join(said)]


def test_no_frame_holds_a_primary_key(cell: World, sockets: Sockets) -> None:
    shown = {chat.public_id: 0 for chat in cell.chats.values()}
    people = [cell.people[name] for name in ("agent", "colleague", "customer A", "customer B")]
    wires = [sockets.of(who, **shown) for who in people]
    chat = cell.chats["waiting"]

    told(sockets, lambda: assignment.accept_chat(chat.pk, by=people[0].agent.pk))  # type: ignore[union-attr]
    for wire in wires[0], wires[2]:
        post = {"client_id": "frame-id-1", "chat": chat.public_id, "body": "Hello"}
        told(sockets, lambda w=wire, p=post: w.send(type="message.post", **p))
        wire.send(type="history", chat=chat.public_id, after=0)
        wire.send(type="typing", chat=chat.public_id)
        wire.send(type="receipt", chat=chat.public_id, delivered=9, read=9)
        wire.send(type="heartbeat", applied={chat.public_id: 0})
    told(sockets, lambda: closing.end_chat(chat.pk, by=people[0].agent.pk))  # type: ignore[union-attr]

    said = "".join(text for wire in wires for text in wire.texts)
    assert said.count('"messages"') > 8
    assert not [key for key in raised_keys() if key in said]


@pytest.mark.parametrize("name", ["customer A", "agent"])
@pytest.mark.parametrize("path", ["/api/v1/chats/{}/", "/api/v1/chats/{}/messages/"])
def test_guessing_finds_nothing(cell: World, name: str, path: str) -> None:
    browser = cell.people[name].client()

    def answer(public_id: str) -> tuple[int, dict[str, Any]]:
        response = browser.get(path.format(public_id))
        body = json.loads(response.content)
        assert body.pop("request_id") == response["X-Request-Id"]
        return response.status_code, body

    foreign = answer(cell.chats["foreign"].public_id)

    assert foreign[0] == 404
    assert all(answer(secrets.token_urlsafe(16)) == foreign for _ in range(250))
