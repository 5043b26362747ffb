"""Whatever comes in is a command or a coded refusal; what goes out is what the types say."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livechat import protocol
from livechat.protocol import BadFrame, Code, parse

CHAT = "c" * 22
COMMANDS: dict[type[protocol.Command], dict[str, Any]] = {
    protocol.Hello: {"type": "hello", "token": "abc", "resume": {CHAT: 3}},
    protocol.MessagePost: {
        "type": "message.post",
        "client_id": "message-1",
        "chat": CHAT,
        "kind": "note",
        "body": "Hello",
        "epoch": 1,
    },
    protocol.History: {"type": "history", "chat": CHAT, "after": 3, "limit": 50},
    protocol.ReceiptPost: {"type": "receipt", "chat": CHAT, "delivered": 3, "read": 2},
    protocol.TypingPost: {"type": "typing", "chat": CHAT, "epoch": 1},
    protocol.HeartbeatPost: {"type": "heartbeat", "applied": {CHAT: 3}},
}
ITEM = protocol.Item(
    seq=2,
    after=1,
    client_id="message-1",
    kind="reply",
    author="agent",
    author_name="Noor H.",
    body='<b>“Grüße” & "\\" \u2028</b>',
    data={},
    posted_at="2026-01-02T03:04:05.678Z",
)
FRAMES: list[protocol.Frame] = [
    protocol.Welcome(
        heartbeat=10,
        server_time="2026-01-02T03:04:05.678Z",
        chats={CHAT: protocol.Head(head=3, version=2), "d" * 22: protocol.Head(head=1, version=1)},
    ),
    protocol.Ack(client_id="message-1", chat=CHAT, seq=3, posted_at="2026-01-02T03:04:05.678Z"),
    protocol.refusal(Code.RATE_LIMITED, client_id="message-1", retry_after=0.5),
    protocol.Messages(chat=CHAT, head=2, items=[ITEM]),
    protocol.Receipt(chat=CHAT, delivered=2, read=1),
    protocol.Typing(chat=CHAT, author="customer", author_name="Ann"),
    protocol.Heartbeat(heads={CHAT: protocol.Head(head=3, version=2, epoch=1)}),
    protocol.ChatChanged(chat=CHAT, status="ended", version=4),
    protocol.StaffChatChanged(
        chat=CHAT, status="queued", version=4, queue=CHAT, agent=None, agent_name=None, epoch=0
    ),
    protocol.LineChanged(),
    protocol.HoursChanged(),
    protocol.AlertsChanged(),
    protocol.AgentReachable(chat=CHAT, presence="reconnecting"),
    protocol.AvailabilityChanged(available=False, capacity=3),
    protocol.InvitationChanged(
        invitation=CHAT,
        chat=CHAT,
        agent=CHAT,
        agent_name="Ben",
        by_name="Ada",
        role="monitor",
        status="pending",
    ),
    protocol.AssistanceChanged(chat=CHAT, agent_name="Ada", asked=True),
    protocol.TargetBreached(
        chat=CHAT, target="waiting", step="breach", seconds=301, customer_name="Ann"
    ),
    protocol.CustomerTicketChanged(ticket=CHAT, number="INC-20498"),
    protocol.TicketChanged(ticket=CHAT, number="INC-20498", version=2, change="resolved"),
    protocol.SettingsChanged(kind="queue", id=CHAT, version=2),
    protocol.AccessChanged(),
    protocol.Bye(code=1012, reason="restart", retry_in=(0.1, 3.0)),
]

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
commands = pytest.mark.parametrize("kind", COMMANDS, ids=lambda kind: kind.__name__)


def outcome_of(text: str | bytes) -> protocol.Command | Code:
    """What becomes of this text. Any exception but `BadFrame` is the test's failure."""
    try:
        return parse(text)
    except BadFrame as bad:
        return bad.code


def test_every_command_has_an_example_here():
    assert set(COMMANDS) == set(protocol.COMMANDS)


@commands
def test_a_command_is_read(kind):
    command = parse(json.dumps(COMMANDS[kind]))

    assert isinstance(command, kind)
    assert command.model_dump(exclude_unset=True) == COMMANDS[kind]


@given(st.text() | st.binary())
def test_any_text_is_a_command_or_a_coded_refusal(text):
    assert isinstance(outcome_of(text), protocol.Command | Code)


@given(anything)
def test_any_json_is_a_command_or_a_coded_refusal(value):
    assert isinstance(outcome_of(json.dumps(value)), protocol.Command | Code)


@given(st.text(st.characters(codec=None), max_size=30))
def test_lone_surrogates_are_refused_not_raised(body):
    frame = {**COMMANDS[protocol.MessagePost], "body": body}

    for text in (json.dumps(frame), json.dumps(frame, ensure_ascii=False)):
        assert isinstance(outcome_of(text), protocol.Command | Code)


@commands
@given(data=st.data())
def test_a_command_with_one_field_changed_is_read_or_refused(kind, data):
    frame = COMMANDS[kind]
    name = data.draw(st.sampled_from(sorted(frame)))

    changed = json.dumps({**frame, name: data.draw(anything)})

    assert isinstance(outcome_of(changed), kind | Code)


