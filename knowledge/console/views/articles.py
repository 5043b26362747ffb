"""The list of articles, and one that is read."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from knowledge.console.admission import for_readers
from knowledge.console.changes import changes_of
from knowledge.console.forms import FeedbackForm
from knowledge.console.lists import list_of
from knowledge.models import Article, ArticleDay
from knowledge.services.articles import newest_text
from knowledge.services.use import record_feedback, record_view
from tickets.models import Company, User


@require_safe
@for_readers
def articles(request: HttpRequest, user: User) -> HttpResponse:
    return render(request, "knowledge/list.html", list_of(user, request.GET))


@require_safe
@for_readers
def article(request: HttpRequest, user: User, article: str) -> HttpResponse:
    found = visible_article(user, article)
    if request.method == "GET" and found.is_published:
        record_view(found)
    return render(request, "knowledge/article.html", page_of(found, user))


@require_POST
@for_readers
def feedback(request: HttpRequest, user: User, article: str) -> HttpResponse:
    found = visible_article(user, article)
    form = FeedbackForm(request.POST)
    if not form.is_valid():
        page = {**page_of(found, user), "feedback": form}
        return render(request, "knowledge/article.html", page, status=422)
    record_feedback(found, user=user, **form.cleaned_data)
    messages.success(request, _("Noted. Its authors see what you said."))
    return redirect("knowledge:article", found.public_id)


def visible_article(user: User, public_id: str) -> Article:
    rows = Article.objects.visible_to(user).with_rows_data()
    return get_object_or_404(rows, public_id=public_id)


def page_of(article: Article, user: User) -> dict[str, Any]:
    """What the page expects."""
    writes = Article.objects.editable_by(user).filter(pk=article.pk).exists()
    newest = newest_text(article) if writes and article.has_revision else None
    nothing = dict.fromkeys(("views", "shares", "helped", "unhelped"), 0)
    said = article.feedback.exclude(comment="").order_by("-created_at", "-pk")[:20]
    return {
        "article": article,
        "companies": Company.objects.visible_to(user).filter(pk__in=article.companies.all()),
        "mine": article.feedback.filter(user=user).first(),
        "used": ArticleDay.objects.totals([article.pk]).get(article.pk, nothing),
        "writes": writes,
        "changes": changes_of(article, newest) if newest else [],
        "comments": list(said.select_related("user", "customer")) if writes else [],
    }
