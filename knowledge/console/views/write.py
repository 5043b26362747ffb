"""An article written, and led through its life."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from knowledge.console.admission import PUBLISH, for_authors
from knowledge.console.forms import ArticleForm
from knowledge.exceptions import ArticleChangedError
from knowledge.models import TEXT, Article
from knowledge.models.articles import BODY_CHARACTERS, TITLE_CHARACTERS
from knowledge.services.articles import (
    create_article,
    newest_text,
    publish_article,
    retire_article,
    return_article,
    save_article,
    submit_article,
)
from knowledge.services.images import hold_images, image_limits
from tickets.models import User

SUBMIT, PUBLISHED, RETURN, RETIRE = "submit", "publish", "return", "retire"
#: What is told afterwards. All but the first need the right to publish.
TOLD = {
    SUBMIT: gettext_lazy("%(number)s waits for review."),
    PUBLISHED: gettext_lazy("%(number)s is published."),
    RETURN: gettext_lazy("%(number)s is with its author."),
    RETIRE: gettext_lazy("%(number)s is retired."),
}
METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
@for_authors
def new(request: HttpRequest, user: User) -> HttpResponse:
    title = request.GET.get("title", "").replace("\0", "")[:TITLE_CHARACTERS]
    initial = {"title": title, "owner": user.public_id, "language": user.language}
    form = ArticleForm(user, None, request.POST or None, initial)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, None)
    made = create_article(by=user, values=form.values)
    return _saved(request, user, made)


@require_http_methods(METHODS)
@for_authors
def edit(request: HttpRequest, user: User, article: str) -> HttpResponse:
    found = editable_article(user, article)
    form = ArticleForm(user, found, request.POST or None, _initial(found))
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, found)
    version = form.cleaned_data["version"] or 0
    try:
        saved = save_article(found.pk, by=user, version=version, values=form.values)
    except ArticleChangedError as changed:
        return _page(request, form, found, changed)
    return _saved(request, user, saved)


@require_POST
@for_authors
def step(request: HttpRequest, user: User, article: str) -> HttpResponse:
    """Submit, publish, return or retire."""
    found = editable_article(user, article)
    wanted = request.POST.get("step", "")
    if wanted != SUBMIT and not user.has_perm(PUBLISH):
        raise PermissionDenied
    if wanted in TOLD:
        _take(found, wanted, user, request.POST.get("version", ""))
        messages.success(request, TOLD[wanted] % {"number": found.number})
    return redirect("knowledge:article", found.public_id)


@require_POST
@for_authors
def preview(request: HttpRequest, user: User) -> HttpResponse:
    body = request.POST.get("body", "")[:BODY_CHARACTERS]
    hold_images(body, by=user)
    return render(request, "knowledge/partials/prose.html", {"body": body})


def editable_article(user: User, public_id: str) -> Article:
    rows = Article.objects.editable_by(user).with_rows_data()
    return get_object_or_404(rows, public_id=public_id)


def _take(article: Article, wanted: str, user: User, version: str) -> None:
    if wanted == PUBLISHED:
        number = int(version) if version.isdecimal() and len(version) < 8 else 0
        publish_article(article.pk, by=user, version=number)
        return
    verbs = {SUBMIT: submit_article, RETURN: return_article, RETIRE: retire_article}
    verbs[wanted](article.pk, by=user)


def _saved(request: HttpRequest, user: User, article: Article) -> HttpResponse:
    told = _("%(number)s is saved.")
    if request.POST.get("then") == SUBMIT:
        submit_article(article.pk, by=user)
        told = str(TOLD[SUBMIT])
    messages.success(request, told % {"number": article.number})
    return redirect("knowledge:article", article.public_id)


def _initial(article: Article) -> dict[str, Any]:
    text = newest_text(article)
    return {
        **{name: getattr(text, name) for name in TEXT},
        "category": str(article.category),
        "audience": article.audience,
        "companies": [company.public_id for company in article.companies.all()],
        "language": article.language,
        "owner": article.owner.public_id if article.owner else "",
        "valid_until": article.valid_until,
        "version": article.version,
    }


def _page(
    request: HttpRequest,
    form: ArticleForm,
    article: Article | None,
    changed: ArticleChangedError | None = None,
) -> HttpResponse:
    """The form. Where somebody saved meanwhile, what was written stays, and may be saved next."""
    body = str(form["body"].value() or "")[:BODY_CHARACTERS]
    limits = image_limits()
    page = {"form": form, "article": article, "changed": changed, "body": body, "limits": limits}
    wrong = bool(form.errors or changed)
    version = changed.version if changed else form["version"].value()
    return render(
        request,
        "knowledge/write.html",
        {**page, "version": version},
        status=422 if wrong else 200,
    )
