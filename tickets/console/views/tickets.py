"""The list of tickets."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tickets.console.admission import for_ticket_workers
from tickets.console.lists import changed_since, list_of
from tickets.models import User


@require_safe
@for_ticket_workers
def tickets(request: HttpRequest, user: User) -> HttpResponse:
    return render(request, "tickets/list.html", list_of(user, request.GET))


@require_safe
@for_ticket_workers
def rows(request: HttpRequest, user: User) -> HttpResponse:
    """The same page's rows alone; nothing (204) when no ticket was touched after `since`."""
    if not changed_since(user, request.GET.get("since", "")):
        return HttpResponse(status=204)
    return render(request, "tickets/partials/rows.html", list_of(user, request.GET))
