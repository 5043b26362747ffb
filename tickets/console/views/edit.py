"""A ticket edited: what was written, what was refused, what somebody else saved meanwhile."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tickets.console.admission import for_ticket_workers
from tickets.console.page import editing_of, visible_ticket
from tickets.exceptions import TicketChangedError
from tickets.forms import TicketForm
from tickets.models import Ticket, User
from tickets.services.lifecycle import save_ticket


@require_http_methods(["GET", "HEAD", "POST"])
@for_ticket_workers
def edit(request: HttpRequest, user: User, ticket: str) -> HttpResponse:
    found = visible_ticket(user, ticket)
    if request.method == "POST":
        return _saved(request, user, found)
    if found.is_final:
        return redirect("tickets:ticket", ticket)
    return render(request, "tickets/edit.html", editing_of(TicketForm(found)))


def _saved(request: HttpRequest, user: User, ticket: Ticket) -> HttpResponse:
    form = TicketForm(ticket, request.POST)
    valid = form.is_valid()
    changed = form.cleaned_data.get("version") != ticket.version
    if valid and not changed:
        changed = not _save(form, user)
    if changed:
        form = TicketForm.beside(visible_ticket(user, ticket.public_id), request.POST)
    elif form.is_valid():
        text = _("%(number)s is saved.") % {"number": ticket.number}
        messages.success(request, text, extra_tags="saved")  # Drafts hear of it.
        return redirect("tickets:ticket", ticket.public_id)
    return render(request, "tickets/edit.html", editing_of(form, changed=changed), status=422)


def _save(form: TicketForm, user: User) -> bool:
    """Whether it was still the one that was seen; what is refused stands in the form."""
    said = form.cleaned_data
    step = {"status": said.get("status"), "reason": said.get("reason")}
    try:
        with form.landing():
            save_ticket(
                form.ticket.pk, by=user, version=said["version"], values=form.values, **step
            )
    except TicketChangedError:
        return False
    return True
