"""Where in a text the words stand that were asked for."""

from __future__ import annotations

from typing import NamedTuple

from knowledge.words import PART, folded, stems

WINDOW = 160
LEAD = 40


class Part(NamedTuple):
    """A piece of text; `asked`: it is one of the words."""

    text: str
    asked: bool


def marked(text: str, words: set[str]) -> tuple[Part, ...]:
    """The text in pieces."""
    parts: list[Part] = []
    end = 0
    for found in PART.finditer(text):
        if not _is_asked(found[0], words):
            continue
        if found.start() > end:
            parts.append(Part(text[end : found.start()], asked=False))
        parts.append(Part(found[0], asked=True))
        end = found.end()
    if end < len(text):
        parts.append(Part(text[end:], asked=False))
    return tuple(parts)


def snippet_of(summary: str, plain: str, words: set[str]) -> tuple[Part, ...]:
    """The summary if it has one of the words, else the piece of the text that has the most."""
    if summary and (any(part.asked for part in marked(summary, words)) or not plain):
        return marked(summary, words)
    places = [found.start() for found in PART.finditer(plain) if _is_asked(found[0], words)]
    if not places:
        return marked(summary or plain[:WINDOW], words)
    best = max(places, key=lambda at: (sum(at <= other < at + WINDOW for other in places), -at))
    start = _blank(plain, best - LEAD) if best > LEAD else 0
    end = plain.find(" ", start + WINDOW)
    cut = plain[start : end if end > 0 else start + WINDOW + LEAD].replace("\n", " ").strip()
    before, after = "… " if start else "", " …" if start + len(cut) < len(plain) else ""
    return marked(f"{before}{cut}{after}", words)


def _blank(text: str, near: int) -> int:
    """Where the word at this place begins."""
    return max(text.rfind(" ", 0, near), text.rfind("\n", 0, near)) + 1


def _is_asked(word: str, words: set[str]) -> bool:
    plain = folded(word)
    return plain in words or not words.isdisjoint(stems(plain))
