"""The best articles for a question, in one statement on either database, then looked at closely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from django.db import connection
from django.utils import timezone

from knowledge.models import Article, Reach, Readership
from knowledge.search.question import Known, Question, question_of
from knowledge.search.snippets import Part, marked, snippet_of
from knowledge.words import STOP, asked_words, folded, stems

#: So many are looked at closely.
CLOSELY = 60
#: What is added to a score, as parts of the best that a word can reach.
TITLE, PHRASE = 0.9, 0.5
#: An article that has none of these words keeps so much of its score.
PARTLY = 0.35

#: Words that stand in more articles than this, all together, are looked up in candidates alone.
OFTEN = 20_000
#: So many articles with the rarer words are candidates.
CANDIDATES = 400

#: Only placeholders are filled in. Of what stands for one word, the best counts.
HITS = """
WITH asked(term, word_id, much) AS (VALUES {asked})
SELECT entry.article_id, asked.term, MAX(entry.weight * asked.much) AS score
FROM asked JOIN knowledge_indexentry AS entry ON entry.word_id = asked.word_id
WHERE entry.readership_id IN ({readers}) {among}
GROUP BY entry.article_id, asked.term
"""
RANK = """
SELECT hit.article_id, SUM(hit.score) AS score, COUNT(*) AS terms FROM ({hits}) AS hit
GROUP BY hit.article_id ORDER BY SUM(hit.score) * COUNT(*) DESC, hit.article_id LIMIT %s
"""
Row = tuple[int, float, int]


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found. Title and snippet in parts: text, and whether it was asked for."""

    article: Article
    score: float
    title: tuple[Part, ...]
    snippet: tuple[Part, ...]


def find(
    text: str,
    reach: Reach,
    *,
    limit: int,
    typing: bool = False,
    least: float = 0,
    expired: bool = False,
) -> list[Hit]:
    """The best first. `least`: the part of the words' worth that has to be reached, 0 to 1.

    Only what the reach covers is ranked, or counted. Bad signs in the text are no words.
    """
    question, known = question_of(text, typing=typing)
    readers = Readership.objects.within(reach)
    if not known or not readers:
        return []
    rows = _ranked(question, known, readers)
    found = Article.objects.published().within(reach).select_related("category__parent")
    if not expired:
        found = found.valid_on(timezone.localdate())
    articles = found.in_bulk([article for article, _score, _terms in rows])
    hits = [
        (_closely(articles[key], question, score, terms), articles[key])
        for key, score, terms in rows
        if key in articles and _has_phrases(articles[key], question.phrases)
    ]
    most = _most(question, known)
    best = sorted(hits, key=lambda hit: (-hit[0], hit[1].pk))[:limit]
    return [_hit(article, score, question) for score, article in best if score >= least * most]


def _ranked(question: Question, known: dict[str, Known], readers: Sequence[int]) -> list[Row]:
    """Article, score, and how many of the words it has: the best, of which few are read.

    The rarer words choose the candidates, the words that stand everywhere judge them.
    """
    rare, often = _parted(question, known)
    sql, values = _hits(rare, readers)
    rows = _asked(RANK.format(hits=sql), [*values, CANDIDATES if often else CLOSELY])
    if not often or not rows:
        return rows
    totals = {article: [score, terms] for article, score, terms in rows}
    sql, values = _hits(often, readers, among=list(totals))
    for article, _term, score in _asked(sql, values):
        totals[article][0] += score
        totals[article][1] += 1
    best = sorted(totals.items(), key=lambda row: (-row[1][0] * row[1][1], row[0]))[:CLOSELY]
    return [(article, score, int(terms)) for article, (score, terms) in best]


def _parted(question: Question, known: dict[str, Known]) -> tuple[list[Any], list[Any]]:
    """The words that choose, and those that judge: (number of the term, key, what it counts)."""
    terms = []
    for number, term in enumerate(question.terms):
        found = [(known[word], much) for word, much in term.items() if word in known]
        if found:
            often = sum(word.articles for word, _much in found)
            terms.append((often, [(number, word.key, much * word.worth) for word, much in found]))
    terms.sort(key=lambda each: each[0])
    before = accumulate(often for often, _words in terms)
    parts: tuple[list[Any], list[Any]] = ([], [])
    for place, (total, (_often, words)) in enumerate(zip(before, terms, strict=True)):
        parts[1 if place and total > OFTEN else 0].extend(words)
    return parts


def _hits(
    words: list[Any], readers: Sequence[int], among: Sequence[int] = ()
) -> tuple[str, list[Any]]:
    postgresql = connection.vendor == "postgresql"
    row = "(%s::int, %s::bigint, %s::float8)" if postgresql else "(%s, %s, %s)"
    sql = HITS.format(
        asked=", ".join([row] * len(words)),
        readers=", ".join(["%s"] * len(readers)),
        among=f"AND entry.article_id IN ({', '.join(['%s'] * len(among))})" if among else "",
    )
    return sql, [*(value for word in words for value in word), *readers, *among]


def _asked(sql: str, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _most(question: Question, known: dict[str, Known]) -> float:
    """What an article could reach that says all of it."""
    best = [
        max((much * known[w].worth for w, much in term.items() if w in known), default=0)
        for term in question.terms
    ]
    return 1_000 * sum(best) or 1


def _closely(article: Article, question: Question, score: float, terms: int) -> float:
    """Its score, by how much of the question it has, and how much of its title was asked for."""
    asked = len(question.terms)
    title = [word for word in asked_words(article.title) if word not in STOP]
    said = sum(any(_means(word, term) for term in question.terms) for word in title)
    share = said / len(title) if title else 0
    phrase = folded(question.text).strip(' "?.!')
    near = len(phrase) > 3 and phrase in folded(
        f"{article.title}\n{article.keywords}\n{article.plain}"
    )
    part = PARTLY + (1 - PARTLY) * terms / asked
    return score * part * (1 + TITLE * share * terms / asked + PHRASE * near)


def _means(word: str, term: dict[str, float]) -> bool:
    return word in term or bool(stems(word) & term.keys())


def _has_phrases(article: Article, phrases: list[str]) -> bool:
    text = folded(f"{article.title}\n{article.keywords}\n{article.summary}\n{article.plain}")
    return all(phrase in text for phrase in phrases)


def _hit(article: Article, score: float, question: Question) -> Hit:
    return Hit(
        article,
        score,
        marked(article.title, question.words),
        snippet_of(article.summary, article.plain, question.words),
    )
