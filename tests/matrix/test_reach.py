"""Everybody at every door of every chat: each cell asked for, and judged by the oracle."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import transaction

from livechat import realtime
from livechat.consumers.base import Socket
from tests.matrix.doors import DOORS, TWINS, Asked, Door, Findings
from tests.security.oracle import expected, reach
from tests.security.sockets import Sockets
from tests.security.surface import facts_written, routes, writes
from tests.security.world import Principal, World, marks

PEOPLE = [
    "nobody", "raised epoch", "retired company", "token of nobody", "token of another purpose",
    "garbage", "deactivated agent", "user", "permitted user", "agent without permission",
    "retired agent", "supervisor", "chat administrator", "superuser", "agent", "colleague",
    "agent of another queue", "agent of another company", "customer A", "customer B",
    "verified customer", "customer of a colleague", "customer of another queue",
    "customer of another agent", "customer of another company", "customer of a list",
]  # fmt: skip
CHATS = [
    "waiting", "had", "left", "a colleague's", "waiting elsewhere", "had elsewhere", "foreign",
    "ended", "ended by a colleague", "cancelled", "abandoned", "passed on", "missing",
]  # fmt: skip
#: News of other things that he may hear of; it comes when its second is over, whatever is asked.
NEWS = re.compile(
    r'\{"type":"receipt","chat":"(?!the-id)[^}]*\}|\{"type":"access.changed"\}'
    r'|\{"type":"settings.changed"[^}]*\}'
)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
#: Doors of customers are the API and their socket; pages know no token.
PAGES = {door.name for door in DOORS if door.name.startswith("page")}


def test_everybody_and_every_chat_is_asked_for(cell: World) -> None:
    assert set(PEOPLE) == set(cell.people)
    assert {*CHATS} == {*cell.chats, "missing"}


def plain(said: str) -> str:
    """What was answered, without its moments and without news that came between."""
    return MOMENT.sub("then", NEWS.sub("", said))


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
@pytest.mark.parametrize("name", PEOPLE)
def test_who_reaches_what(cell: World, sockets: Sockets, name: str, door: Door) -> None:
    who, findings = cell.people[name], Findings()
    sockets.world = cell
    for label in reversed(CHATS):  # `missing` first: all that are not found say what it says.
        asked, written = ask(cell, sockets, who, door, label)
        right = wanted(who, door, cell.chats.get(label))
        findings.about(
            label,
            asked.answer,
            right,
            said=plain(asked.said.replace(cell.address(label), "the-id")),
            told=leaks(cell, who, asked.said),
            wrote=[] if right == "ok" else written,
        )
    findings.none()


def ask(
    world: World, sockets: Sockets, who: Principal, door: Door, label: str
) -> tuple[Asked, list[str]]:
    """One cell, in a transaction that is taken back."""
    with transaction.atomic():
        wire = sockets.of(who) if door.command not in {"", "hello"} else None
        for chat, mark in marks(world).items():
            realtime.hub.remember(chat, mark)
        with writes() as seen:
            asked = door.ask(who, world.address(label), sockets, wire)
        if wire and not wire.task.done():
            wire.close()
        transaction.set_rollback(True)
    return asked, facts_written(seen)


def wanted(who: Principal, door: Door, chat: Any) -> str:
    """A page asks whoever has no session to sign in."""
    if door.name in PAGES and who.speaks_for_himself:
        return "not_authenticated"
    answer = expected(who, door.verb, chat)
    return door.otherwise if answer == "ok" else answer


def leaks(world: World, who: Principal, said: str) -> list[str]:
    """Words of chats that this person may not read, and side notes in a customer's hands."""
    found = []
    for label, chat in world.chats.items():
        hidden = ["note"] if who.kind == "customer" else []
        if reach(who, chat) not in {"own", "open", "handed"}:
            hidden = ["subject", "body", "note", "answer"]
        found += [text for text in (f'canary {what} {label}"' for what in hidden) if text in said]
    return found


def test_every_route_of_a_chat_has_a_row() -> None:
    with_a_chat = {route.name for route in routes() if "public_id" in route.pattern}

    assert with_a_chat == {door.route for door in DOORS if door.route}


def test_every_frame_has_a_row() -> None:
    commands = {command.model_fields["type"].annotation.__args__[0] for command in Socket.commands}

    assert commands == {door.command for door in DOORS if door.command}


def test_twins_are_held_to_the_same_answers() -> None:
    """Cell by cell: each was judged by the same word of the oracle."""
    doors = {door.name: (door.verb, door.otherwise) for door in DOORS}

    assert all(doors[f"API {twin}"] == doors[f"socket {twin}"] for twin in TWINS)
