"""Bodies in, answers out. Answers hold public ids only, and each audience has its own."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from livechat.events import items_of
from livechat.models import Chat, Message
from livechat.protocol import BODY_CHARACTERS, CLIENT_ID, HISTORY_ITEMS, stamp
from tickets.models import Activity, Ticket

PUBLIC_ID = r"\A[A-Za-z0-9_-]{22}\Z"


class ClientIdField(serializers.RegexField):
    """Made by the sender: the same again is the same thing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(rf"\A{CLIENT_ID.pattern}\Z", trim_whitespace=False, **kwargs)


class ExactTextField(serializers.CharField):
    """Text as it was sent. What cannot be stored is refused by the domain, with its code."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, allow_blank=True, **kwargs)
        self.validators = [
            validator
            for validator in self.validators
            if type(validator).__name__
            not in {"ProhibitNullCharactersValidator", "ProhibitSurrogateCharactersValidator"}
        ]


class EpochField(serializers.IntegerField):
    """Under which epoch an agent speaks; customers and participants say none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=2**31 - 1, required=False, default=None, **kwargs)


class StartChatSerializer(serializers.Serializer[Chat]):
    client_id = ClientIdField()
    question = ExactTextField()
    topic = serializers.RegexField(PUBLIC_ID, required=False, default="", allow_blank=True)
    name = serializers.CharField(max_length=120, required=False, default="", allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, default="", allow_blank=True)


class LeaveTicketSerializer(StartChatSerializer):
    """What a chat would begin with."""


class CommentSerializer(serializers.Serializer[Activity]):
    client_id = ClientIdField()
    body = ExactTextField()


class LatestSerializer(serializers.Serializer[Activity]):
    """How many of a ticket's comments, the latest."""

    comments = serializers.IntegerField(default=100, min_value=1, max_value=10_000)


class PostMessageSerializer(serializers.Serializer[Message]):
    client_id = ClientIdField()
    kind = serializers.ChoiceField(["reply", "note"], default="reply")
    body = ExactTextField(help_text=f"At most {BODY_CHARACTERS} characters.")
    epoch = EpochField()


class TransferSerializer(serializers.Serializer[Chat]):
    """To an agent or to a queue, by public id."""

    agent = serializers.RegexField(PUBLIC_ID, required=False, default="")
    queue = serializers.RegexField(PUBLIC_ID, required=False, default="")
    remark = ExactTextField(required=False, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs["agent"]) == bool(attrs["queue"]):
            raise serializers.ValidationError({"agent": "Give either an agent or a queue."})
        return attrs


class PageSerializer(serializers.Serializer[Message]):
    """Which lines: those after a seq, or those before one."""

    after = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False, default=None)
    before = serializers.IntegerField(
        min_value=0, max_value=2**31 - 1, required=False, default=None
    )
    limit = serializers.IntegerField(min_value=1, max_value=HISTORY_ITEMS, default=50)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["after"] is not None and attrs["before"] is not None:
            raise serializers.ValidationError({"before": "Give either after or before."})
        return attrs


class SignInCustomerSerializer(serializers.Serializer[Any]):
    company = serializers.RegexField(r"^[A-Za-z0-9_-]{22}$")
    identity = serializers.JSONField(required=False, default=None, allow_null=True)


def checked(serializer: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    """The input in the shape that the serializer names, or 400 with the fields that are wrong."""
    found = serializer(data=data)
    found.is_valid(raise_exception=True)
    values: dict[str, Any] = found.validated_data
    return values


def chat_for_customer(
    chat: Chat,
    place: int | None,
    wait: tuple[int, int] | None = None,
    instead: str | None = None,
) -> dict[str, Any]:
    """What a customer may know of his chat. `wait`: minutes from and to, the latter 0 if open.

    `instead`: what he reads who may leave a ticket and wait no longer.
    """
    agent = None
    if chat.agent:
        presence = "online" if chat.agent.online else "reconnecting"
        agent = {"screen_name": chat.agent_name, "presence": presence}
    return {
        "id": chat.public_id,
        "status": chat.status_for_customer,
        "version": chat.version,
        "question": chat.subject,
        "queue": chat.queue.name,
        "agent": agent,
        "place": place,
        "wait": wait,
        "instead": instead,
        "ticket": chat.ticket.number if chat.ticket else None,
        "files": chat.takes_files,
        "head": chat.last_public_seq,
        **_times(chat),
    }


def chat_for_staff(chat: Chat) -> dict[str, Any]:
    """What the agents of its queue may know of a chat."""
    customer, agent = chat.customer, chat.agent
    return {
        "id": chat.public_id,
        "status": chat.status,
        "version": chat.version,
        "epoch": chat.owner_epoch,
        "source": chat.source,
        "question": chat.subject,
        "company": {"id": customer.company.public_id, "name": customer.company.name},
        "queue": {"id": chat.queue.public_id, "name": chat.queue.name},
        "customer": {
            "id": customer.public_id,
            "name": customer.name,
            "email": customer.email,
            "verified": customer.verified,
        },
        "agent": {"id": agent.public_id, "screen_name": chat.agent_name} if agent else None,
        "head": chat.last_seq,
        "left_at": _time(chat.left_at),
        **_times(chat),
    }


def ticket_for_customer(ticket: Ticket) -> dict[str, Any]:
    """What a customer may know of his ticket: never who works on it, what they note, or when."""
    return {
        "id": ticket.public_id,
        "number": ticket.number,
        "kind": ticket.kind,
        "summary": ticket.summary,
        "status": ticket.status.name,
        "stage": ticket.status.stage,
        "created_at": _time(ticket.created_at),
    }


def comment_for_customer(comment: Activity) -> dict[str, Any]:
    """Staff by the name that customers know from chats."""
    agent = getattr(comment.author, "agent", None)
    return {
        "own": comment.customer_id is not None,
        "client_id": comment.client_id,
        "name": agent.display_name if agent else comment.author_name,
        "body": comment.body,
        "posted_at": _time(comment.created_at),
    }


def lines_of(chat: Chat, messages: list[Message], *, staff: bool) -> dict[str, Any]:
    """Lines as in a `messages` frame."""
    return {
        "chat": chat.public_id,
        "head": chat.last_seq if staff else chat.last_public_seq,
        "items": items_of(messages, staff=staff),
    }


def _times(chat: Chat) -> dict[str, str | None]:
    return {
        "created_at": _time(chat.created_at),
        "accepted_at": _time(chat.accepted_at),
        "ended_at": _time(chat.ended_at),
    }


def _time(moment: Any) -> str | None:
    return stamp(moment) if moment else None
