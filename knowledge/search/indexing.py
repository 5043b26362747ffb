"""What stands in the index of an article, and keeping it so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F

from knowledge.models import (
    Article,
    IndexEntry,
    IndexTypo,
    IndexWord,
    KnowledgeSettings,
    Readership,
)
from knowledge.models.index import ALL
from knowledge.words import STEM, STOP, shortened, stem, words_of

#: What a word says, by where it stands, and how long these texts usually are (in words).
FIELDS = {"title": (8.0, 6), "keywords": (5.0, 10), "summary": (2.5, 25), "plain": (1.0, 220)}
#: BM25's: how much longer texts lose, and how soon repeating a word says no more.
LENGTH = 0.6
SATURATION = 6.0
#: Of a word, next to its stem.
STEMMED = 0.85
MOST = 1_000
BATCH = 1_000
#: Shorter words have too many neighbours.
TYPO_FROM = 4


def weights_of(article: Article) -> dict[str, int]:
    """Word or stem → weight."""
    said: Counter[str] = Counter()
    for field, (weight, usual) in FIELDS.items():
        words = list(words_of(getattr(article, field)))
        share = weight / (1 - LENGTH + LENGTH * len(words) / usual)
        for word in words:
            said[word] += share  # type: ignore[assignment]
            if word not in STOP:
                said[stem(word, article.language)] += share  # type: ignore[assignment]
    return {word: max(1, round(MOST * n / (n + SATURATION))) for word, n in said.items()}


@transaction.atomic
def index(articles: Sequence[Article]) -> None:
    """Put these into the index as they are now: those that are published, and no others.

    One writer at a time: words are counted.
    """
    KnowledgeSettings.objects.select_for_update().get(pk=1)
    _remove([article.pk for article in articles])
    found = {article: weights_of(article) for article in articles if article.is_published}
    counted = Counter(word for weights in found.values() for word in weights)
    keys = _keys_of(counted)
    entries = [
        IndexEntry(word_id=keys[word], readership=readership, article=article, weight=weight)
        for article, weights in found.items()
        for readership in [Readership.objects.matching(article)]
        for word, weight in weights.items()
    ]
    IndexEntry.objects.bulk_create(entries, batch_size=BATCH)
    _count({**counted, ALL: len(found)}, 1)


def _remove(articles: Sequence[int]) -> None:
    entries = IndexEntry.objects.filter(article__in=articles)
    pairs = entries.values_list("word__word", "article")
    counted = Counter(word for word, _article in pairs)
    counted[ALL] = entries.values("article").distinct().count()
    entries.delete()
    _count(counted, -1)


def _count(counted: dict[str, int] | Counter[str], step: int) -> None:
    """So many articles more or fewer; words that change by the same in one statement."""
    by_number: dict[int, list[str]] = {}
    for word, number in counted.items():
        if number:
            by_number.setdefault(number, []).append(word)
    for number, words in by_number.items():
        for some in _batches(words):
            rows = IndexWord.objects.filter(word__in=some)
            rows.update(articles=F("articles") + step * number)


def _keys_of(words: Iterable[str]) -> dict[str, int]:
    """The keys of these words; new ones are made, with what is nearly they."""
    wanted = [*words, ALL]
    keys = _known(wanted)
    fresh = [word for word in wanted if word not in keys]
    made = IndexWord.objects.bulk_create([IndexWord(word=word) for word in fresh], batch_size=BATCH)
    typos = [
        IndexTypo(key=key, word=row)
        for row in made
        if len(row.word) >= TYPO_FROM and not row.word.startswith(STEM)
        for key in shortened(row.word)
    ]
    IndexTypo.objects.bulk_create(typos, batch_size=BATCH)
    return keys | {row.word: row.pk for row in made}


def _known(words: list[str]) -> dict[str, int]:
    keys: dict[str, int] = {}
    for some in _batches(words):
        keys.update(IndexWord.objects.filter(word__in=some).values_list("word", "pk"))
    return keys


def _batches(words: list[str]) -> Iterable[list[str]]:
    return (words[start : start + BATCH] for start in range(0, len(words), BATCH))
