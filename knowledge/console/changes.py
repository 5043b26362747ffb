"""What became of a text: line by line, and in changed lines word by word. Plain values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

SAME, GONE, NEW = "same", "gone", "new"
LABELS = {
    "title": _("Title"),
    "summary": _("Summary"),
    "keywords": _("Keywords"),
    "body": _("Text"),
}
#: So many lines around a change are shown, and a longer line is not looked at by words.
AROUND, LONGEST = 2, 4_000
WORD = re.compile(r"\w+|\s+|[^\w\s]")


class Piece(NamedTuple):
    text: str
    fate: str


Line = list[Piece]


def changes_of(old: Any, new: Any) -> list[tuple[str, list[Line]]]:
    """By field that changed: its lines; an empty one stands for those left out."""
    return [
        (str(label), shortened(lines_of(getattr(old, name), getattr(new, name))))
        for name, label in LABELS.items()
        if getattr(old, name) != getattr(new, name)
    ]


def lines_of(old: str, new: str) -> list[Line]:
    before, after = old.splitlines(), new.splitlines()
    found: list[Line] = []
    for fate, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if fate == "equal":
            found += [[Piece(line, SAME)] for line in before[a:b]]
        elif fate == "replace" and b - a == d - c:
            found += [by_words(*pair) for pair in zip(before[a:b], after[c:d], strict=True)]
        else:
            found += [[Piece(line, GONE)] for line in before[a:b]]
            found += [[Piece(line, NEW)] for line in after[c:d]]
    return found


def by_words(old: str, new: str) -> Line:
    if len(old) + len(new) > LONGEST:
        return [Piece(old, GONE), Piece(new, NEW)]
    before, after = WORD.findall(old), WORD.findall(new)
    return list(_pieces(before, after))


def _pieces(before: list[str], after: list[str]) -> Iterator[Piece]:
    for fate, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if fate == "equal":
            yield Piece("".join(before[a:b]), SAME)
            continue
        if b > a:
            yield Piece("".join(before[a:b]), GONE)
        if d > c:
            yield Piece("".join(after[c:d]), NEW)


def shortened(lines: list[Line]) -> list[Line]:
    """Without the lines that are far from any change."""
    changed = [at for at, line in enumerate(lines) if any(piece.fate != SAME for piece in line)]
    near = {at + step for at in changed for step in range(-AROUND, AROUND + 1)}
    kept: list[Line] = []
    for at, line in enumerate(lines):
        if at in near:
            kept.append(line)
        elif not kept or kept[-1]:
            kept.append([])
    return kept
