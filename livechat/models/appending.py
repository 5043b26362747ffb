"""How messages reach the database: by SQL tuned for PostgreSQL, and by plainer SQL for SQLite."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
from django.db import connection

from livechat.models.chats import Chat
from livechat.models.drafts import ChatHead, Draft, Identity, NewLine, Numbered

LOCK = """
SELECT chat.id, chat.public_id, status, customer_id, queue_id, agent_id, owner_epoch, version,
  last_seq, last_public_seq, unanswered_since, left_at, agent_name, transferred_to_id, invitees,
  customer.name
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


#: The same for SQLite. Only placeholders are filled in.
STORED_ELSEWHERE = """
WITH draft(chat_id, sender, client_id) AS (VALUES {rows})
SELECT draft.chat_id, draft.sender, draft.client_id, message.seq, message.posted_at
FROM draft JOIN livechat_message AS message USING (chat_id, sender, client_id)
"""
HEAD_ELSEWHERE = """
UPDATE livechat_chat SET last_seq = %s, last_public_seq = %s, last_message_at = %s,
  updated_at = %s, unanswered_since = %s
WHERE id = %s
"""
LINE_ELSEWHERE = """
INSERT INTO livechat_message
  (chat_id, seq, public_after, sender, client_id, kind, author_name, body, data, posted_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
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


def find_stored(drafts: Iterable[Draft], chats: dict[str, ChatHead]) -> dict[Identity, Stored]:
    """What of these drafts is there already, by identity."""
    wanted = [
        {"chat_id": chats[draft.chat].pk, "sender": draft.sender.key, "client_id": draft.client_id}
        for draft in drafts
        if draft.chat in chats
    ]
    ids = {head.pk: public_id for public_id, head in chats.items()}
    return {(ids[row[0]], row[1], row[2]): Stored(*row[3:]) for row in _stored(wanted)}


def _stored(wanted: list[dict[str, Any]]) -> Sequence[tuple[Any, ...]]:
    if not wanted:
        return []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(STORED, [orjson.dumps(wanted).decode()])
            return list(cursor.fetchall())
        rows = ", ".join(["(%s, %s, %s)"] * len(wanted))
        values = [value for row in wanted for value in row.values()]
        cursor.execute(STORED_ELSEWHERE.format(rows=rows), values)
        # Its moments are UTC without saying so.
        return [(*row[:4], row[4].replace(tzinfo=UTC)) for row in cursor.fetchall()]


def write(chats: Sequence[Numbered], lines: Sequence[NewLine]) -> None:
    """Store the lines and the heads of their chats."""
    with connection.cursor() as cursor:
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
            cursor.execute(WRITE, [orjson.dumps(heads).decode(), orjson.dumps(lines).decode()])
            return
        cursor.executemany(HEAD_ELSEWHERE, [_head_values(chat) for chat in chats])
        cursor.executemany(LINE_ELSEWHERE, [_line_values(line) for line in lines])


def _head_values(chat: Numbered) -> list[Any]:
    moment = connection.ops.adapt_datetimefield_value
    at, since = moment(chat.updated_at), moment(chat.unanswered_since)
    return [chat.last_seq, chat.last_public_seq, at, at, since, chat.pk]


def _line_values(line: NewLine) -> list[Any]:
    *texts, data, posted_at = [getattr(line, name) for name in line.FIELDS]
    moment = connection.ops.adapt_datetimefield_value(posted_at)
    return [*texts, orjson.dumps(data).decode(), moment]
