"""What is asked for: every word, and what may stand for it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from math import log
from typing import NamedTuple

from django.db import connection
from rapidfuzz.distance import OSA

from knowledge.models import IndexTypo, IndexWord, SynonymGroup
from knowledge.models.index import ALL
from knowledge.search.indexing import TYPO_FROM
from knowledge.words import STOP, asked_words, folded, shortened, stems

#: A question is read so far.
CHARACTERS = 400
WORDS = 12
#: What stands for a word counts so much of it.
STEMMED, SYNONYM, PREFIX, TYPO = 0.85, 0.7, 0.75, 0.6
#: So many words are tried that begin so, and so many that are nearly it.
PREFIXES, TYPOS = 25, 6
PREFIX_FROM = 2
#: A word of so many letters may differ by two.
LONG = 7


class Known(NamedTuple):
    """A word of the index: its key, in how many articles it stands, and what it is worth."""

    key: int
    articles: int
    worth: float


@dataclass
class Question:
    """`terms`: for each word asked, word of the index → what it counts. `phrases`: in quotes."""

    text: str
    terms: list[dict[str, float]]
    phrases: list[str] = field(default_factory=list)

    @property
    def words(self) -> set[str]:
        return {word for term in self.terms for word in term}


def question_of(text: str, *, typing: bool) -> tuple[Question, dict[str, Known]]:
    """The question, and those of its words that the index knows.

    `typing`: the last word may be only begun.
    """
    text = text[:CHARACTERS]
    asked = list(dict.fromkeys(asked_words(text)))[:WORDS]
    asked = [word for word in asked if word not in STOP] or asked
    last = asked[-1] if asked and typing and text[-1:].isalnum() else ""
    terms = [{word: 1.0, **dict.fromkeys(stems(word), STEMMED)} for word in asked]
    _add_synonyms(asked, terms)
    question = Question(text, terms, [folded(found) for found in re.findall(r'"([^"]+)"', text)])
    known = _known(question.words)
    for word, term in zip(asked, terms, strict=True):
        if word == last and len(word) >= PREFIX_FROM:
            known |= _add(term, _beginning(word), PREFIX)
        if not any(variant in known for variant in term):
            known |= _add(term, _nearly(word), TYPO)
    total = max(known.pop(ALL, (0, 0))[1], 1)
    return question, {
        word: Known(key, number, _worth(total, number)) for word, (key, number) in known.items()
    }


def _add_synonyms(asked: list[str], terms: list[dict[str, float]]) -> None:
    """Where a phrase of a group is asked, the others of its group stand for its words too."""
    joined = f" {' '.join(asked)} "
    for group in SynonymGroup.objects.groups():
        for phrase in group:
            if f" {' '.join(phrase)} " not in joined:
                continue
            place = terms[asked.index(phrase[0])]
            for other in group:
                share = SYNONYM / len(other)
                for word in other if other != phrase else ():
                    for variant, much in [(word, 1.0), *((each, STEMMED) for each in stems(word))]:
                        place.setdefault(variant, share * much)


def _add(
    term: dict[str, float], rows: list[tuple[str, int, int]], much: float
) -> dict[str, tuple[int, int]]:
    for word, _key, _number in rows:
        term.setdefault(word, much)
    return {word: (key, number) for word, key, number in rows}


def _worth(total: int, number: int) -> float:
    """Rare words say more."""
    return log(1 + (total - number + 0.5) / (number + 0.5)) if number <= total else 0.01


def _known(words: set[str]) -> dict[str, tuple[int, int]]:
    rows = IndexWord.objects.filter(word__in=[*words, ALL]).values_list("word", "pk", "articles")
    return {word: (key, number) for word, key, number in rows if number or word == ALL}


def _beginning(word: str) -> list[tuple[str, int, int]]:
    """Words that begin so, the most frequent first."""
    rows = IndexWord.objects.filter(articles__gt=0)
    if connection.vendor == "postgresql":
        rows = rows.filter(word__startswith=word)
    else:  # LIKE reads no index there.
        rows = rows.filter(word__gte=word, word__lt=word + chr(0x10FFFF))
    return list(rows.order_by("-articles", "word").values_list("word", "pk", "articles")[:PREFIXES])


def _nearly(word: str) -> list[tuple[str, int, int]]:
    """Words that differ by a letter, or by two if it is long, the nearest first."""
    if len(word) < TYPO_FROM:
        return []
    rows = IndexTypo.objects.filter(key__in=shortened(word), word__articles__gt=0)
    found = set(rows.values_list("word__word", "word", "word__articles"))
    most = 2 if len(word) >= LONG else 1
    near = [(OSA.distance(word, row[0]), -row[2], row) for row in found]
    return [row for distance, _number, row in sorted(near) if distance <= most][:TYPOS]
