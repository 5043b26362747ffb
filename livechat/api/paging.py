"""Lists by pages, and what stands for one of their rows in an address."""

import re

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from tickets.models.moments import read_moment

PUBLIC_ID = "[A-Za-z0-9_-]{22}"
MOST = 200


class NewestFirst(CursorPagination):
    ordering = ("-created_at", "-id")
    page_size = 50
    page_size_query_param = "limit"
    max_page_size = MOST

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Cursors are not signed: one that is made up is not found."""
        cursor: Cursor | None = super().decode_cursor(request)
        if cursor and cursor.position is not None and read_moment(str(cursor.position)) is None:
            raise NotFound
        return cursor


class ById(CursorPagination):
    """In an order that stays, for whoever reads all of them."""

    ordering = "public_id"
    page_size = 50
    page_size_query_param = "limit"
    max_page_size = MOST

    def decode_cursor(self, request: Request) -> Cursor | None:
        cursor: Cursor | None = super().decode_cursor(request)
        made_up = cursor and cursor.position and not re.fullmatch(PUBLIC_ID, str(cursor.position))
        if made_up:
            raise NotFound
        return cursor
