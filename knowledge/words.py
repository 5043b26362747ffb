"""Words of a text as search compares them. Plain Python."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

#: Longer ones are no words.
LONGEST = 40
#: A stem is written so, that it is no word that somebody begins to type.
STEM = "~"
WORD = re.compile(r"\w+(?:[-\u2010\u2011'\u2019]\w+)*")
PART = re.compile(r"[^\W_]+")
STEMMERS = {"en": snowballstemmer.stemmer("english"), "de": snowballstemmer.stemmer("german")}
#: Found in every text; asked for only when nothing else is.
STOP = frozenset({
    "a", "aber", "als", "am", "an", "and", "are", "as", "at", "auch", "auf", "aus", "be", "bei",
    "but", "by", "can", "cannot", "cant", "could", "das", "dem", "den", "der", "des", "die", "do",
    "doch", "does", "doesnt", "dont", "ein", "eine", "einem", "einen", "einer", "es", "for",
    "from", "fur", "geht", "get", "got", "had", "has", "hat", "have", "how", "i", "ich", "if",
    "im", "in", "into", "is", "isnt", "ist", "it", "its", "kann", "kein", "keine", "man", "me",
    "mein", "meine", "mich", "mir", "mit", "my", "nach", "nicht", "no", "noch", "not", "nur",
    "oder", "of", "on", "or", "our", "please", "sich", "sie", "sind", "so", "than", "that", "the",
    "their", "them", "then", "there", "this", "to", "too", "um", "und", "von", "was", "we",
    "wenn", "were", "what", "when", "where", "which", "who", "why", "wie", "will", "wir", "with",
    "wont", "would", "you", "your", "zu", "zum", "zur",
})  # fmt: skip


def folded(text: str) -> str:
    """Lower case, without accents, ß as ss."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def words_of(text: str) -> Iterator[str]:
    """Every word, in order; of one with hyphens its parts, and the whole without them."""
    for found in WORD.finditer(folded(text)):
        parts = PART.findall(found[0])
        if len(parts) > 1:
            yield "".join(parts)[:LONGEST]
        yield from (part[:LONGEST] for part in parts)


def asked_words(text: str) -> list[str]:
    """The words of a question: what has hyphens is one."""
    whole = ["".join(PART.findall(found[0]))[:LONGEST] for found in WORD.finditer(folded(text))]
    return [word for word in whole if word]


@lru_cache(maxsize=50_000)
def stem(word: str, language: str) -> str:
    """Its stem, marked as one; German where the language is unknown to us leads astray: English."""
    stemmer = STEMMERS.get(language[:2], STEMMERS["en"])
    return STEM + str(stemmer.stemWord(word))


@lru_cache(maxsize=50_000)
def stems(word: str) -> frozenset[str]:
    """Its stems in every language."""
    return frozenset(stem(word, language) for language in STEMMERS)


def shortened(word: str) -> set[str]:
    """The word, and the word with any one letter left out."""
    return {word} | {word[:at] + word[at + 1 :] for at in range(len(word))}
