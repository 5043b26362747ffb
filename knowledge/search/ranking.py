"""The best articles for a question, in one statement on either database, then looked at closely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

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

#: A term that stands in so many articles at most is looked up in full, of others the best.
FEW = 1_000
#: So many of the rarest terms choose candidates, however many articles they stand in.
CHOOSING = 2
#: So many candidates are judged by all terms.
CANDIDATES = 250

#: Only placeholders are filled in. Candidates come from the best entries of each word that chooses;
#: of what stands for one term, the best counts. `+ 0`: read along the entries of the word, which
#: PostgreSQL takes for dear when the readers are a condition of the index.
BEST = """
SELECT * FROM (
  SELECT article_id, {term} AS term, weight * CAST({much} AS double precision) AS score
  FROM knowledge_indexentry
  WHERE word_id = %s AND readership_id + 0 IN ({readers}) ORDER BY weight DESC LIMIT %s
) AS best{number}
"""
SUMMED = """
SELECT article_id, SUM(score) AS score, COUNT(*) AS terms FROM (
  SELECT article_id, term, MAX(score) AS score FROM ({hits}) AS hit
  GROUP BY article_id, term HAVING MAX(score) IS NOT NULL
) AS by_term GROUP BY article_id ORDER BY SUM(score) * COUNT(*) DESC, article_id LIMIT {most}
"""
#: Each looked up by itself: however PostgreSQL guesses, it never reads all entries of a word.
JUDGED = """
SELECT candidate.article_id, asked.term, asked.much * (
  SELECT MAX(weight) FROM knowledge_indexentry AS entry
  WHERE entry.article_id = candidate.article_id AND entry.word_id = asked.word_id
) AS score FROM candidate CROSS JOIN asked
"""
RANK = """
WITH asked(term, word_id, much) AS (VALUES {asked}), candidate AS ({candidates}) {judged}
"""
Row = tuple[int, float, int]


class Term(NamedTuple):
    """A word of the question. `words`: number of the term, key of a word, what it counts."""

    articles: int
    words: list[tuple[int, int, float]]


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
    """Article, score, and how many of the terms it has: the best, of which few are read.

    The rarest terms choose candidates, by their best entries; all terms judge those.
    """
    terms = _terms(question, known)
    choosing = [term for n, term in enumerate(terms) if n < CHOOSING or term.articles <= FEW]
    best, values = _best(choosing, readers)
    words = [word for term in terms for word in term.words]
    sql = RANK.format(
        asked=", ".join([_row()] * len(words)),
        candidates=SUMMED.format(hits=best, most=CANDIDATES),
        judged=SUMMED.format(hits=JUDGED, most=CLOSELY),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*(value for word in words for value in word), *values])
        return [(key, score, int(many)) for key, score, many in cursor.fetchall()]


def _terms(question: Question, known: dict[str, Known]) -> list[Term]:
    """Those of which the index knows a word, the rarest first."""
    terms = []
    for number, term in enumerate(question.terms):
        found = [(known[word], much) for word, much in term.items() if word in known]
        if found:
            words = [(number, word.key, much * word.worth) for word, much in found]
            terms.append(Term(sum(word.articles for word, _much in found), words))
    return sorted(terms, key=lambda term: term.articles)


def _best(terms: Sequence[Term], readers: Sequence[int]) -> tuple[str, list[Any]]:
    """The best entries of each word, of what the readers read."""
    parts: list[str] = []
    values: list[Any] = []
    for term in terms:
        most = max(FEW // len(term.words), CLOSELY)
        for number, key, much in term.words:
            marks = ", ".join(["%s"] * len(readers))
            name = f"{number}_{len(parts)}"
            parts.append(BEST.format(term=number, much=repr(much), readers=marks, number=name))
            values += [key, *readers, max(most, FEW) if term.articles <= FEW else most]
    return " UNION ALL ".join(parts), values


def _row() -> str:
    postgresql = connection.vendor == "postgresql"
    return "(%s::int, %s::bigint, %s::float8)" if postgresql else "(%s, %s, %s)"


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
