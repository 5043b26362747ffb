"""The first of the rows that are asked for, by reading few others, of however many tickets.

A database guesses how many rows fit, and does not know which companies, words and times go
together. What it must not guess is settled here: few companies are read each by itself, in the
order of its index. Words are looked for among the next rows, where common ones are; and if these
do not do, by the index of words, which is quick with all others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import BooleanField, Func, Q

from tickets.models import Company, Ticket, User
from tickets.models.tickets import words_of

Order = tuple[str, ...]
NEWEST_FIRST: Order = ("-created_at", "-id")
#: So many companies are read each by itself.
FEW = 8
#: Among so many of the next rows words are looked for without their index.
NEAR = 3000
#: If not even this part of a page is there, it is not left to the database to read in order.
RARE = 8
#: So many pages of them there have to be to read few companies' in an index of all companies.
COMMON = 12


class AnyOf(Func):
    """Whether it is in an array. What makes the array is carried out first, and by itself."""

    output_field = BooleanField()
    template = "%(expressions)s)"
    arg_joiner = " = ANY ("


@dataclass(frozen=True)
class Asked:
    """What rows of the list there shall be."""

    user: User
    companies: list[Company] | None  # Whose; none: anybody's, for somebody of all companies.
    chosen: dict[str, Any]
    words: str
    order: Order
    mark: Ticket | None  # The row before the first.

    def rows(self, number: int) -> list[Ticket]:
        """So many of the first, with all that a list shows of them."""
        if self.words and not words_of(self.words):
            return []
        if not self.words or connection.vendor != "postgresql":
            return self._first([rows.search(self.words) for rows in self._found()], number)
        if not _in_time(self.order):
            return self._rows_in_another_order(number)
        near, whole = self._near()
        rows = self._first(near, number)
        return rows if whole or len(rows) == number else self._rarer(len(rows), number)

    def _rows_in_another_order(self, number: int) -> list[Ticket]:
        """By reading in that order only if there are many among the newest."""
        many = number * COMMON if self._few else number
        near, whole = replace(self, order=NEWEST_FIRST, mark=None)._near()
        parts = [rows.order_by(*NEWEST_FIRST).values_list("pk")[:many] for rows in near]
        found = len(_together(parts))
        if whole or found >= many:
            return self._first([rows.having_words(self.words) for rows in self._found()], number)
        return self._rarer(found, number)

    def _near(self) -> tuple[list[Any], bool]:
        """What has the words among the next rows, and whether there are no others than these."""
        onward = self._onward()
        place = NEAR // len(onward)
        ends = [
            rows.order_by(*self.order).values_list("created_at")[place : place + 1]
            for rows in onward
        ]
        times = [time for (time,) in _together(ends)]
        edge = Q()
        if times and self.order[0].startswith("-"):
            edge = Q(created_at__gte=max(times))
        elif times:
            edge = Q(created_at__lte=min(times))
        near = [rows.filter(edge).having_words(self.words) for rows in self._found()]
        return near, not times

    def _rarer(self, near: int, number: int) -> list[Ticket]:
        """Where so few were near. By the index of words, if need be by this alone, then sorted."""
        [found] = self._found(apart=False)
        found = found.search(self.words, self._few)
        if not self._few and near < number // RARE:
            keys = ArraySubquery(found.values("pk"))
            found = Ticket.objects.with_rank().filter(AnyOf("pk", keys))
        return self._first([found], number)

    def _first(self, streams: list[Any], number: int) -> list[Ticket]:
        parts = [rows.with_list_data().order_by(*self.order)[:number] for rows in streams]
        rows = _together(parts)
        return list(rows.order_by(*self.order)[:number] if len(parts) > 1 else rows)

    def _found(self, *, apart: bool = True) -> list[Any]:
        """What the filters let pass, after the mark."""
        return [rows.filter(**self.chosen) for rows in self._onward(apart=apart)]

    def _onward(self, *, apart: bool = True) -> list[Any]:
        """What comes after the mark: together, or of each company if they are few."""
        apart = apart and _in_time(self.order) and bool(self._few)
        apart = apart and connection.features.supports_slicing_ordering_in_compound
        groups = [[company] for company in self._few] if apart else [self.companies]
        tickets = Ticket.objects.with_rank()
        if self.mark is not None:
            tickets = tickets.filter(beyond(self.mark, self.order))
        return [tickets.visible_to(self.user, group) for group in groups]

    @property
    def _few(self) -> list[Company]:
        return self.companies if self.companies and len(self.companies) <= FEW else []


def turned(order: Order) -> Order:
    """The other way round."""
    return tuple(name[1:] if name.startswith("-") else f"-{name}" for name in order)


def beyond(mark: Ticket, order: Order) -> Q:
    """All that comes later in this order. Its first column alone bounds what an index reads."""
    names = [name.lstrip("-") for name in order]
    steps = ["lt" if name.startswith("-") else "gt" for name in order]
    values = [getattr(mark, name) for name in names]
    later = Q()
    for depth in range(len(names)):
        same = dict(zip(names[:depth], values[:depth], strict=True))
        later |= Q(**same, **{f"{names[depth]}__{steps[depth]}": values[depth]})
    return Q(**{f"{names[0]}__{steps[0]}e": values[0]}) & later


def _in_time(order: Order) -> bool:
    return order[0].lstrip("-") == "created_at"


def _together(parts: list[Any]) -> Any:
    first, *others = parts
    return first.union(*others, all=True) if others else first
