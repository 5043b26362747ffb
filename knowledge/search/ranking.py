"""The best articles for a question, in one statement on either database, then looked at closely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from knowledge.models import Article, Reach, Readership
from knowledge.search.question import Question, question_of
from knowledge.search.snippets import Part, marked, snippet_of
from knowledge.words import STOP, asked_words, folded, stems

#: So many are looked at closely.
CLOSELY = 60
#: What is added to a score, as parts of the best that a word can reach.
TITLE, PHRASE = 0.9, 0.5
#: An article that has none of these words keeps so much of its score.
PARTLY = 0.35

#: Only placeholders are filled in. Of what stands for one word, the best counts.
RANK = """
WITH asked(term, word_id, much) AS (VALUES {asked}),
hit AS (
  SELECT entry.article_id, asked.term, MAX(entry.weight * asked.much) AS score
  FROM asked JOIN knowledge_indexentry AS entry ON entry.word_id = asked.word_id
  WHERE entry.readership_id IN ({readers})
  GROUP BY entry.article_id, asked.term
)
SELECT hit.article_id, SUM(hit.score) AS score, COUNT(*) AS terms FROM hit
GROUP BY hit.article_id ORDER BY SUM(hit.score) * COUNT(*) DESC, hit.article_id LIMIT %s
"""


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


def _ranked(
    question: Question, known: dict[str, tuple[int, float]], readers: Sequence[int]
) -> list[tuple[int, float, int]]:
    asked = [
        (number, known[word][0], much * known[word][1])
        for number, term in enumerate(question.terms)
        for word, much in term.items()
        if word in known
    ]
    cast = (
        "(%s::int, %s::bigint, %s::float8)" if connection.vendor == "postgresql" else "(%s, %s, %s)"
    )
    sql = RANK.format(
        asked=", ".join([cast] * len(asked)), readers=", ".join(["%s"] * len(readers))
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for row in asked for value in row] + [*readers, CLOSELY])
        return list(cursor.fetchall())


def _most(question: Question, known: dict[str, tuple[int, float]]) -> float:
    """What an article could reach that says all of it."""
    best = [
        max((much * known[w][1] for w, much in term.items() if w in known), default=0)
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
