"""A conversation as plain text, for tickets: never a side note, every message as it was sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livechat.models import Chat, Line, Message
from livechat.models.drafts import EVENT
from tickets.models import Company
from tickets.services.activity import record_activity

#: The code of the ticket's activity that keeps what was said after the ticket was made.
LATE = "transcript"
#: Events that a ticket tells; `data` fills them in.
SENTENCES = {
    "accepted": gettext_lazy("%(agent)s accepted the chat"),
    "joined": gettext_lazy("%(agent)s joined the chat"),
    "left": gettext_lazy("%(agent)s left the chat"),
    "transferred": gettext_lazy("%(by)s transferred the chat to %(agent)s"),
    "requeued": gettext_lazy("%(by)s transferred the chat to the queue %(queue)s"),
    "released": gettext_lazy("%(by)s released the chat to the queue"),
    "agent_lost": gettext_lazy("%(agent)s could not be reached, the chat went back to the queue"),
    "cancelled": gettext_lazy("The customer cancelled the chat"),
    "ended": gettext_lazy("%(agent)s ended the chat"),
    "abandoned": gettext_lazy("%(agent)s abandoned the chat"),
}


def transcript_of(chat: Chat) -> str:
    """The conversation so far, with the zone of its times above it."""
    lines = Message.objects.filter(chat=chat).public().order_by("seq")
    return text_of(lines, chat.customer.company)


def text_of(lines: Iterable[Line], company: Company) -> str:
    """These lines in the company's language and time zone; nothing when none of them is told."""
    with translation.override(company.language):
        told = list(_told(lines, ZoneInfo(company.time_zone)))
        if not told:
            return ""
        above = _("Chat transcript, times in %(zone)s") % {"zone": company.time_zone}
        return "\n".join([above, *told])


def _told(lines: Iterable[Line], zone: ZoneInfo) -> Iterator[str]:
    """Line by line, with the date above the first of each day."""
    day = None
    for line in lines:
        said = _said(line)
        if said is None:
            continue
        at = line.posted_at.astimezone(zone)
        if at.date() != day:
            day = at.date()
            yield formats.date_format(day, "DATE_FORMAT")
        yield f"{at:%H:%M} {said}"


def _said(line: Line) -> str | None:
    if line.kind == EVENT:
        sentence = SENTENCES.get(line.data.get("code", ""))
        return str(sentence) % line.data if sentence else None
    name = line.author_name or _("Customer")
    if line.kind == Message.Kind.FILE:
        return f"{name}: " + _("File: %(name)s") % {"name": line.data.get("name", line.body)}
    if line.kind == Message.Kind.ARTICLE:
        said = {"number": line.data.get("number", ""), "title": line.body}
        return f"{name}: " + _("Article: %(number)s %(title)s") % said
    return f"{name}: {line.body}"


@transaction.atomic(savepoint=False)
def hand_in_late_lines(chat: Chat) -> None:
    """What was said in the locked chat since its ticket was made goes into the ticket, once."""
    if chat.ticket_id is None or chat.ticketed_seq >= chat.last_seq:
        return
    late = Message.objects.filter(chat=chat, seq__gt=chat.ticketed_seq).public().order_by("seq")
    if text := text_of(late, chat.customer.company):
        record_activity(chat.ticket_id, code=LATE, name=chat.agent_name, text=text)
    chat.ticketed_seq = chat.last_seq
    chat.save(update_fields=["ticketed_seq"])
