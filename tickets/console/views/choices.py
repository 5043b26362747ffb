"""What a field with thousands of rows can be."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from tickets.console.admission import for_ticket_workers
from tickets.forms.choices import LOOKUPS
from tickets.models import Company, User


@require_safe
@for_ticket_workers
def choices(request: HttpRequest, user: User, company: str, field: str) -> HttpResponse:
    """The first rows that the words in `q` are found in; staff of `group`, when one is given."""
    found = get_object_or_404(Company.objects.visible_to(user), public_id=company)
    if field not in LOOKUPS:
        raise Http404
    lookup, text = LOOKUPS[field], request.GET.get("q", "")
    rows = lookup.search(found.pk, text, group=request.GET.get("group", "").replace("\0", ""))
    part = {"rows": [(row, lookup.beside(row)) for row in rows]}
    return render(request, "tickets/partials/choices.html", part)
