"""A page of the list: what is asked for, the last change first."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from knowledge.console.forms import EXPIRED, FilterForm
from knowledge.models import Article, Reach
from knowledge.search.ranking import find
from knowledge.search.snippets import Part
from knowledge.services.use import search_articles
from tickets.models import Company, User

ROWS = 50
NUMBER = re.compile(r"kb-\d+", re.IGNORECASE)


def list_of(user: User, asked: Any) -> dict[str, Any]:
    """What the list's page expects. As many queries for one article as for twenty."""
    filters = FilterForm(user, asked)
    chosen = dict(filters.chosen)
    words = chosen.pop("q", "")
    found = _filtered(Article.objects.visible_to(user), chosen).with_rows_data()
    if words:
        return {"filters": filters, "rows": _sought(found, words, user, chosen.get("company"))}
    page = Paginator(found.order_by("-updated_at", "-pk"), ROWS).get_page(asked.get("page"))
    return {
        "filters": filters,
        "rows": [_row(article) for article in page],
        "newer": _address(filters, page.number - 1) if page.has_previous() else "",
        "older": _address(filters, page.number + 1) if page.has_next() else "",
    }


def _filtered(articles: Any, chosen: dict[str, Any]) -> Any:
    said = dict(chosen)
    needs, company = said.pop("needs", ""), said.pop("company", None)
    if company:
        theirs = Article.companies.through.objects.filter(company=company).values("article")
        articles = articles.filter(Q(for_all=True) | Q(pk__in=theirs))
    if needs == EXPIRED:
        articles = articles.published().expired_on(timezone.localdate())
    elif needs:
        articles = articles.published().exclude(version=F("published_version"))
    return articles.filter(**said)


def _sought(
    found: QuerySet[Article], words: str, user: User, company: Company | None
) -> list[dict[str, Any]]:
    """The best first, expired ones too; then drafts, which search does not read."""
    if NUMBER.fullmatch(words.strip()):
        return [_row(article) for article in found.filter(number__iexact=words.strip())]
    reach = Reach.of_user(user)
    hits = find(words, reach, limit=ROWS, expired=True)
    articles = found.in_bulk([hit.article.pk for hit in hits])
    rows = [
        {"article": articles[hit.article.pk], "title": hit.title, "snippet": hit.snippet}
        for hit in hits
        if hit.article.pk in articles
    ]
    unread = found.filter(Q(title__icontains=words) | Q(keywords__icontains=words))
    others = unread.exclude(pk__in=articles).order_by("-updated_at", "-pk")
    rows += [_row(article) for article in others[:ROWS]]
    if not rows and not hits:
        _note(words, reach, company)
    return rows


def _note(words: str, reach: Reach, company: Company | None) -> None:
    """Nobody found it: for its authors, where it is clear who these are."""
    if company is None and reach.companies and len(reach.companies) == 1:
        company = Company.objects.get(pk__in=reach.companies)
    search_articles(words, reach, limit=1, company=company.pk if company else None)


def _row(article: Article) -> dict[str, Any]:
    title = (Part(article.title, asked=False),)
    return {"article": article, "title": title, "snippet": (Part(article.summary, asked=False),)}


def _address(filters: FilterForm, page: int) -> str:
    return "?" + urlencode({**filters.query, "page": page})
