"""Asks for articles as pages do, and times the database: run by `articles`."""

import os
import random
import sys
import time
from collections.abc import Callable
from statistics import median, quantiles
from typing import Any

import django
import orjson

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from tqdm import tqdm

from benchmarks.asking_lists import Clock
from benchmarks.servers import ROOT
from knowledge.models import Article, ArticleCategory, IndexEntry, Reach, SynonymGroup
from knowledge.search.indexing import index
from knowledge.search.ranking import find
from knowledge.services.exchange import read_folder
from tickets.models import Company

# ruff: noqa: E402  # Django has to be set up before models are imported.

DEMO = ROOT / "knowledge" / "management"
#: So many are indexed as always; the database makes the others of them.
SAMPLE = 2_000
BATCH = 200
#: What reads every text is asked less often; the first round does not count.
NAIVE_ROUNDS = 3
COMPANIES = 20
QUESTIONS = [
    "printer", "vpn", "reset your vpn password", "map drvie", "printers jamming", "how to res",
    "passwrd rest how", "outlook shared mailbox", "wifi", "second screen no signal after move",
    "teams", "p", "la", "document locked", "restart the laptop", "wireless office",
    "authentcator phone", "kb-1182", "network cable", "zzzz", "clear the browser cache",
    "start a chat", "the", "windows 11 settings devices printers",
]  # fmt: skip


def seed(wanted: int) -> None:
    """Articles whose sentences are those of the demo, mixed anew."""
    pages = list(read_folder(DEMO / "demo_articles"))
    for line in (DEMO / "demo_synonyms.txt").read_text("utf-8").splitlines():
        SynonymGroup.objects.create(words=line)
    companies = [
        Company.objects.create(name=f"Company {n}", external_key=f"company-{n}")
        for n in range(COMPANIES)
    ]
    category = ArticleCategory.objects.create(name="All")
    dice = random.Random(7)
    lines = [line for page in pages for line in page.values["body"].split("\n") if len(line) > 20]
    for start in tqdm(range(0, min(wanted, SAMPLE), BATCH), unit_scale=BATCH, unit="article"):
        made = [article(start + n, pages, lines, category, dice) for n in range(BATCH)]
        rows = Article.objects.bulk_create(made)
        for row in rows:
            if not row.for_all:
                row.companies.set([companies[row.pk % COMPANIES]])
        with transaction.atomic():
            index(rows)
    multiply(wanted // SAMPLE - 1)


def article(n: int, pages: list[Any], lines: list[str], category: Any, dice: Any) -> Article:
    page = dice.choice(pages).values
    words = page["title"].split() + dice.choice(pages).values["title"].split()[:2] + [f"no{n}"]
    plain = "\n".join(dice.sample(lines, 14))
    return Article(
        number=f"KB-{10_000 + n}",
        title=" ".join(words)[:120],
        summary=page["summary"],
        keywords=page["keywords"],
        body=plain,
        plain=plain,
        category=category,
        state=Article.State.PUBLISHED,
        version=1,
        published_version=1,
        published_at=timezone.now(),
        for_all=n % 3 != 0,
    )


def multiply(times: int) -> None:
    """So many copies of every article, its companies and its index, which is built afterwards."""
    with connection.schema_editor() as editor:
        for index_ in IndexEntry._meta.indexes:
            editor.remove_index(IndexEntry, index_)
    _copy(times)
    with connection.schema_editor() as editor:
        for index_ in IndexEntry._meta.indexes:
            editor.add_index(IndexEntry, index_)


def _copy(times: int) -> None:
    last = Article.objects.order_by("-pk").values_list("pk", flat=True)[0]
    columns = ", ".join(
        field.column
        for field in Article._meta.fields
        if field.column not in {"id", "public_id", "number"}
    )
    salt = (
        "md5(public_id || {0})" if connection.vendor == "postgresql" else "{0} || '-' || public_id"
    )
    with connection.cursor() as cursor, transaction.atomic():
        if connection.vendor == "postgresql":
            cursor.execute("SET statement_timeout = 0")
        for copy in tqdm(range(1, times + 1), unit="copy"):
            name = salt.format(f"'{copy}'")
            ahead = copy * last
            cursor.execute(
                f"INSERT INTO knowledge_article (id, public_id, number, {columns})"
                f" SELECT id + {ahead}, substr({name}, 1, 22), number || '-{copy}', {columns}"
                f" FROM knowledge_article WHERE id <= {last}"
            )
            cursor.execute(
                "INSERT INTO knowledge_article_companies (article_id, company_id)"
                f" SELECT article_id + {ahead}, company_id FROM knowledge_article_companies"
                f" WHERE article_id <= {last}"
            )
            cursor.execute(
                "INSERT INTO knowledge_indexentry (word_id, readership_id, article_id, weight)"
                f" SELECT word_id, readership_id, article_id + {ahead}, weight"
                f" FROM knowledge_indexentry WHERE article_id <= {last}"
            )
        cursor.execute(f"UPDATE knowledge_indexword SET articles = articles * {times + 1}")


def naive(text: str, reach: Reach) -> list[Article]:
    """Every word somewhere in the text, the newest first: what is written in a minute."""
    rows = Article.objects.published().within(reach)
    for word in text.split():
        rows = rows.filter(
            Q(title__icontains=word) | Q(keywords__icontains=word) | Q(plain__icontains=word)
        )
    return list(rows.order_by("-published_at", "-pk")[:10])


def timed(work: Callable[[], list[Any]]) -> tuple[float, float, Clock, list[Any]]:
    """Milliseconds in all, and of the database; its statements, what was found."""
    clock, began = Clock(), time.perf_counter()
    with connection.execute_wrapper(clock):
        found = work()
    whole = 1e3 * (time.perf_counter() - began)
    return whole, 1e3 * sum(seconds for seconds, *_ in clock.taken), clock, found


def ask(text: str, reach: Reach, rounds: int) -> dict[str, Any]:
    whole, database, clock, hits = [], [], Clock(), []
    simple = [timed(lambda: naive(text, reach))[1] for _ in range(NAIVE_ROUNDS)][1:]
    for _ in range(rounds + 1):  # The first warms the cache.
        all_ms, ms, clock, hits = timed(lambda: find(text, reach, limit=10, typing=True))
        whole.append(all_ms)
        database.append(ms)
    return {
        "name": text,
        "hits": len(hits),
        "statements": len(clock.taken),
        "ms": median(database[1:]),
        "naive": median(simple),
        "naive_times": simple,
        "times": database[1:],
        "whole": median(whole[1:]),
    }


def main(articles: int, rounds: int) -> dict[str, Any]:
    seed(articles)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    reach = Reach.of_company(Company.objects.order_by("pk").first().pk)
    asked = [ask(text, reach, rounds) for text in QUESTIONS]
    times = [each for row in asked for each in row.pop("times")]
    simple = [each for row in asked for each in row.pop("naive_times")]
    number = {"articles": Article.objects.count(), "entries": IndexEntry.objects.count()}
    figures = {"p50": median(times), "p95": quantiles(times, n=20)[18]}
    slower = {"naive_p50": median(simple), "naive_p95": quantiles(simple, n=20)[18]}
    return {**number, "questions": asked, **figures, **slower}


if __name__ == "__main__":
    print(orjson.dumps(main(**orjson.loads(sys.stdin.buffer.read()))).decode())
