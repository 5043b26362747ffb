"""What stands on a company's help pages, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count
from django.shortcuts import get_object_or_404
from django.utils.text import slugify

from knowledge.models import Article, ArticleCategory, KnowledgeSettings
from knowledge.models.articles import ArticleQuerySet
from tickets.models import Company


@dataclass(frozen=True)
class Shelf:
    """A category, and how many of its articles are read here."""

    name: str
    slug: str
    articles: int
    keys: tuple[int, ...]


def company_of(external_key: str) -> Company:
    """A company that has help pages; the same 404 for all others."""
    chosen = KnowledgeSettings.objects.current().portal_companies.active()
    return get_object_or_404(chosen, external_key=external_key)


def articles_of(company: Company) -> ArticleQuerySet:
    return Article.objects.of_company(company.pk)


def slug_of(title: str) -> str:
    """Never empty: a title may have no letters."""
    return slugify(title, allow_unicode=True) or "-"


def shelves_of(company: Company) -> list[Shelf]:
    """The categories that have something to read. Those written alike are one."""
    counted = articles_of(company).order_by().values("category").annotate(many=Count("pk"))
    many = {row["category"]: row["many"] for row in counted}
    rows = ArticleCategory.objects.filter(pk__in=many).select_related("parent")
    made: dict[str, Shelf] = {}
    for row in sorted(rows, key=_place):
        slug = slug_of(str(row))
        had = made.get(slug, Shelf(str(row), slug, 0, ()))
        made[slug] = Shelf(had.name, slug, had.articles + many[row.pk], (*had.keys, row.pk))
    return list(made.values())


def _place(row: ArticleCategory) -> tuple[int, str, int, str]:
    top = row.parent or row
    return (top.position, top.name, row.position if row.parent else -1, row.name)
