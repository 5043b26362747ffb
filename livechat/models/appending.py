"""How numbered messages reach the database: one statement on PostgreSQL, two elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import orjson
from django.db import connection

from livechat.models.chats import Chat

if TYPE_CHECKING:
    from livechat.models.messages import Message, Numbered

CHAT_FIELDS = ["last_seq", "last_public_seq", "last_message_at", "unanswered_since", "updated_at"]

#: One round trip: the chats' heads and the messages. The caller holds the chats' locks.
POSTGRES = """
WITH heads AS (
  UPDATE livechat_chat AS chat SET last_seq = h.last_seq, last_public_seq = h.last_public_seq,
    last_message_at = h.posted_at, unanswered_since = h.unanswered_since, updated_at = h.posted_at
  FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::timestamptz[], %s::timestamptz[])
    AS h(id, last_seq, last_public_seq, posted_at, unanswered_since)
  WHERE chat.id = h.id
)
INSERT INTO livechat_message
  (chat_id, seq, public_after, sender, client_id, kind, author_name, body, data, posted_at)
SELECT
  chat_id, seq, public_after, sender, client_id, kind, author_name, body, data::jsonb, posted_at
FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::text[], %s::text[], %s::text[], %s::text[],
  %s::text[], %s::text[], %s::timestamptz[])
  AS m(chat_id, seq, public_after, sender, client_id, kind, author_name, body, data, posted_at)
"""


def write_appended(
    model: type[Message], chats: Sequence[Numbered], messages: Sequence[Message]
) -> None:
    """Store the messages and the heads of their chats."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(POSTGRES, _columns(chats, messages))
        return
    model.objects.bulk_create(messages)
    Chat.objects.bulk_update(
        [Chat(**{name: getattr(chat, name) for name in ["pk", *CHAT_FIELDS]}) for chat in chats],
        CHAT_FIELDS,
    )


def _columns(chats: Sequence[Numbered], messages: Sequence[Message]) -> list[list[Any]]:
    return [
        [chat.pk for chat in chats],
        [chat.last_seq for chat in chats],
        [chat.last_public_seq for chat in chats],
        [chat.last_message_at for chat in chats],
        [chat.unanswered_since for chat in chats],
        [message.chat_id for message in messages],
        [message.seq for message in messages],
        [message.public_after for message in messages],
        [message.sender for message in messages],
        [message.client_id for message in messages],
        [message.kind for message in messages],
        [message.author_name for message in messages],
        [message.body for message in messages],
        [orjson.dumps(message.data).decode() for message in messages],
        [message.posted_at for message in messages],
    ]
