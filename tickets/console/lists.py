"""A page of the list: what is asked for, in order, from one row on."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.utils import timezone

from tickets.console.forms import CHANGED, MINE, NOBODY, OLDEST, URGENT, FilterForm
from tickets.models import Ticket, User

ROWS = 50
#: By which columns, and which of them fall.
ORDERS: dict[str, tuple[str, ...]] = {
    OLDEST: ("created_at", "id"),
    CHANGED: ("-updated_at", "-id"),
    URGENT: ("rank", "-created_at", "-id"),
}
NEWEST_FIRST = ("-created_at", "-id")


def list_of(user: User, asked: Any) -> dict[str, Any]:
    """What the list's page expects. As many queries for one ticket as for twenty."""
    filters = FilterForm(user, asked)
    order = ORDERS.get(filters.order, NEWEST_FIRST)
    mine = Ticket.objects.visible_to(user).with_rank()
    tickets = narrowed(mine, filters.chosen, user).with_list_data()
    if not user.all_companies:  # By keys too: the database knows how many tickets they have.
        tickets = tickets.filter(company__in=filters.companies)
    back = asked.get("before", "")
    mark = mine.filter(public_id=(back or asked.get("after", "")).replace("\0", "")).first()
    rows, more = _page(tickets, order, mark, back=bool(back and mark))
    newer, older = (more, True) if back and mark else (mark is not None, more)
    return {
        "filters": filters,
        "tickets": rows,
        "newer": _address(filters, before=rows[0].public_id) if newer and rows else "",
        "older": _address(filters, after=rows[-1].public_id) if older and rows else "",
        "first": _address(filters) if mark else "",
        "now": timezone.now(),
    }


def narrowed(tickets: Any, chosen: dict[str, Any], user: User) -> Any:
    """Those that every chosen filter lets pass."""
    chosen = dict(chosen)
    found = tickets.search(chosen.pop("q", ""))
    stage, assignee = chosen.pop("stage", None), chosen.pop("assignee", None)
    if stage:
        found = found.in_stage(stage)
    if assignee in {MINE, NOBODY}:
        found = found.filter(assignee=user if assignee == MINE else None)
    return found.filter(**chosen)


def _page(
    tickets: Any, order: tuple[str, ...], mark: Ticket | None, *, back: bool
) -> tuple[list[Ticket], bool]:
    """The rows after the mark, or before it, and whether there are more that way."""
    if back:
        order = tuple(name[1:] if name.startswith("-") else f"-{name}" for name in order)
    if mark is not None:
        tickets = tickets.filter(_beyond(mark, order))
    rows = list(tickets.order_by(*order)[: ROWS + 1])
    shown = rows[:ROWS]
    return shown[::-1] if back else shown, len(rows) > ROWS


def _beyond(mark: Ticket, order: tuple[str, ...]) -> Q:
    """All that comes later in this order. Its first column alone bounds what an index reads."""
    names = [name.lstrip("-") for name in order]
    steps = ["lt" if name.startswith("-") else "gt" for name in order]
    values = [getattr(mark, name) for name in names]
    later = Q()
    for depth in range(len(names)):
        same = dict(zip(names[:depth], values[:depth], strict=True))
        later |= Q(**same, **{f"{names[depth]}__{steps[depth]}": values[depth]})
    return Q(**{f"{names[0]}__{steps[0]}e": values[0]}) & later


def _address(filters: FilterForm, **more: str) -> str:
    return "?" + urlencode({**filters.query, **more})
