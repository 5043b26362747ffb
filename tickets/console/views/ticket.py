"""One ticket: read, talked on, resolved, opened again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tickets.console.activity import activity_of
from tickets.console.admission import for_ticket_workers
from tickets.console.forms import ReopenForm, SayForm, SettleForm
from tickets.console.page import files_of, outcomes_of, page_of, visible_ticket, ways_back_of
from tickets.exceptions import BadTextError, TicketChangedError, TicketFieldsError
from tickets.models import User
from tickets.pages import wants_fragment
from tickets.services.activity import add_comment, add_work_note
from tickets.services.lifecycle import resolve_ticket, save_ticket


@require_safe
@for_ticket_workers
def ticket(request: HttpRequest, user: User, ticket: str) -> HttpResponse:
    return render(request, "tickets/ticket.html", page_of(visible_ticket(user, ticket)))


@require_safe
@for_ticket_workers
def activity(request: HttpRequest, user: User, ticket: str) -> HttpResponse:
    """The stream alone, from `before` on, of one kind if `show` names it."""
    asked = request.GET
    found = visible_ticket(user, ticket)
    part = activity_of(found, asked.get("show", ""), asked.get("before", ""))
    return render(request, "tickets/partials/activity.html", part)


@require_safe
@for_ticket_workers
def files(request: HttpRequest, user: User, ticket: str) -> HttpResponse:
    """Its files alone."""
    part = files_of(visible_ticket(user, ticket))
    return render(request, "tickets/partials/files.html", part)


@require_POST
@for_ticket_workers
def say(request: HttpRequest, user: User, ticket: str) -> HttpResponse:
    """A comment that the customer reads, or a work note."""
    found, form = visible_ticket(user, ticket), SayForm(request.POST)
    if not form.is_valid():
        raise BadTextError(form.errors["body"][0])
    add = add_comment if request.POST.get("kind") == "comment" else add_work_note
    add(found.pk, body=form.cleaned_data["body"].replace("\r\n", "\n"), by=user)
    return (
        HttpResponse(status=204) if wants_fragment(request) else redirect("tickets:ticket", ticket)
    )


@require_POST
@for_ticket_workers
def resolve(request: HttpRequest, user: User, ticket: str) -> HttpResponse:
    found = visible_ticket(user, ticket)
    form = SettleForm(outcomes_of(found), request.POST)
    if not form.is_valid():
        raise TicketFieldsError({"status": str(next(iter(form.errors.values()))[0])})
    said = form.cleaned_data
    resolution = said["resolution"].replace("\r\n", "\n")
    resolve_ticket(
        found.pk, outcome=form.row.pk, by=user, resolution=resolution, version=said["version"]
    )
    messages.success(request, _("%(number)s is settled.") % {"number": found.number})
    return redirect("tickets:ticket", ticket)


@require_POST
@for_ticket_workers
def reopen(request: HttpRequest, user: User, ticket: str) -> HttpResponse:
    found = visible_ticket(user, ticket)
    form = ReopenForm(ways_back_of(found), request.POST)
    if not form.is_valid():
        if "version" in form.errors:
            raise TicketChangedError(found.number, found.version)
        raise TicketFieldsError({"status": _("Choose a status.")})
    chosen, version = form.row, form.cleaned_data["version"]
    status, reason = chosen.status, chosen.reason
    save_ticket(found.pk, by=user, version=version, values={}, status=status, reason=reason)
    messages.success(request, _("%(number)s is open again.") % {"number": found.number})
    return redirect("tickets:ticket", ticket)
