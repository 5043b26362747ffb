"""All frames of the socket, in and out: names, fields, limits, refusal codes. Plain Python."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from typing_extensions import TypedDict

FRAME_BYTES = 65_536
BODY_CHARACTERS = 8_000
HISTORY_ITEMS = 200
RESUME_CHATS = 100
HELLO_SECONDS = 5
AGENT_HEARTBEAT_SECONDS = 10
CUSTOMER_HEARTBEAT_SECONDS = 25
TYPING_SECONDS = 3
TYPING_FORGOTTEN_SECONDS = 6
SILENCE_SECONDS = 30


class Code(StrEnum):
    """Every refusal's code, on the socket and on the API alike."""

    BAD_FRAME = "bad_frame"
    UNKNOWN_TYPE = "unknown_type"
    HELLO_EXPECTED = "hello_expected"
    BLANK = "blank"
    TOO_LONG = "too_long"
    BAD_TEXT = "bad_text"
    RATE_LIMITED = "rate_limited"
    TRY_AGAIN = "try_again"
    CHAT_ENDED = "chat_ended"
    NOT_YOURS = "not_yours"
    NOT_FOUND = "not_found"
    NOT_AUTHENTICATED = "not_authenticated"
    FORBIDDEN = "forbidden"
    INVALID = "invalid"
    NOT_ALLOWED = "method_not_allowed"
    UNSUPPORTED = "unsupported_media_type"
    NOT_ACCEPTABLE = "not_acceptable"
    ALREADY_ACCEPTED = "already_accepted"
    ILLEGAL_STEP = "illegal_step"
    LIVE_CHAT_EXISTS = "live_chat_exists"
    CLIENT_ID_REUSED = "client_id_reused"
    NO_QUEUE = "no_queue"
    INTERNAL = "internal"


#: Never the last word: the sender may repeat the same frame later.
PASSING = frozenset({Code.RATE_LIMITED, Code.TRY_AGAIN, Code.INTERNAL})


class Close:
    """Close codes of the socket."""

    GOING = 1012
    SIGNED_OUT = 4401
    FORBIDDEN = 4403
    TOO_SLOW = 4408
    FLOOD = 4429


PublicId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{22}$")]
ClientId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
Seq = Annotated[int, Field(strict=True, ge=0, le=2_147_483_647)]


class Command(BaseModel):
    """What a page may send."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Hello(Command):
    """First frame, within `HELLO_SECONDS`: who I am, and what this page already shows."""

    type: Literal["hello"]
    token: Annotated[str, Field(max_length=512)] = ""
    resume: Annotated[dict[PublicId, Seq], Field(max_length=RESUME_CHATS)] = {}


class MessagePost(Command):
    """A message. Its text is judged under the chat's lock, by the rules of `text_problem`."""

    type: Literal["message.post"]
    client_id: ClientId
    chat: PublicId
    kind: Literal["reply", "note"] = "reply"
    body: str
    epoch: Seq | None = None


class History(Command):
    """Ask for what was missed (`after`) or for what came earlier (`before`)."""

    type: Literal["history"]
    chat: PublicId
    after: Seq | None = None
    before: Seq | None = None
    limit: Annotated[int, Field(strict=True, ge=1, le=HISTORY_ITEMS)] = 50

    @model_validator(mode="after")
    def one_direction(self) -> History:
        if (self.after is None) == (self.before is None):
            raise ValueError("give either after or before")
        return self


class ReceiptPost(Command):
    """What this reader has received and seen, cumulative."""

    type: Literal["receipt"]
    chat: PublicId
    delivered: Seq
    read: Seq


class TypingPost(Command):
    """The sender is typing; at most every `TYPING_SECONDS`."""

    type: Literal["typing"]
    chat: PublicId
    epoch: Seq | None = None


class HeartbeatPost(Command):
    """I am here, and this is the last seq I show of each chat."""

    type: Literal["heartbeat"]
    applied: Annotated[dict[PublicId, Seq], Field(max_length=RESUME_CHATS)] = {}


AnyCommand = Annotated[
    Hello | MessagePost | History | ReceiptPost | TypingPost | HeartbeatPost,
    Field(discriminator="type"),
]
_COMMANDS: TypeAdapter[Command] = TypeAdapter(AnyCommand)


