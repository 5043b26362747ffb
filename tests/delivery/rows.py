"""The rows behind a running product, read past it: the truth that histories are held against."""

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Any

import psycopg

from tests.delivery.history import Stored
from tests.product import Product

AUTHORS = {"c": "customer", "a": "agent", "b": "virtual_agent", "s": "system"}
LINES = """
SELECT chat.public_id, line.seq, line.client_id, line.sender, line.body, line.kind
FROM livechat_message AS line JOIN livechat_chat AS chat ON chat.id = line.chat_id
ORDER BY chat.id, line.seq
"""


@contextlib.contextmanager
def connected(product: Product) -> Iterator[Any]:
    """A connection of our own to the product's database; commits when all went well."""
    connection: Any
    if url := product.env.get("DATABASE_URL"):
        connection = psycopg.connect(url)
    else:
        connection = sqlite3.connect(product.var / "parley.sqlite3", timeout=20)
    with contextlib.closing(connection), connection:
        yield connection


def run(product: Product, *statements: str) -> None:
    with connected(product) as connection:
        for statement in statements:
            connection.execute(statement)


def stored(product: Product, chats: set[str]) -> list[Stored]:
    """The lines of these chats."""
    with connected(product) as connection:
        rows = connection.execute(LINES).fetchall()
    return [
        Stored(chat, seq, client_id, AUTHORS[sender[0]], body, kind)
        for chat, seq, client_id, sender, body, kind in rows
        if chat in chats
    ]
