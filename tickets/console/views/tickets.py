"""The list of tickets."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tickets.console.admission import for_ticket_workers
from tickets.console.lists import list_of
from tickets.models import User


@require_safe
@for_ticket_workers
def tickets(request: HttpRequest, user: User) -> HttpResponse:
    return render(request, "tickets/list.html", list_of(user, request.GET))
