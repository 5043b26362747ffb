"""How messages reach the database: by tuned SQL on PostgreSQL, by the ORM elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from django.db import connection

from livechat.models.chats import Chat
from livechat.models.drafts import ChatHead, Draft, Identity, NewLine, Numbered

if TYPE_CHECKING:
    from livechat.models.messages import Message

CHAT_FIELDS = ["last_seq", "last_public_seq", "last_message_at", "unanswered_since", "updated_at"]

LOCK = """
SELECT chat.id, chat.public_id, status, customer_id, queue_id, agent_id, owner_epoch, version,
  last_seq, last_public_seq, unanswered_since, left_at, agent_name, customer.name
FROM livechat_chat AS chat JOIN tickets_customer AS customer ON customer.id = customer_id
WHERE chat.public_id = ANY(%s) ORDER BY chat.id FOR NO KEY UPDATE OF chat
"""

STORED = """
SELECT draft.chat_id, draft.sender, draft.client_id, message.seq, message.posted_at
FROM json_to_recordset(%s::json) AS draft(chat_id bigint, sender text, client_id text)
JOIN livechat_message AS message USING (chat_id, sender, client_id)
"""

#: One round trip: the chats' heads and the messages. JSON is cheaper to make than ten arrays.
WRITE = """
WITH heads AS (
  UPDATE livechat_chat AS chat SET last_seq = head.last_seq, last_public_seq = head.last_public_seq,
    last_message_at = head.updated_at, unanswered_since = head.unanswered_since,
    updated_at = head.updated_at
  FROM json_to_recordset(%s::json) AS head(pk bigint, last_seq int, last_public_seq int,
    unanswered_since timestamptz, updated_at timestamptz)
  WHERE chat.id = head.pk
)
INSERT INTO livechat_message
  (chat_id, seq, public_after, sender, client_id, kind, author_name, body, data, posted_at)
SELECT chat_id, seq, public_after, sender, client_id, kind, author_name, body, data, posted_at
FROM json_to_recordset(%s::json) AS line(chat_id bigint, seq int, public_after int, sender text,
  client_id text, kind text, author_name text, body text, data jsonb, posted_at timestamptz)
"""


class Stored(NamedTuple):
    """What is known of a message that was stored before."""

    seq: int
    posted_at: datetime


def lock_heads(public_ids: Collection[str]) -> dict[str, ChatHead]:
    """Lock these chats in id order, in a statement of its own. Once a transaction, at its start."""
    wanted = sorted(set(public_ids))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(LOCK, [wanted])
            return {row[1]: ChatHead(*row) for row in cursor.fetchall()}
    rows = Chat.objects.filter(public_id__in=wanted).order_by("pk").select_for_update(of=("self",))
    return {row[1]: ChatHead(*row) for row in rows.values_list(*ChatHead.COLUMNS)}


def find_stored(
    model: type[Message], drafts: Iterable[Draft], chats: dict[str, ChatHead]
) -> dict[Identity, Stored]:
    """What of these drafts is there already, by identity."""
    wanted = [
        {"chat_id": chats[draft.chat].pk, "sender": draft.sender.key, "client_id": draft.client_id}
        for draft in drafts
        if draft.chat in chats
    ]
    ids = {head.pk: public_id for public_id, head in chats.items()}
    return {(ids[row[0]], row[1], row[2]): Stored(*row[3:]) for row in _stored(model, wanted)}


def _stored(model: type[Message], wanted: list[dict[str, Any]]) -> Sequence[tuple[Any, ...]]:
    if not wanted:
        return []
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(STORED, [orjson.dumps(wanted).decode()])
            return list(cursor.fetchall())
    rows = model.objects.filter(
        chat_id__in={row["chat_id"] for row in wanted},
        sender__in={row["sender"] for row in wanted},
        client_id__in={row["client_id"] for row in wanted},
    )
    return list(rows.values_list("chat_id", "sender", "client_id", "seq", "posted_at"))


def write(model: type[Message], chats: Sequence[Numbered], lines: Sequence[NewLine]) -> None:
    """Store the lines and the heads of their chats."""
    if connection.vendor == "postgresql":
        heads = [
            {
                "pk": chat.pk,
                "last_seq": chat.last_seq,
                "last_public_seq": chat.last_public_seq,
                "unanswered_since": chat.unanswered_since,
                "updated_at": chat.updated_at,
            }
            for chat in chats
        ]
        with connection.cursor() as cursor:
            cursor.execute(WRITE, [orjson.dumps(heads).decode(), orjson.dumps(lines).decode()])
        return
    model.objects.bulk_create([model(**line.values()) for line in lines])
    Chat.objects.bulk_update(
        [Chat(**{name: getattr(chat, name) for name in ["pk", *CHAT_FIELDS]}) for chat in chats],
        CHAT_FIELDS,
    )
