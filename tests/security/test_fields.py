"""EVENT-FIELDS: what each side may be told, field by field, in answers and in frames."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from livechat import events, protocol
from livechat.models import Chat, ChatHours, Lease
from livechat.services import (
    assignment,
    closing,
    configuration,
    presence,
    targets,
    teamwork,
    ticketing,
)
from tests.security.sockets import Sockets, Wire, told
from tests.security.world import World
from tests.uploads import upload
from tickets.models import Customer

ITEM = {
    "seq", "after", "client_id", "kind", "author", "author_name", "body", "data", "data.code",
    "data.agent", "posted_at",
}  # fmt: skip
TIMES = {"created_at", "accepted_at", "ended_at"}
CHAT = {
    "customer": TIMES
    | {
        "id", "status", "version", "question", "queue", "agent", "agent.screen_name",
        "agent.presence", "place", "wait", "instead", "ticket", "head", "files",
    },
    "staff": TIMES
    | {
        "id", "status", "version", "question", "queue", "queue.id", "queue.name", "agent",
        "agent.id", "agent.screen_name", "head", "epoch", "source", "left_at", "company",
        "company.id", "company.name", "customer", "customer.id", "customer.name",
        "customer.email", "customer.verified",
    },
}  # fmt: skip
#: What a line tells of its file, to both sides.
FILE = {f"data.{name}" for name in ("id", "name", "size", "type", "image", "width", "height")}
LINES = {"chat", "head", "items"} | {f"items.{name}" for name in ITEM}
ACK = {"client_id", "chat", "seq", "posted_at"}
PROBLEM = {"type", "title", "status", "code", "detail", "fields", "request_id"}
LIMITS = {"body", "frame", "history", "typing", "typing_forgotten", "silence"}
#: Frames by type: for both; more for staff. `chats` and `heads` are keyed by public ids: *.
FRAMES: dict[str, tuple[set[str], set[str]]] = {
    "welcome": (
        {
            "heartbeat",
            "server_time",
            "limits",
            "chats",
            "chats.*",
            "chats.*.head",
            "chats.*.version",
        }
        | {f"limits.{name}" for name in LIMITS},
        {"chats.*.epoch"},
    ),
    "ack": (ACK, set()),
    "refused": ({"code", "detail", "final", "client_id", "retry_after"}, set()),
    "messages": (
        LINES | {f"items.data.{name}" for name in ("role", "number", "kind")},
        {"items.author_id"},
    ),
    "receipt": ({"chat", "delivered", "read"}, set()),
    "typing": ({"chat", "author", "author_name"}, set()),
    "heartbeat": ({"heads", "heads.*", "heads.*.head", "heads.*.version"}, {"heads.*.epoch"}),
    "chat.changed": ({"chat", "status", "version"}, {"queue", "agent", "agent_name", "epoch"}),
    "queue.changed": (set(), set()),
    "hours.changed": (set(), set()),
    "alerts.changed": (set(), set()),
    "presence.changed": ({"chat", "presence"}, set()),
    "availability.changed": (set(), {"available", "capacity"}),
    "invitation.changed": (
        set(),
        {"invitation", "chat", "agent", "agent_name", "by_name", "role", "status"},
    ),
    "assistance.changed": (set(), {"chat", "agent_name", "asked"}),
    "target.breached": (
        set(),
        {"chat", "target", "step", "seconds", "customer_name", "agent_name"},
    ),
    "ticket.changed": ({"ticket", "number"}, {"version", "change"}),
    "settings.changed": ({"kind", "id", "version"}, set()),
    "access.changed": (set(), set()),
    "bye": ({"code", "reason", "retry_in"}, set()),
}
FOR_STAFF_ALONE = {
    "settings.changed", "access.changed", "availability.changed", "invitation.changed",
    "assistance.changed", "target.breached",
}  # fmt: skip
FOR_CUSTOMERS_ALONE = {"queue.changed", "presence.changed"}
#: Of a page on which nobody has asked yet.
FOR_NOBODY_KNOWN = {"hours.changed", "alerts.changed"}


def fields(value: Any, before: str = "") -> Iterator[str]:
    """The path of every field in it. Lists are looked through; keys that are ids become *."""
    if isinstance(value, list):
        for each in value:
            yield from fields(each, before)
    if isinstance(value, dict):
        for name, each in value.items():
            path = before + ("*" if len(name) == 22 else name)
            yield path
            yield from fields(each, f"{path}.")


def ask(world: World, name: str, path: str, body: Any = None) -> Any:
    browser = world.people[name].client()
    path = f"/api/v1/{path}"
    answer = browser.get(path) if body is None else browser.post(path, body, "application/json")
    return answer.json()


PEOPLE = [("customer", "verified customer"), ("staff", "agent")]


@pytest.mark.parametrize(("role", "name"), PEOPLE)
def test_a_chat_has_these_fields_and_no_others(cell: World, role: str, name: str) -> None:
    answers = [ask(cell, name, f"chats/{cell.chats['had'].public_id}/")]
    answers += ask(cell, name, "chats/")["results"]

    assert len(answers) > 1
    assert all(set(fields(answer)) <= CHAT[role] for answer in answers)
    assert {path for answer in answers for path in fields(answer)} == CHAT[role]


@pytest.mark.parametrize(("role", "name"), PEOPLE)
def test_lines_and_acks_have_these_fields(cell: World, role: str, name: str) -> None:
    path = f"chats/{cell.chats['had'].public_id}/messages/"

    lines = ask(cell, name, path)
    ack = ask(cell, name, path, {"client_id": "fields-0001", "body": "Hello"})

    assert set(fields(lines)) == LINES | ({"items.author_id"} if role == "staff" else set())
    assert set(fields(ack)) == ACK
    assert ("note" in str(lines)) == (role == "staff")


@pytest.mark.parametrize(("role", "name"), PEOPLE)
def test_a_file_has_these_fields(cell: World, role: str, name: str) -> None:
    chat = cell.chats["had"].public_id
    ack = upload(cell.people[name].client(), chat)

    (line,) = ask(cell, name, f"chats/{chat}/messages/?after={ack.json()['seq'] - 1}")["items"]

    assert set(ack.json()) == ACK
    own = {"author_id"} if role == "staff" else set()
    assert set(fields(line)) == ITEM - {"data.code", "data.agent"} | FILE | own


def test_other_answers_have_these_fields(cell: World) -> None:
    company = cell.companies["ours"].public_id
    problems = [
        ask(cell, "customer A", "chats/x" + "x" * 21 + "/"),
        ask(cell, "customer A", "chats/", {"client_id": "x"}),
        ask(cell, "nobody", "chats/"),
    ]

    assert set(ask(cell, "nobody", "customers/", {"company": company})) == {
        "token", "verified", "name", "email",
    }  # fmt: skip
    assert all(set(problem) == PROBLEM for problem in problems)
    exists = ask(cell, "customer A", "chats/", {"client_id": "another-one", "question": "?"})
    assert set(exists) == PROBLEM | {"chat"}


def a_conversation(world: World, sockets: Sockets) -> dict[str, list[dict[str, Any]]]:
    """All that is said to an agent and to his customer while everything happens."""
    agent, asker = world.people["agent"], world.people["customer A"]
    chat = world.chats["waiting"]
    staff, customer = sockets.of(agent, **{chat.public_id: 0}), sockets.of(asker)
    served = agent.agent.pk  # type: ignore[union-attr]
    told(sockets, lambda: it_waits_too_long(chat))
    told(sockets, lambda: events.publish_all([events.LineMoved(chat.queue_id)]))
    told(sockets, lambda: assignment.accept_chat(chat.pk, by=served))
    for wire in (staff, customer):
        say_everything(sockets, wire, chat.public_id)
    told(sockets, lambda: a_colleague_helps(world, chat))
    told(sockets, lambda: ticketing.open_ticket_for(chat.pk, by=served, kind="incident"))
    told(sockets, lambda: presence.note_reach(served, online=False))
    told(sockets, lambda: configuration.announce(world.queues["first"]))
    told(sockets, lambda: configuration.announce(ChatHours(company=chat.customer.company)))
    told(sockets, lambda: configuration.announce(agent.agent))  # type: ignore[arg-type]
    told(sockets, lambda: presence.set_availability(served, available=False))
    told(sockets, lambda: closing.end_chat(chat.pk, by=served))
    for wire in (staff, customer):
        for _ in range(60):
            wire.send(type="nothing")
    return {"staff": staff.frames, "customer": customer.frames}


def it_waits_too_long(chat: Chat) -> None:
    Chat.objects.filter(pk=chat.pk).update(queued_at=timezone.now() - timedelta(hours=1))
    targets.tell_target(chat.pk)


def a_colleague_helps(world: World, chat: Chat) -> None:
    owner, colleague = (world.people[name].agent.pk for name in ("agent", "colleague"))  # type: ignore[union-attr]
    Lease.objects.create(agent_id=colleague, expires_at=timezone.now() + timedelta(seconds=30))
    teamwork.ask_for_assistance(chat.pk, by=owner)
    asked = teamwork.invite_agent(chat.pk, by=owner, agent=colleague, role="participant")
    teamwork.answer_invitation(asked.pk, by=colleague, accept=True)


def say_everything(sockets: Sockets, wire: Wire, chat: str) -> None:
    post = {"chat": chat, "client_id": "fields-0002", "body": "Hello"}
    told(sockets, lambda: wire.send(type="message.post", **post))
    wire.send(type="message.post", **{**post, "client_id": "fields-0003", "body": " "})
    note = {**post, "client_id": "fields-0004", "kind": "note"}
    told(sockets, lambda: wire.send(type="message.post", **note))
    wire.send(type="history", chat=chat, after=0)
    wire.send(type="typing", chat=chat)
    wire.send(type="heartbeat", applied={chat: 0})
    read = events.known_mark(chat)
    assert read is not None
    told(
        sockets,
        lambda: events.publish_all(
            [
                events.ReceiptMoved(read, chat, 1, 1, by_customer=True),
                events.ReceiptMoved(read, chat, 1, 1, by_customer=False),
            ]
        ),
    )


def test_each_frame_has_these_fields_and_no_others(cell: World, sockets: Sockets) -> None:
    heard = a_conversation(cell, sockets)

    for role, frames in heard.items():
        for frame in frames:
            both, more = FRAMES[frame.pop("type")]
            allowed = both | (more if role == "staff" else set())
            assert set(fields(frame)) <= allowed, (role, frame)


def test_each_side_hears_its_own_frames_alone(cell: World, sockets: Sockets) -> None:
    heard = a_conversation(cell, sockets)

    types = {role: {frame["type"] for frame in frames} for role, frames in heard.items()}
    known = FRAMES.keys() - FOR_NOBODY_KNOWN
    assert types["staff"] == known - FOR_CUSTOMERS_ALONE
    assert types["customer"] == known - FOR_STAFF_ALONE
    assert '"note"' not in str(heard["customer"]).replace("'", '"')


def test_every_frame_has_a_row() -> None:
    assert {frame.model_fields["type"].default for frame in protocol.FRAMES} == set(FRAMES)


@pytest.mark.parametrize("model", [Chat, Customer])
def test_more_than_is_asked_for_changes_nothing(cell: World, model: Any) -> None:
    names = {
        field.name: 1
        for field in model._meta.get_fields()
        if field.name not in {"name", "email", "topic"}
    }
    body = {**names, "client_id": "another-1", "question": "Own?", "status": "ended", "agent_id": 1}
    who = cell.people["customer B"]

    made = ask(cell, "customer B", "chats/", body)

    chat = Chat.objects.get(public_id=made["id"])
    asker = Customer.objects.get(pk=chat.customer_id)
    assert (chat.status, chat.agent_id, chat.customer_id) == ("queued", None, who.customer.pk)  # type: ignore[union-attr]
    assert (chat.version, chat.owner_epoch, chat.last_seq) == (1, 0, 1)
    assert (asker.verified, asker.external_id, asker.token_epoch, asker.vip) == (
        False,
        None,
        1,
        False,
    )
