"""Articles on a ticket, for the ticket's page."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from knowledge.console.admission import for_readers
from knowledge.models import Article, Reach
from knowledge.services.citing import PINNED, pin_article, unpin_article
from tickets.models import Ticket, User
from tickets.pages import wants_fragment

WORK = "tickets.work_on_tickets"


@require_safe
@for_readers
def of_ticket(request: HttpRequest, user: User, ticket: str) -> HttpResponse:
    found = _visible(user, ticket)
    if not wants_fragment(request):
        return redirect("tickets:ticket", found.public_id)
    return render(request, "knowledge/partials/of_ticket.html", _part(found, user))


@require_POST
@for_readers
def pin(request: HttpRequest, user: User, ticket: str) -> HttpResponse:
    """Flag an article, by its number or as the page names it; or take the flag off."""
    found = _visible(user, ticket)
    name = request.POST.get("article", "").replace("\0", "").strip()
    articles = Article.objects.visible_to(user)
    if request.POST.get("off"):
        row = articles.filter(public_id=name).first()
        if row:
            unpin_article(row, ticket=found.pk, by=user)
    elif row := articles.published().filter(number=name.upper()).first() or (
        articles.published().filter(public_id=name).first()
    ):
        pin_article(row, ticket=found.pk, by=user)
    else:
        messages.error(request, _("There is no published article of this number."))
    return redirect("tickets:ticket", found.public_id)


def _visible(user: User, public_id: str) -> Ticket:
    if not user.has_perm(WORK):
        raise Http404
    return get_object_or_404(Ticket.objects.visible_to(user), public_id=public_id)


def _part(ticket: Ticket, user: User) -> dict[str, Any]:
    """Each article once, with how it came here. What he may not read stays out; of what is
    retired the title is left."""
    states = [Article.State.PUBLISHED, Article.State.RETIRED]
    known = Article.objects.within(Reach.of_user(user)).filter(state__in=states).values("pk")
    rows = ticket.citations.filter(article__in=known).select_related("article")
    ordered = rows.order_by("article__title", "article", "kind")
    cited = []
    for article, found in groupby(ordered, key=lambda row: row.article):
        kinds = {row.kind for row in found}
        cited.append({"article": article, "kinds": kinds, "pinned": PINNED in kinds})
    return {"ticket": ticket, "cited": sorted(cited, key=lambda row: not row["pinned"])}