class Frame(BaseModel):
    """What the server may send."""

    model_config = ConfigDict(extra="forbid")


class Head(Frame):
    """How far a chat has come: its last seq for this audience, its version, its owner's epoch."""

    head: int
    version: int
    epoch: int | None = None


class Limits(Frame):
    """The numbers a page needs to behave."""

    body: int = BODY_CHARACTERS
    frame: int = FRAME_BYTES
    history: int = HISTORY_ITEMS
    typing: int = TYPING_SECONDS
    typing_forgotten: int = TYPING_FORGOTTEN_SECONDS
    silence: int = SILENCE_SECONDS


class Welcome(Frame):
    """Answer to `hello`; then what was missed follows, chat by chat."""

    type: Literal["welcome"] = "welcome"
    heartbeat: int
    server_time: str
    limits: Limits = Limits()
    chats: dict[str, Head]


class Ack(Frame):
    """Stored. The same again for a repeat."""

    type: Literal["ack"] = "ack"
    client_id: str
    chat: str
    seq: int
    posted_at: str


class Refused(Frame):
    """Not done. `final`: never will be; otherwise repeat after `retry_after` seconds."""

    type: Literal["refused"] = "refused"
    code: Code
    detail: str
    final: bool
    client_id: str | None = None
    retry_after: float | None = None


class Item(TypedDict):
    """One line of a chat. `after` is the seq before it that this audience sees."""

    seq: int
    after: int
    client_id: str
    kind: Literal["reply", "note", "event", "article", "file"]
    author: Literal["customer", "agent", "virtual_agent", "system"]
    author_name: str
    body: str
    data: dict[str, Any]
    posted_at: str


class Messages(Frame):
    """Live, missed and history alike."""

    type: Literal["messages"] = "messages"
    chat: str
    head: int
    items: list[Item]


class Receipt(Frame):
    """What the other side has received and seen."""

    type: Literal["receipt"] = "receipt"
    chat: str
    delivered: int
    read: int


class Typing(Frame):
    """The other side is typing; forget it after `TYPING_FORGOTTEN_SECONDS`."""

    type: Literal["typing"] = "typing"
    chat: str
    author: Literal["customer", "agent", "virtual_agent"]
    author_name: str


class Heartbeat(Frame):
    """How far the chats that the page named have come."""

    type: Literal["heartbeat"] = "heartbeat"
    heads: dict[str, Head]


class ChatChanged(Frame):
    """A chat took a step; for its customer."""

    type: Literal["chat.changed"] = "chat.changed"
    chat: str
    status: str
    version: int


class StaffChatChanged(ChatChanged):
    """A chat took a step; for agents."""

    queue: str
    agent: str | None = None
    agent_name: str | None = None
    epoch: int


class LineChanged(Frame):
    """Somebody left the line the customer waits in: ask for the place again."""

    type: Literal["queue.changed"] = "queue.changed"


class AgentReachable(Frame):
    """Whether the agent of this chat is reachable; for its customer."""

    type: Literal["presence.changed"] = "presence.changed"
    chat: str
    presence: Literal["online", "reconnecting"]


class SettingsChanged(Frame):
    """A setting was changed: fetch what shows it again."""

    type: Literal["settings.changed"] = "settings.changed"
    kind: str
    id: str
    version: int


class AccessChanged(Frame):
    """What you may hear has changed: fetch the lists again."""

    type: Literal["access.changed"] = "access.changed"


class Bye(Frame):
    """Last frame before the server closes. Come back after `retry_in` seconds, if at all."""

    type: Literal["bye"] = "bye"
    code: int
    reason: str
    retry_in: tuple[float, float] | None = None


COMMANDS: tuple[type[Command], ...] = (
    Hello,
    MessagePost,
    History,
    ReceiptPost,
    TypingPost,
    HeartbeatPost,
)
FRAMES: tuple[type[Frame], ...] = (
    Welcome,
    Ack,
    Refused,
    Messages,
    Receipt,
    Typing,
    Heartbeat,
    ChatChanged,
    StaffChatChanged,
    LineChanged,
    AgentReachable,
    SettingsChanged,
    AccessChanged,
    Bye,
)

