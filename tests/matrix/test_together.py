"""What each who has to do with a chat may do with it: role by operation by door."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from livechat import events, realtime
from livechat.consumers.process import process
from livechat.consumers.resume import reached
from livechat.events import Mark
from livechat.models import Agent, Chat, ChatHead, ReadCursor
from livechat.services.closing import end_chat
from livechat.services.conversation import record_receipts
from livechat.services.teamwork import leave_chat
from tests.factories import AgentFactory, ArticleFactory, ChatFactory, InvitationFactory
from tests.matrix.doors import answer_of
from tests.security.sockets import Sockets, sockets_in_line
from tests.uploads import upload

pytestmark = pytest.mark.django_db

ROLES = ["owner", "participant", "monitor", "invited", "left", "over", "colleague", "stranger"]
IN = {"owner", "participant", "monitor"}
STEPS = ["end", "abandon", "release", "transfer", "invite", "withdraw", "assistance"]
BODIES: dict[str, dict[str, Any]] = {
    "transfer": {"agent": "A" * 22, "kind": "agent"},
    "invite": {"agent": "A" * 22, "role": "monitor"},
    "withdraw": {"invitation": "A" * 22},
    "assistance": {"asked": True},
    "answer": {"accept": True},
    "pin": {"article": "K" * 22, "pin": True},
}
#: What an owner is told of these bodies, which name nobody.
OWNERS = {
    "transfer": "agent_unavailable",
    "invite": "agent_unavailable",
    "withdraw": "not_found",
}


def expected(role: str, operation: str) -> str:
    """The table of permissions, in few words."""
    knows = {*IN, "invited"}
    if operation in {"read", "history", "resume", "heartbeat"}:
        return "ok" if role in knows else "not_found"
    if operation in {"reply", "note", "file", "share"}:
        return _may_post(role, "note" if operation == "note" else "reply")
    if operation == "typing":
        return "ok" if role in {"owner", "participant"} else "not_found"
    if operation == "receipt":  # Kept, that is; whether its customer hears of it is told below.
        return "ok" if role in IN else "not_found"
    return _may_step(role, operation, knows)


def _may_post(role: str, operation: str) -> str:
    if role in {"participant", "monitor"}:
        return "ok" if (role, operation) == ("participant", "reply") else "forbidden"
    return {"owner": "ok", "stranger": "not_found"}.get(role, "not_yours")


def _may_step(role: str, operation: str, knows: set[str]) -> str:
    if operation == "accept":  # All agents of the queue are told who was faster.
        return {"owner": "ok", "over": "chat_ended", "stranger": "not_found"}.get(
            role, "already_accepted"
        )
    if role not in knows:
        return "not_found"
    if operation == "answer":
        return "not_yours" if role == "owner" else "ok"
    if operation == "leave":
        return "ok" if role in {"participant", "monitor"} else "not_yours"
    return OWNERS.get(operation, "ok") if role == "owner" else "not_yours"


def cast_as(role: str) -> tuple[Agent, Chat]:
    """Somebody of this role, and the chat."""
    chat = ChatFactory(assigned=True)
    if role == "owner":
        return chat.agent, chat
    if role == "colleague":
        return AgentFactory(queues=[chat.queue], online=True), chat
    if role == "stranger":
        return AgentFactory(), chat
    kind = "monitor" if role == "monitor" else "participant"
    asked = InvitationFactory(chat=chat, role=kind, accepted=role != "invited")
    if role == "left":
        leave_chat(chat.pk, by=asked.agent_id)
    if role == "over":
        end_chat(chat.pk, by=chat.agent_id)
    return asked.agent, Chat.objects.get(pk=chat.pk)


@pytest.fixture
def article() -> None:
    made = ArticleFactory()
    type(made).objects.filter(pk=made.pk).update(public_id=ARTICLE)


def browser_of(agent: Agent) -> Client:
    browser = Client(raise_request_exception=False)
    browser.force_login(agent.user)
    return browser


def at_the_api(agent: Agent, chat: Chat, operation: str) -> str:
    browser, path = browser_of(agent), f"/api/v1/chats/{chat.public_id}/"
    if operation in {"read", "history"}:
        return answer_of(browser.get(path + ("messages/" if operation == "history" else "")))
    if operation == "file":
        return answer_of(upload(browser, chat.public_id))
    body = BODIES.get(operation, {})
    if operation == "share":
        body, operation = {"client_id": "matrix-01", "article": ARTICLE}, "articles"
    if operation in {"reply", "note"}:
        body = {"client_id": "matrix-01", "kind": operation, "body": "Hello"}
        operation = "messages"
    body = {name: value for name, value in body.items() if name != "kind" or "body" in body}
    return answer_of(browser.post(f"{path}{operation}/", body, content_type="application/json"))


def at_the_console(agent: Agent, chat: Chat, operation: str) -> str:
    browser, path = browser_of(agent), f"/console/chats/{chat.public_id}/"
    fragment = {"X-Parley-Fragment": "1"}
    if operation == "read":
        return answer_of(browser.get(path, headers=fragment))
    body = {name: int(v) if v is True else v for name, v in BODIES.get(operation, {}).items()}
    return answer_of(browser.post(f"{path}{operation}/", body, headers=fragment))


@pytest.fixture
def sockets() -> Iterator[Sockets]:
    with sockets_in_line() as them:
        yield them


def on_the_socket(sockets: Sockets, agent: Agent, chat: Chat, operation: str) -> str:
    key, session = chat.public_id, browser_of(agent).cookies["sid"].value
    wire = sockets.console(session, **({key: 0} if operation == "resume" else {}))
    if operation == "resume":
        told = any(frame["type"] == "messages" for frame in wire.frames)
        return "ok" if told and key in wire.frames[0]["chats"] else "not_found"
    realtime.hub.remember(key, list(Mark.of(chat)))
    heard: list[str] = []
    customer = type("Customer", (), {"push": lambda _, text: heard.append(text)})()
    realtime.hub.join(customer, [events.customer_topic(chat.customer_id)])
    frames = (
        wire.send(chat=key, **FRAMES[operation])
        if operation != "heartbeat"
        else wire.send(type="heartbeat", applied={key: 0})
    )
    realtime.hub.leave(customer, [events.customer_topic(chat.customer_id)])
    return JUDGES[operation](frames, key, heard)


FRAMES: dict[str, dict[str, Any]] = {
    "reply": {"type": "message.post", "client_id": "matrix-02", "body": "Hello"},
    "note": {"type": "message.post", "client_id": "matrix-03", "body": "Hello", "kind": "note"},
    "history": {"type": "history", "after": 0},
    "typing": {"type": "typing"},
    "receipt": {"type": "receipt", "delivered": 1, "read": 1},
}


def _code(frames: list[dict[str, Any]], key: str, heard: list[str]) -> str:
    last = [frame for frame in frames if frame["type"] in {"ack", "refused", "messages"}][-1]
    return str(last.get("code", "ok"))


JUDGES: dict[str, Callable[[list[dict[str, Any]], str, list[str]], str]] = {
    "reply": _code,
    "note": _code,
    "history": _code,
    "typing": lambda _frames, _key, heard: (
        "ok" if any(json.loads(text)["type"] == "typing" for text in heard) else "not_found"
    ),
    "receipt": lambda _frames, _key, _heard: "ok" if process.receipts else "not_found",
    "heartbeat": lambda frames, key, _heard: "ok" if key in frames[-1]["heads"] else "not_found",
}
STEPS += ["accept", "answer", "leave"]
ARTICLE = "K" * 22  # Anybody may read it.


@pytest.mark.parametrize("operation", ["read", "history", "reply", "note", "file", "share", *STEPS])
@pytest.mark.parametrize("role", ROLES)
def test_the_api_lets_each_do_what_is_his(article: None, role: str, operation: str) -> None:
    agent, chat = cast_as(role)
    agent.user.companies.add(chat.queue.company)

    assert at_the_api(agent, chat, operation) == expected(role, operation)


@pytest.mark.parametrize("operation", ["read", "pin", *STEPS])
@pytest.mark.parametrize("role", ROLES)
def test_the_console_lets_each_do_what_is_his(article: None, role: str, operation: str) -> None:
    agent, chat = cast_as(role)
    agent.user.companies.add(chat.queue.company)

    assert at_the_console(agent, chat, operation) == expected(role, operation)


@pytest.mark.parametrize("operation", ["resume", "heartbeat", *FRAMES])
@pytest.mark.parametrize("role", ROLES)
def test_the_socket_lets_each_do_what_is_his(sockets: Sockets, role: str, operation: str) -> None:
    agent, chat = cast_as(role)

    assert on_the_socket(sockets, agent, chat, operation) == expected(role, operation)


def test_who_was_asked_in_sees_the_side_notes_and_no_customer_hears_of_monitors() -> None:
    agent, chat = cast_as("monitor")
    at_the_api(chat.agent, chat, "note")

    lines = browser_of(agent).get(f"/api/v1/chats/{chat.public_id}/messages/").json()["items"]

    assert lines[-1]["kind"] == "note"
    assert all(line["data"].get("code") != "joined" for line in lines)


@pytest.mark.parametrize("role", ["owner", "participant", "monitor", "invited"])
def test_customers_are_told_what_the_chats_agent_has_read_and_nobody_else(
    sockets: Sockets, role: str
) -> None:
    agent, chat = cast_as(role)
    on_the_socket(sockets, agent, chat, "receipt")

    record_receipts(list(process.receipts.values()))

    kept = list(ReadCursor.objects.filter(chat=chat).values_list("reader", "read"))
    keys = {"owner": f"a{agent.pk}", "participant": f"i{agent.pk}", "monitor": f"i{agent.pk}"}
    assert kept == ([(keys[role], 1)] if role in keys else [])
    seen = reached(head_of(chat), ReadCursor.objects.filter(chat=chat), staff=False)
    assert seen == ((1, 1) if role == "owner" else (0, 0))


def head_of(chat: Chat) -> ChatHead:
    return ChatHead(*Chat.objects.filter(pk=chat.pk).values_list(*ChatHead.COLUMNS).get())
