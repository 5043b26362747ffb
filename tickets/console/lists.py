"""A page of the list: what is asked for, in order, from one row on."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from tickets.console.forms import CHANGED, MINE, NOBODY, OLDEST, URGENT, FilterForm
from tickets.console.paging import NEWEST_FIRST, Asked, Order, turned
from tickets.models import Status, Ticket, User
from tickets.models.moments import read_moment

ROWS = 50
#: A step is stamped before it is committed: what is older than a page may be news to it.
STAMPED_BEFORE = timedelta(seconds=60)
RANK = re.compile("[0-9]{1,5}", re.ASCII)
#: By which columns, and which of them fall.
ORDERS: dict[str, tuple[str, ...]] = {
    OLDEST: ("created_at", "id"),
    CHANGED: ("-updated_at", "-id"),
    URGENT: ("rank", "-created_at", "-id"),
}


def list_of(user: User, asked: Any) -> dict[str, Any]:
    """What the list's page expects. As many queries for one ticket as for twenty."""
    filters = FilterForm(user, asked)
    back = asked.get("before", "")
    named = (back or asked.get("after", "")).replace("\0", "")
    mine = Ticket.objects.visible_to(user).with_rank()
    mark = mine.filter(public_id=named).first() if named else None
    if mark is not None:
        _place(mark, ORDERS.get(filters.order, NEWEST_FIRST), asked.get("at", ""))
    rows, more = _page(filters, user, mark, back=bool(back and mark))
    newer, older = (more, True) if back and mark else (mark is not None, more)
    return {
        "filters": filters,
        "tickets": rows,
        "newer": _address(filters, **_mark(filters, "before", rows[0])) if newer and rows else "",
        "older": _address(filters, **_mark(filters, "after", rows[-1])) if older and rows else "",
        "first": _address(filters) if mark else "",
        "now": timezone.now(),
    }


def changed_since(user: User, moment: str) -> bool:
    """Whether any ticket that this person sees may have been touched after it; one index serves."""
    since = read_moment(moment)
    if since is None:
        return True
    touched = Ticket.objects.visible_to(user).filter(updated_at__gt=since - STAMPED_BEFORE)
    return touched.exists()


def _mark(filters: FilterForm, side: str, row: Ticket) -> dict[str, str]:
    """The row that a page begins behind; where it may move, with where it stood."""
    named = {side: row.public_id}
    if filters.order == CHANGED:
        named["at"] = row.updated_at.isoformat()
    elif filters.order == URGENT:
        named["at"] = str(row.rank)  # type: ignore[attr-defined]  # annotated by with_rank
    return named


def _place(mark: Ticket, order: Order, at: str) -> None:
    """As `_mark` has said: the row may have moved since, the page that ended with it has not."""
    column = order[0].lstrip("-")
    value = read_moment(at) if column == "updated_at" else int(at) if RANK.fullmatch(at) else None
    if value is not None and column != "created_at":
        setattr(mark, column, value)


def _page(
    filters: FilterForm, user: User, mark: Ticket | None, *, back: bool
) -> tuple[list[Ticket], bool]:
    """The rows after the mark, or before it, and whether there are more that way."""
    chosen = said(filters.chosen, user)
    order = ORDERS.get(filters.order, NEWEST_FIRST)
    if filters.order == URGENT and "priority" in chosen:  # Of one priority there is an index.
        order = NEWEST_FIRST
    if back:
        order = turned(order)
    words, company = chosen.pop("q", ""), chosen.pop("company", None)
    companies = [company] if company else None if user.all_companies else filters.companies
    rows = Asked(user, companies, chosen, words, order, mark).rows(ROWS + 1)
    shown = rows[:ROWS]
    return shown[::-1] if back else shown, len(rows) > ROWS


def said(chosen: dict[str, Any], user: User) -> dict[str, Any]:
    """What is chosen, as the tickets have it."""
    found = dict(chosen)
    if stage := found.pop("stage", None):  # By keys, of which there are few: an index serves.
        found["status__in"] = list(Status.objects.filter(stage=stage))
    if found.get("assignee") in {MINE, NOBODY}:
        found["assignee"] = user if found["assignee"] == MINE else None
    return found


def _address(filters: FilterForm, **more: str) -> str:
    return "?" + urlencode({**filters.query, **more})
