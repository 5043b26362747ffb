"""WS-FUZZ: whatever comes in, the answer is a coded refusal and the next honest frame is served."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livechat.consumers.base import Socket
from livechat.models import Message
from livechat.protocol import COMMANDS, Close, Code, Hello
from tests.security.sockets import Sockets, Wire
from tests.security.surface import facts_written, writes
from tests.security.world import World

#: A frame of 60 kB is long to print; that it is drawn is the point.
pytestmark = pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
FUZZ = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
CLOSES = {value for name, value in vars(Close).items() if not name.startswith("_")}
DUNDERS = [
    "__init__", "__class__", "__call__", "commands", "command", "frame", "Command", "Frame", "bye",
    "welcome", "ack", "refused", "messages", "websocket.close", "websocket.disconnect", "hello\0",
    "Hello", "hello ", "post", "push", "drop", "", "constructor", "message.post ", "message",
    "null", "../hello",
]  # fmt: skip
NUMBERS = st.one_of(
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.sampled_from([2**31 - 1, 2**31, 2**63, -1, 0, 1.0]),
)
TEXTS = st.one_of(
    st.text(max_size=40),
    st.text(st.characters(categories=["Cs", "Cc", "Cf"]), max_size=10),
    st.sampled_from(["a" * 22, "a" * 21, "a" * 23, "ä" * 22, "a" * 21 + "\n", " ", "\0", "\ud800"]),
)
LEAVES = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)


def sample(name: str) -> Any:
    """An honest value of a command's field; chats are such as nobody has."""
    return {
        "client_id": "fuzz-00000", "chat": "f" * 22, "body": "x", "kind": "reply", "token": "x",
        "resume": {"f" * 22: 1}, "applied": {"f" * 22: 1}, "limit": 5, "after": 1, "delivered": 1,
        "read": 1, "epoch": 1, "before": 1, "company": "f" * 22,
    }[name]  # fmt: skip


@st.composite
def mutants(draw: st.DrawFn) -> str:
    """A frame of the schema with something wrong: values, names, types, or the JSON itself."""
    command = draw(st.sampled_from(COMMANDS))
    frame: dict[str, Any] = {name: sample(name) for name in command.model_fields if name != "type"}
    frame["type"] = command.model_fields["type"].annotation.__args__[0]  # type: ignore[union-attr]
    if frame["type"] == "history":
        frame.pop(draw(st.sampled_from(["after", "before"])))
    for name in draw(st.lists(st.sampled_from(sorted(frame)), max_size=2, unique=True)):
        if draw(st.booleans()):
            frame[name] = draw(VALUES)
        else:
            frame.pop(name)
    for name in draw(st.lists(st.sampled_from(DUNDERS), max_size=2)):
        frame[name] = draw(VALUES)
    text = json.dumps(frame)
    return draw(st.sampled_from([text, text[:-1], text + text, f"[{text}]", "\ufeff" + text]))


GARBAGE = st.one_of(
    mutants(),
    st.text(max_size=60),
    VALUES.map(json.dumps),
    st.sampled_from(DUNDERS).map(lambda name: json.dumps({"type": name})),
    st.sampled_from(
        [
            "[" * 30_000, '{"type":' * 5_000, '{"a":1,' * 9_000, "9" * 20_000, "-", "NaN",
            "Infinity",
            '{"type":"hello","type":"history"}', '{"type":"message.post","body":"\\ud800"}',
            '{"type":"history","chat":"' + "f" * 22 + '","after":' + "9" * 400 + "}",
            json.dumps({"type": "heartbeat", "applied": {f"{n:022}": 0 for n in range(200)}}),
        ]
    ),
)  # fmt: skip


