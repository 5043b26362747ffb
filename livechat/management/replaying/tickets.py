"""What the ticket of a played conversation has to say, put together anew from the recording."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from django.utils import formats

from livechat.management.replaying.recordings import Recording
from livechat.models import Chat, Message

ABOVE = "Chat transcript, times in UTC"


class Played(NamedTuple):
    """A recording, the chat it became, and who spoke in it."""

    recording: Recording
    chat: str
    customer: str
    agent: str


def ticket_differences(played: Sequence[Played]) -> Iterator[str]:
    """Each chat whose ticket is missing, or does not hold the messages byte for byte."""
    for one in played:
        chat = Chat.objects.select_related("ticket").filter(public_id=one.chat).first()
        if chat is None or chat.ticket is None:
            yield f"{one.recording.name}, the ticket: there is none"
            continue
        lines = Message.objects.filter(chat=chat).order_by("seq")
        posted = list(lines.values_list("posted_at", flat=True))
        found, due = chat.ticket.description, text_due(one, posted)
        if found != due:
            yield f"{one.recording.name}, the ticket: {first_difference(found, due)}"


def text_due(one: Played, posted: Sequence[datetime]) -> str:
    """The recording as it stands in the ticket; the second line says who accepted the chat."""
    question, *rest = one.recording.lines
    names = {"customer": one.customer, "agent": one.agent}
    said = [f"{one.customer}: {question.text}", f"{one.agent} accepted the chat"]
    said += [f"{names[line.side]}: {line.text}" for line in rest]
    return "\n".join([ABOVE, *_timed(said, posted)])


def _timed(said: Sequence[str], posted: Sequence[datetime]) -> Iterator[str]:
    day: date | None = None
    for text, at in zip(said, posted, strict=False):
        here = at.astimezone(UTC)
        if here.date() != day:
            day = here.date()
            yield formats.date_format(day, "DATE_FORMAT")
        yield f"{here:%H:%M} {text}"


def first_difference(found: str, due: str) -> str:
    """Where two texts part, with what follows there."""
    pairs = enumerate(zip(found, due, strict=False))
    at = next((n for n, (one, other) in pairs if one != other), min(len(found), len(due)))
    return f"at character {at} {found[at : at + 40]!r} instead of {due[at : at + 40]!r}"
