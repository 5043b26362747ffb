"""The public help pages of a company. They read what its customers read, and know nobody."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import http_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from knowledge.models import Article, ArticleImage, Reach
from knowledge.portal.caching import cached
from knowledge.portal.forms import FeedbackForm
from knowledge.portal.shelf import articles_of, company_of, shelves_of, slug_of
from knowledge.services.use import record_feedback, search_articles
from tickets.downloads import outgoing
from tickets.models import Company, StoredFile
from tickets.models.throttle import Throttle, network_of

NEWEST, FOUND, RELATED, LISTED = 6, 20, 4, 200
QUESTION_CHARACTERS = 200
SITEMAP_ARTICLES = 50_000


@login_not_required
@require_safe
@cached
def home(request: HttpRequest, company: str) -> HttpResponse:
    row = company_of(company)
    newest = articles_of(row).order_by("-published_at", "-pk")[:NEWEST]
    page = {
        "company": row,
        "canonical": _absolute(request, reverse("portal:home", args=[row.external_key])),
        "shelves": shelves_of(row),
        "newest": _links(row, newest),
    }
    return render(request, "portal/home.html", page)


@login_not_required
@require_safe
@cached
def category(request: HttpRequest, company: str, category: str) -> HttpResponse:
    row = company_of(company)
    shelf = next((one for one in shelves_of(row) if one.slug == category), None)
    if shelf is None:
        raise Http404
    rows = articles_of(row).filter(category__in=shelf.keys).order_by("title", "pk")[:LISTED]
    address = reverse("portal:category", args=[row.external_key, shelf.slug])
    page = {
        "company": row,
        "canonical": _absolute(request, address),
        "shelf": shelf,
        "articles": _links(row, rows),
    }
    return render(request, "portal/category.html", page)


@login_not_required
@require_safe
def search(request: HttpRequest, company: str) -> HttpResponse:
    row = company_of(company)
    asked = request.GET.get("q", "").replace("\0", "").strip()[:QUESTION_CHARACTERS]
    page: dict[str, Any] = {"company": row, "asked": asked}
    wait = _wait(request, "help_search_address") if asked else 0
    if asked and not wait:
        hits = search_articles(asked, Reach.of_company(row.pk), limit=FOUND, company=row.pk)
        page["hits"] = [(_address(row, hit.article), hit) for hit in hits]
    return _throttled(render(request, "portal/search.html", {**page, "wait": wait}), wait)


@login_not_required
@require_safe
@cached
def article(request: HttpRequest, company: str, article: str, slug: str = "") -> HttpResponse:
    row = company_of(company)
    found = get_object_or_404(
        articles_of(row).select_related("category__parent"), public_id=article
    )
    address = _address(row, found)
    if slug != slug_of(found.title):
        return redirect(address, permanent=True)
    beside = articles_of(row).filter(category=found.category).exclude(pk=found.pk)
    page = {
        "company": row,
        "article": found,
        "canonical": _absolute(request, address),
        "shelf": {"name": str(found.category), "slug": slug_of(str(found.category))},
        "images": reverse("portal:home", args=[row.external_key]) + "images/",
        "related": _links(row, beside.order_by("-published_at", "-pk")[:RELATED]),
    }
    response = render(request, "portal/article.html", page)
    if found.published_at:
        response["Last-Modified"] = http_date(found.published_at.timestamp())
    return response


@login_not_required
@require_safe
def image(request: HttpRequest, company: str, file: str) -> HttpResponseBase:
    row = company_of(company)
    shown = ArticleImage.objects.of_company(row.pk).values("file")
    found = get_object_or_404(StoredFile, public_id=file, pk__in=shown)
    return outgoing(found, public=True)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest, company: str, article: str) -> HttpResponse:
    """A page of its own: the form's cookie and token stay out of what caches keep."""
    row = company_of(company)
    found = get_object_or_404(articles_of(row), public_id=article)
    page: dict[str, Any] = {"company": row, "article": found, "address": _address(row, found)}
    form = FeedbackForm(request.POST or None, initial={"helped": request.GET.get("helped")})
    if request.method != "POST":
        return render(request, "portal/feedback.html", {**page, "form": form})
    if not form.is_valid():
        return render(request, "portal/feedback.html", {**page, "form": form}, status=422)
    if wait := _wait(request, "help_feedback_address"):
        shown = {**page, "form": form, "wait": wait}
        return _throttled(render(request, "portal/feedback.html", shown), wait)
    record_feedback(found, helped=form.said_yes, comment=form.cleaned_data["comment"])
    return render(request, "portal/feedback.html", {**page, "thanked": True})


@login_not_required
@require_safe
@cached
def sitemap(request: HttpRequest, company: str) -> HttpResponse:
    row = company_of(company)
    rows = articles_of(row).order_by("-published_at", "-pk")[:SITEMAP_ARTICLES]
    page = {
        "home": _absolute(request, reverse("portal:home", args=[row.external_key])),
        "articles": [(_absolute(request, _address(row, one)), one.published_at) for one in rows],
    }
    return render(request, "portal/sitemap.xml", page, content_type="application/xml")


def _address(company: Company, article: Article) -> str:
    values = [company.external_key, article.public_id, slug_of(article.title)]
    return reverse("portal:article", args=values)


def _links(company: Company, articles: Any) -> list[tuple[str, Article]]:
    return [(_address(company, one), one) for one in articles]


def _absolute(request: HttpRequest, path: str) -> str:
    if settings.PUBLIC_ORIGIN:
        return f"{settings.PUBLIC_ORIGIN}{path}"
    return request.build_absolute_uri(path)


def _wait(request: HttpRequest, rate: str) -> int:
    return Throttle.objects.take(rate, network_of(request.META.get("REMOTE_ADDR")))


def _throttled(response: HttpResponse, wait: int) -> HttpResponse:
    if wait:
        response.status_code = 429
        response["Retry-After"] = str(wait)
    return response
