"""Recorded conversations, as their file holds them: one JSON object a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson

CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
DAY = 24 * 60
SIDES = ("customer", "agent")


class UnreadableError(Exception):
    """The file is no recording; says which line and why."""


class Line(NamedTuple):
    """Something said: minutes after the line before, by `customer` or `agent`."""

    wait: int
    side: str
    text: str


class Recording(NamedTuple):
    """One conversation. Its first line is the customer's."""

    name: str
    lines: tuple[Line, ...]


def read_recordings(path: Path) -> list[Recording]:
    """All conversations of the file. Raises UnreadableError for a line that is none, OSError."""
    found = []
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            try:
                found.append(_recording(orjson.loads(raw)))
            except (ValueError, KeyError, TypeError) as fault:
                raise UnreadableError(f"{path}, line {number}: {fault!r}") from fault
    if not found:
        raise UnreadableError(f"{path} holds no conversation.")
    return found


def _recording(raw: Any) -> Recording:
    lines = tuple(_lines(raw["messages"]))
    if not lines or lines[0].side != "customer":
        raise ValueError("the customer speaks first")
    return Recording(str(raw["id"]), lines)


def _lines(messages: Any) -> Iterator[Line]:
    before = None
    for message in messages:
        side, text, now = message["from"], message["text"], _minutes(message["time"])
        if side not in SIDES or not isinstance(text, str):
            raise ValueError(f"nobody says {text!r}")
        yield Line((now - before) % DAY if before is not None else 0, side, text)
        before = now


def _minutes(time: str) -> int:
    found = CLOCK.fullmatch(time)
    if not found:
        raise ValueError(f"{time!r} is no time")
    return int(found[1]) * 60 + int(found[2])
