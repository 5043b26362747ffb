"""What was said and done on a ticket, in sentences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tickets.models import Activity, Ticket
from tickets.models.moments import read_moment
from tickets.services.fields import LABELS
from tickets.templatetags.parley import moment

#: So many at once; earlier ones when somebody asks.
ENTRIES = 50
COMMENTS, NOTES, STEPS = "comments", "notes", "steps"
SHOWN = {
    "": gettext_lazy("All"),
    COMMENTS: gettext_lazy("Comments"),
    NOTES: gettext_lazy("Work notes"),
    STEPS: gettext_lazy("Steps"),
}
KINDS = {
    COMMENTS: Activity.Kind.COMMENT,
    NOTES: Activity.Kind.WORK_NOTE,
    STEPS: Activity.Kind.STEP,
}
#: Fields that are noted as moments; every other text is a text, whatever it looks like.
MOMENTS = {"due_at"}
LONG = "…"  # What `shown` of the services says of a long text.


@dataclass
class Entry:
    """One line of the stream: who, what in a sentence, and what belongs under it."""

    who: str
    said: str
    at: datetime
    icon: str
    tone: str = ""
    body: str = ""
    lines: list[str] = field(default_factory=list)


def activity_of(ticket: Ticket, show: str = "", before: str = "") -> dict[str, Any]:
    """What the stream's partial expects: the newest first, and where the earlier ones begin."""
    show = show if show in KINDS else ""
    rows = _until(ticket.activities.latest_first(), before)
    if show:
        rows = rows.filter(kind=KINDS[show])
    found = list(rows[: ENTRIES + 1])
    last = found[ENTRIES - 1].created_at.isoformat() if len(found) > ENTRIES else ""
    entries = [entry_of(ticket, row) for row in found[:ENTRIES]]
    return {"ticket": ticket, "entries": entries, "show": show, "shown": SHOWN, "earlier": last}


def _until(rows: QuerySet[Activity], before: str) -> QuerySet[Activity]:
    then = read_moment(before)
    return rows.filter(created_at__lt=then) if then else rows


def entry_of(ticket: Ticket, row: Activity) -> Entry:
    who = row.author_name or (_("Unnamed customer") if row.customer_id else _("Parley"))
    if row.kind == Activity.Kind.COMMENT:
        said = _("wrote") if row.customer_id else _("wrote to the customer")
        return Entry(who, said, row.created_at, "reply", "accent", body=row.body)
    if row.kind == Activity.Kind.WORK_NOTE:
        said = _("added a work note")
        return Entry(who, said, row.created_at, "lock", "is-note", body=row.body)
    icon, tone, sentence = STEPS_TAKEN.get(row.code, CHANGED)
    said, lines = sentence(ticket, row.data)
    return Entry(who, said, row.created_at, icon, tone, row.data.get("text", ""), lines)


# --- steps ----------------------------------------------------------------------------------------

Said = tuple[str, list[str]]


def _opened(ticket: Ticket, data: dict[str, Any]) -> Said:
    source = dict(Ticket.Source.choices).get(data.get("source", ""), "")
    lines = [_("Source: %(source)s") % {"source": source}] if source else []
    if data.get("template"):
        lines.append(_("Template: %(template)s") % {"template": data["template"]})
    said = _("opened the work order") if ticket.kind == "work_order" else _("opened the incident")
    return said, lines


def _changed(_ticket: Ticket, data: dict[str, Any]) -> Said:
    lines = _lines(data.get("changes", {}))
    if not lines:
        return _("changed the ticket"), []
    return ngettext("changed a field", "changed %(n)s fields", len(lines)) % {
        "n": len(lines)
    }, lines


def _settled(said: Any) -> Callable[[Ticket, dict[str, Any]], Said]:
    return lambda _ticket, data: (str(said), _lines(data.get("changes", {})))


def _lines(changes: dict[str, list[str]]) -> list[str]:
    """Each field with what it was and what it is; of long texts only that they changed."""
    return [
        _line(str(LABELS.get(name, name)), *(map(_moment, pair) if name in MOMENTS else pair))
        for name, pair in changes.items()
    ]


def _line(label: str, before: str, after: str) -> str:
    values = {"field": label, "before": before, "now": after}
    if LONG in (before, after):
        return _("%(field)s was changed") % values if after else _("%(field)s was emptied") % values
    if not before:
        return _("%(field)s: %(now)s") % values
    if not after:
        return _("%(field)s: %(before)s, now blank") % values
    return _("%(field)s: %(before)s, now %(now)s") % values


def _moment(text: str) -> str:
    """In the zone of whoever reads it."""
    at = read_moment(text)
    return moment(at) if at else text


def _heard(_ticket: Ticket, _data: dict[str, Any]) -> Said:
    return _("closed the chat. Said there since the ticket was opened:"), []


def _added(_ticket: Ticket, data: dict[str, Any]) -> Said:
    names = [str(name) for name in data.get("names", [])]
    return ngettext("added a file", "added %(n)s files", len(names)) % {"n": len(names)}, names


def _article(said: Any) -> Callable[[Ticket, dict[str, Any]], Said]:
    def sentence(_ticket: Ticket, data: dict[str, Any]) -> Said:
        return str(said), [f"{data.get('number', '')} {data.get('title', '')}".strip()]

    return sentence


CHANGED = ("edit", "", _changed)
#: By its code: icon, tone, sentence. A code that is not here is said to have changed the ticket.
STEPS_TAKEN: dict[str, tuple[str, str, Callable[[Ticket, dict[str, Any]], Said]]] = {
    "opened": ("ticket", "accent", _opened),
    "changed": CHANGED,
    "file_added": ("file", "", _added),
    "open": ("ticket", "", _settled(gettext_lazy("opened it again"))),
    "pending": ("clock", "", _settled(gettext_lazy("set it to wait"))),
    "resolved": ("check", "ok", _settled(gettext_lazy("resolved it"))),
    "closed": ("check", "", _settled(gettext_lazy("closed it"))),
    "transcript": ("chat", "", _heard),
    "article_shared": ("share", "", _article(gettext_lazy("shared an article"))),
    "article_pinned": ("pin", "", _article(gettext_lazy("pinned an article"))),
    "article_unpinned": ("pin", "", _article(gettext_lazy("took an article off"))),
    "cancelled": ("x", "", _settled(gettext_lazy("cancelled it"))),
}