@commands
def test_a_field_that_nobody_knows_is_refused(kind):
    assert outcome_of(json.dumps({**COMMANDS[kind], "sender": "a1"})) == Code.BAD_FRAME


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '"hello"',
        "{",
        "NaN",
        "[" * 100_000,
        '{"a":' * 60_000,
        "9" * 60_000,
        '{"type":{}}',
        b"\xff\xfe",
        '{"type":"hello","type":"typing"}',
    ],
)
def test_what_is_no_frame_is_refused(text):
    assert outcome_of(text) in {Code.BAD_FRAME, Code.UNKNOWN_TYPE}


def test_an_unknown_type_has_a_code_of_its_own():
    assert outcome_of('{"type":"chat.accept"}') == Code.UNKNOWN_TYPE


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        (protocol.Hello, {"token": "a" * 513}),
        (protocol.Hello, {"token": None}),
        (protocol.Hello, {"resume": {CHAT: -1}}),
        (protocol.Hello, {"resume": {"short": 1}}),
        (protocol.Hello, {"resume": {f"{n:022}": 1 for n in range(101)}}),
        (protocol.MessagePost, {"client_id": "short"}),
        (protocol.MessagePost, {"client_id": "a" * 65}),
        (protocol.MessagePost, {"client_id": "with space"}),
        (protocol.MessagePost, {"client_id": "trailing-line\n"}),
        (protocol.MessagePost, {"chat": CHAT + "c"}),
        (protocol.MessagePost, {"chat": CHAT + "\n"}),
        (protocol.MessagePost, {"kind": "event"}),
        (protocol.MessagePost, {"body": None}),
        (protocol.MessagePost, {"body": ["Hello"]}),
        (protocol.MessagePost, {"epoch": "1"}),
        (protocol.MessagePost, {"epoch": True}),
        (protocol.MessagePost, {"epoch": 1.0}),
        (protocol.History, {"before": 3}),
        (protocol.History, {"after": None}),
        (protocol.History, {"limit": 0}),
        (protocol.History, {"limit": 201}),
        (protocol.History, {"limit": "50"}),
        (protocol.ReceiptPost, {"read": 2**31}),
        (protocol.ReceiptPost, {"read": 10**400}),
        (protocol.ReceiptPost, {"delivered": None}),
        (protocol.TypingPost, {"chat": 7}),
        (protocol.HeartbeatPost, {"applied": {CHAT: "3"}}),
        (protocol.HeartbeatPost, {"applied": [CHAT]}),
    ],
)
def test_a_value_out_of_its_bounds_is_refused(kind, changes):
    assert outcome_of(json.dumps({**COMMANDS[kind], **changes})) == Code.BAD_FRAME


def test_a_refused_message_carries_its_client_id_so_that_its_sender_can_settle_it():
    frame = {**COMMANDS[protocol.MessagePost], "kind": "event"}

    with pytest.raises(BadFrame) as refused:
        parse(json.dumps(frame))

    assert refused.value.client_id == "message-1"


@pytest.mark.parametrize("client_id", ["short", 7, None, "a" * 65, "with space"])
def test_a_client_id_that_is_none_is_not_repeated(client_id):
    frame = {**COMMANDS[protocol.MessagePost], "client_id": client_id}

    with pytest.raises(BadFrame) as refused:
        parse(json.dumps(frame))

    assert refused.value.client_id is None


def test_a_text_that_cannot_be_stored_is_refused_by_its_own_code():
    frame = {**COMMANDS[protocol.MessagePost], "body": "\ud800"}

    assert outcome_of(json.dumps(frame)) == Code.BAD_TEXT


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Hello", None),
        ("  Hello\n", None),
        ("a" * 8000, None),
        ("a" * 8001, Code.TOO_LONG),
        ("", Code.BLANK),
        (" \t\n\u00a0\u2003", Code.BLANK),
        ("a\0", Code.BAD_TEXT),
        ("\udfff", Code.BAD_TEXT),
    ],
)
def test_text_is_judged(text, problem):
    assert protocol.text_problem(text) == problem


def test_every_frame_has_an_example_here():
    assert {type(frame) for frame in FRAMES} == set(protocol.FRAMES)


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: type(frame).__name__)
def test_a_frame_goes_out_as_its_type_says_without_what_is_none(frame):
    assert json.loads(protocol.encode(frame)) == frame.model_dump(mode="json", exclude_none=True)


@pytest.mark.parametrize("frame", FRAMES, ids=lambda frame: type(frame).__name__)
def test_a_frame_that_went_out_is_valid(frame):
    assert type(frame).model_validate_json(protocol.encode(frame)) == frame


@given(st.text(st.characters(exclude_categories=["Cs"])), anything)
def test_a_text_goes_out_exactly_as_it_is(body, data):
    item = {**ITEM, "body": body, "data": {"value": json.loads(json.dumps(str(data)))}}
    frame = protocol.Messages.model_construct(type="messages", chat=CHAT, head=2, items=[item])

    assert json.loads(protocol.encode(frame))["items"] == [item]


def test_only_what_may_pass_is_not_final():
    passing = {code for code in Code if not protocol.refusal(code).final}

    assert passing == {Code.RATE_LIMITED, Code.TRY_AGAIN, Code.HELLO_EXPECTED, Code.INTERNAL}


def test_a_moment_goes_out_in_utc_with_milliseconds():
    berlin = timezone(timedelta(hours=2))
    moment = datetime(2026, 7, 1, 1, 2, 3, 4567, tzinfo=berlin)

    assert protocol.stamp(moment) == "2026-06-30T23:02:03.004Z"
    assert protocol.stamp(moment.astimezone(UTC)) == protocol.stamp(moment)