DETAILS: dict[Code, str] = {
    Code.BAD_FRAME: "This frame cannot be read.",
    Code.UNKNOWN_TYPE: "There is no frame of this type.",
    Code.HELLO_EXPECTED: "The first frame has to be hello.",
    Code.BLANK: "The message has no text.",
    Code.TOO_LONG: f"The message is longer than {BODY_CHARACTERS} characters.",
    Code.BAD_TEXT: "The message holds characters that cannot be stored.",
    Code.RATE_LIMITED: "Too many at once.",
    Code.TRY_AGAIN: "It could not be stored right now.",
    Code.CHAT_ENDED: "The chat has ended.",
    Code.NOT_YOURS: "The chat is with somebody else.",
    Code.NOT_FOUND: "There is no such chat.",
    Code.NOT_AUTHENTICATED: "Sign in first.",
    Code.FORBIDDEN: "You may not do this.",
    Code.INTERNAL: "Something went wrong here.",
}


class BadFrame(Exception):  # noqa: N818  # it is the frame that is bad
    """What came is no frame. Carries the refusal's code and, when it can be read, the client id."""

    def __init__(self, code: Code, client_id: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.client_id = client_id


def parse(text: str | bytes) -> Command:
    """The command in a text frame. Raises `BadFrame`, and nothing else, for whatever is none."""
    try:
        return _COMMANDS.validate_json(text)
    except ValidationError as error:
        kind = error.errors(include_url=False, include_context=False, include_input=False)[0][
            "type"
        ]
        code = Code.UNKNOWN_TYPE if kind == "union_tag_invalid" else Code.BAD_FRAME
        raise BadFrame(*_blame(text, code)) from None
    except UnicodeEncodeError:
        raise BadFrame(Code.BAD_TEXT) from None


def _blame(text: str | bytes, code: Code) -> tuple[Code, str | None]:
    """The client id of a frame that failed, so that its sender can settle it."""
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        return code, None
    if not isinstance(raw, dict):
        return code, None
    client_id = raw.get("client_id")
    if not isinstance(client_id, str) or not CLIENT_ID.fullmatch(client_id):
        return code, None
    body = raw.get("body")
    problem = text_problem(body) if isinstance(body, str) else None
    return problem or code, client_id


CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def text_problem(body: str, limit: int = BODY_CHARACTERS) -> Code | None:
    """Why this text cannot be a message; None when it can. Text is never changed."""
    if len(body) > limit:
        return Code.TOO_LONG
    if not body or body.isspace():
        return Code.BLANK
    if _UNSTORABLE.search(body):
        return Code.BAD_TEXT
    return None


def encode(frame: Frame) -> str:
    """The frame as the text that goes out. What is None is left out."""
    return orjson.dumps(_present(frame), default=_present).decode()


def _present(frame: Frame) -> dict[str, Any]:
    return {name: value for name, value in frame.__dict__.items() if value is not None}


def encode_messages(chat: str, head: int, items: list[Item]) -> str:
    """A `Messages` frame, without the price of making one: the hottest frame there is."""
    return orjson.dumps({"type": "messages", "chat": chat, "head": head, "items": items}).decode()


def encode_ack(client_id: str, chat: str, seq: int, posted_at: datetime) -> str:
    """An `Ack` frame, likewise."""
    return orjson.dumps(
        {
            "type": "ack",
            "client_id": client_id,
            "chat": chat,
            "seq": seq,
            "posted_at": stamp(posted_at),
        }
    ).decode()


def item(
    seq: int,
    after: int,
    client_id: str,
    kind: Any,
    author: Any,
    author_name: str,
    body: str,
    data: dict[str, Any],
    posted_at: datetime,
) -> Item:
    """One line as it stands in frames and answers."""
    return {
        "seq": seq,
        "after": after,
        "client_id": client_id,
        "kind": kind,
        "author": author,
        "author_name": author_name,
        "body": body,
        "data": data,
        "posted_at": stamp(posted_at),
    }


def stamp(moment: datetime) -> str:
    """A moment as it stands in frames and answers: UTC, milliseconds, `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def refusal(
    code: Code, *, client_id: str | None = None, retry_after: float | None = None
) -> Refused:
    """The frame that says no."""
    return Refused(
        code=code,
        detail=DETAILS.get(code, code.value),
        final=code not in PASSING,
        client_id=client_id,
        retry_after=retry_after,
    )
