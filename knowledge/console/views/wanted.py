"""What is wanted: looked for in vain, shared in vain, or out of date."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from knowledge.console.admission import for_authors
from knowledge.models import Article, ArticleDay, MissedSearch
from knowledge.services.use import dismiss_search
from tickets.models import Company, User

ROWS = 100
DAYS = 90


@require_safe
@for_authors
def wanted(request: HttpRequest, user: User) -> HttpResponse:
    today = timezone.localdate()
    mine = Q(company__in=Company.objects.visible_to(user))
    if user.all_companies:
        mine |= Q(company=None)
    missed = MissedSearch.objects.filter(mine).select_related("company")
    rows = Article.objects.editable_by(user).published().expired_on(today).with_rows_data()
    expired = list(rows.order_by("valid_until", "pk")[:ROWS])
    keys = [article.pk for article in expired]
    used = ArticleDay.objects.totals(keys, today - timedelta(days=DAYS))
    shares = [(article, used.get(article.pk, {}).get("shares", 0)) for article in expired]
    page = {
        "missed": list(missed.order_by("-times", "-last_at", "pk")[:ROWS]),
        "expired": sorted(shares, key=lambda pair: -pair[1]),
        "went_on": _went_on(user, today - timedelta(days=DAYS)),
        "days": DAYS,
    }
    return render(request, "knowledge/wanted.html", page)


def _went_on(user: User, since: date) -> list[tuple[Article, dict[str, int]]]:
    """Published articles that were shared in vain, the most often first, and how often."""
    mine = Article.objects.editable_by(user).published()
    rows = ArticleDay.objects.filter(article__in=mine, day__gte=since, went_on__gt=0)
    sums = rows.values_list("article").annotate(times=Sum("went_on"))
    keys = [key for key, _times in sums.order_by("-times", "article")[:ROWS]]
    articles, used = mine.in_bulk(keys), ArticleDay.objects.totals(keys, since)
    return [(articles[key], used[key]) for key in keys]


@require_POST
@for_authors
def dismiss(request: HttpRequest, user: User) -> HttpResponse:
    company = request.POST.get("company", "").replace("\0", "")
    where = Company.objects.visible_to(user).filter(public_id=company).first()
    words = request.POST.get("words", "").replace("\0", "")
    if words and (where or (not company and user.all_companies)):
        dismiss_search(words, company=where)
    return redirect("knowledge:wanted")
