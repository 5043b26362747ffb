"""Lists by pages, and what stands for one of their rows in an address."""

import re

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from tickets.models.moments import read_moment

PUBLIC_ID = "[A-Za-z0-9_-]{22}"


class Pages(CursorPagination):
    """Cursors are not signed: one that is made up is not found."""

    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200

    def decode_cursor(self, request: Request) -> Cursor | None:
        cursor: Cursor | None = super().decode_cursor(request)
        if cursor and cursor.position is not None and not self.is_place(str(cursor.position)):
            raise NotFound
        return cursor

    @staticmethod
    def is_place(position: str) -> bool:
        """Whether a row could stand there."""
        return True


class NewestFirst(Pages):
    ordering = ("-created_at", "-id")

    @staticmethod
    def is_place(position: str) -> bool:
        return read_moment(position) is not None


class ById(Pages):
    """In an order that stays, for whoever reads all of them."""

    ordering = "public_id"

    @staticmethod
    def is_place(position: str) -> bool:
        return re.fullmatch(PUBLIC_ID, position) is not None
