"""What a page may send, and how it is read."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from livechat.protocol.codes import CLIENT_ID, HISTORY_ITEMS, RESUME_CHATS, Code, text_problem

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
    #: On `/ws/company/` alone: whose page it is. There the token of a customer of that company is
    #: for news of his own tickets.
    company: Annotated[str, Field(pattern=r"^([A-Za-z0-9_-]{22})?$")] = ""
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


COMMANDS: tuple[type[Command], ...] = (
    Hello,
    MessagePost,
    History,
    ReceiptPost,
    TypingPost,
    HeartbeatPost,
)


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
