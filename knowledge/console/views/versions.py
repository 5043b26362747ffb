"""The texts that an article had."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from knowledge.console.admission import for_authors
from knowledge.console.changes import changes_of
from knowledge.console.views.write import editable_article
from knowledge.models import Article, ArticleVersion
from knowledge.services.articles import restore_version
from tickets.models import User

LONGEST_NUMBER = 7


@require_safe
@for_authors
def versions(request: HttpRequest, user: User, article: str) -> HttpResponse:
    """All of them, and what changed between two: by default between the last two."""
    found = editable_article(user, article)
    rows = found.versions.order_by("-number").defer("body")
    now = _number(request.GET.get("to"), found.version)
    before = _number(request.GET.get("from"), max(now - 1, 1))
    pair = [_text(found, number) for number in (before, now)]
    page = {"article": found, "rows": rows, "from": before, "to": now}
    return render(request, "knowledge/versions.html", {**page, "changes": changes_of(*pair)})


@require_POST
@for_authors
def restore(request: HttpRequest, user: User, article: str) -> HttpResponse:
    found = editable_article(user, article)
    text = _text(found, _number(request.POST.get("number"), 0))
    version = _number(request.POST.get("version"), 0)
    restore_version(found.pk, number=text.number, by=user, version=version)
    values = {"number": found.number, "version": text.number}
    messages.success(request, _("Version %(version)s is the newest text of %(number)s.") % values)
    return redirect("knowledge:versions", found.public_id)


def _text(article: Article, number: int) -> ArticleVersion:
    return get_object_or_404(article.versions, number=number)


def _number(said: str | None, otherwise: int) -> int:
    if not said:
        return otherwise
    if not (said.isascii() and said.isdecimal()) or len(said) > LONGEST_NUMBER:
        raise Http404
    return int(said)