def answers(frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the news that all pages hear, whatever they send."""
    return [frame for frame in frames if frame["type"] != "settings.changed"]


def judged(wire: Wire, frames: list[dict[str, Any]]) -> None:
    """Refusals and good-byes with known codes; a heartbeat that was right by chance."""
    for frame in answers(frames):
        assert frame["type"] in {"refused", "bye", "heartbeat"}, frame
        if frame["type"] == "refused":
            assert frame["code"] in set(Code)
            assert frame["code"] != Code.INTERNAL
        if frame["type"] == "bye":
            assert frame["code"] in CLOSES
    assert wire.closed_with is None or wire.closed_with in CLOSES


@pytest.mark.parametrize("name", ["customer A", "agent"])
@FUZZ
@given(texts=st.lists(GARBAGE, min_size=1, max_size=6))
def test_after_any_frame_the_next_honest_one_is_served(
    cell: World, sockets: Sockets, caplog: pytest.LogCaptureFixture, name: str, texts: list[str]
) -> None:
    wire = sockets.of(cell.people[name])

    with writes() as seen:
        for text in texts:
            judged(wire, wire.send_text(text))
    served = answers(wire.send(type="heartbeat", applied={}))
    wire.close()

    assert served == [{"type": "heartbeat", "heads": {}}]
    assert not facts_written(seen)
    assert not [line for line in caplog.records if line.levelno > logging.WARNING]


@pytest.mark.parametrize("path", ["/ws/customer/", "/ws/console/", "/ws/company/"])
@FUZZ
@given(texts=st.lists(GARBAGE, min_size=1, max_size=3))
def test_before_hello_nothing_is_done(
    cell: World, sockets: Sockets, caplog: pytest.LogCaptureFixture, path: str, texts: list[str]
) -> None:
    wire = sockets.open(path)

    for text in texts:
        judged(wire, wire.send_text(text))
    wire.close()

    assert not any(frame["type"] == "heartbeat" for frame in wire.frames)
    assert not [line for line in caplog.records if line.levelno > logging.WARNING]


@pytest.mark.parametrize("command", [each for each in Socket.commands if each is not Hello])
def test_no_command_comes_before_hello(cell: World, sockets: Sockets, command: Any) -> None:
    wire = sockets.open("/ws/customer/")
    kind = command.model_fields["type"].annotation.__args__[0]
    frame = {name: sample(name) for name in command.model_fields if name not in {"type", "before"}}

    assert wire.send(type=kind, **frame)[0]["code"] == Code.HELLO_EXPECTED


def test_hello_is_said_once(cell: World, sockets: Sockets) -> None:
    wire = sockets.of(cell.people["customer A"])

    again = wire.send(type="hello", token=cell.people["customer B"].token)

    assert again[0]["code"] == Code.BAD_FRAME


@pytest.mark.parametrize("name", ["customer A", "agent"])
def test_bytes_are_refused(cell: World, sockets: Sockets, name: str) -> None:
    wire = sockets.of(cell.people[name])

    assert wire.send_bytes(b'{"type":"heartbeat"}')[0]["code"] == Code.BAD_FRAME
    assert wire.send_bytes(b"\xff\xfe")[0]["code"] == Code.BAD_FRAME


@pytest.mark.parametrize(
    ("body", "code"),
    [("a\0b", "bad_text"), ("\ud800", "bad_text"), ("\udc00\ud800", "bad_text"), ("", "blank"),
     (" \n\t\u3000", "blank"), ("x" * 8001, "too_long"), ("\U0001f600" * 8001, "too_long")],
)  # fmt: skip
def test_text_that_cannot_be_stored_is_refused_with_its_reason(
    cell: World, sockets: Sockets, body: str, code: str
) -> None:
    wire = sockets.of(cell.people["customer A"])
    post = {"client_id": "text-0001", "chat": cell.chats["waiting"].public_id, "body": body}

    refused = wire.send(type="message.post", **post)[-1]

    assert (refused["code"], refused["client_id"]) == (code, "text-0001")


@pytest.mark.parametrize(
    "body", ["\u202e\u2066x", "\r\n\x1b[31m", "A\u0300" * 3_000, "\ufeff", "\x7f\x01"]
)
def test_text_that_can_be_stored_is_stored_as_it_came(
    cell: World, sockets: Sockets, body: str
) -> None:
    wire = sockets.of(cell.people["customer A"])
    chat = cell.chats["waiting"]

    answer = wire.send(type="message.post", client_id="text-0002", chat=chat.public_id, body=body)

    assert answer[-1]["type"] == "ack"
    assert Message.objects.get(chat=chat, client_id="text-0002").body == body


def test_a_flood_of_refused_frames_ends_the_socket(cell: World, sockets: Sockets) -> None:
    wire = sockets.of(cell.people["customer A"])

    for _ in range(60):
        wire.send_text("x")

    assert wire.frames[-1]["type"] == "bye"
    assert wire.closed_with == Close.FLOOD
