"""What the server sends, and how it is written."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal, NotRequired

import orjson
from pydantic import BaseModel, ConfigDict
from typing_extensions import TypedDict

from livechat.protocol.codes import (
    BODY_CHARACTERS,
    DETAILS,
    FRAME_BYTES,
    HISTORY_ITEMS,
    PASSING,
    SILENCE_SECONDS,
    TYPING_FORGOTTEN_SECONDS,
    TYPING_SECONDS,
    Code,
)


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
    """One line of a chat. `after` is the seq before it that this audience sees.

    `author_id` is the same for all lines of an agent; only staff are told.
    """

    seq: int
    after: int
    client_id: str
    kind: Literal["reply", "note", "event", "article", "file"]
    author: Literal["customer", "agent", "virtual_agent", "system"]
    author_name: str
    body: str
    data: dict[str, Any]
    posted_at: str
    author_id: NotRequired[str]


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
    """Somebody left the line the customer waits in, or is back: ask for the place again."""

    type: Literal["queue.changed"] = "queue.changed"


class HoursChanged(Frame):
    """When chats are taken has changed: ask again. For pages without a chat."""

    type: Literal["hours.changed"] = "hours.changed"


class AlertsChanged(Frame):
    """What is out of order has changed: ask again. For pages without a chat."""

    type: Literal["alerts.changed"] = "alerts.changed"


class AgentReachable(Frame):
    """Whether the agent of this chat is reachable; for its customer."""

    type: Literal["presence.changed"] = "presence.changed"
    chat: str
    presence: Literal["online", "reconnecting"]


class AvailabilityChanged(Frame):
    """What an agent wants: chats or none, and how many at once; for his own pages."""

    type: Literal["availability.changed"] = "availability.changed"
    available: bool
    capacity: int | None = None


class InvitationChanged(Frame):
    """An agent was asked into a chat, or has answered; for who asks and who is asked."""

    type: Literal["invitation.changed"] = "invitation.changed"
    invitation: str
    chat: str
    agent: str
    agent_name: str
    by_name: str
    role: Literal["participant", "monitor"]
    status: Literal["pending", "accepted", "declined", "withdrawn", "left", "over"]


class AssistanceChanged(Frame):
    """The agent of a chat wants a supervisor's help, or no more; for him and for supervisors."""

    type: Literal["assistance.changed"] = "assistance.changed"
    chat: str
    agent_name: str
    asked: bool


class TargetBreached(Frame):
    """A chat waits or takes as long as its warning says, or too long; `seconds` so far."""

    type: Literal["target.breached"] = "target.breached"
    chat: str
    target: Literal["waiting", "conversation"]
    step: Literal["warning", "breach"]
    seconds: int
    customer_name: str
    agent_name: str | None = None


class CustomerTicketChanged(Frame):
    """The customer's ticket took a step, was written on or got a file: ask for it again."""

    type: Literal["ticket.changed"] = "ticket.changed"
    ticket: str
    number: str


class TicketChanged(CustomerTicketChanged):
    """A ticket was changed or spoken on; for the agent of its chat, and its assignee.

    `change`: the code of its activity.
    """

    version: int
    change: str


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
    AlertsChanged,
    HoursChanged,
    AgentReachable,
    AvailabilityChanged,
    InvitationChanged,
    AssistanceChanged,
    TargetBreached,
    CustomerTicketChanged,
    TicketChanged,
    SettingsChanged,
    AccessChanged,
    Bye,
)


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


@lru_cache(maxsize=1024)  # A batch has one moment, told several times over.
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
