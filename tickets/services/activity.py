"""What is said on a ticket, and noted of it."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.exceptions import BadTextError, ClientIdReusedError
from tickets.models import Activity, Customer, Ticket, User
from tickets.models.activity import BODY_CHARACTERS
from tickets.signals import ticket_changed

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@transaction.atomic
def add_comment(ticket_id: int, *, body: str, by: User | Customer) -> Activity:
    """Say something that the customer reads too. He may say it himself."""
    return _say(ticket_id, Activity.Kind.COMMENT, body, by)


@transaction.atomic
def add_own_comment(
    ticket_id: int, *, client_id: str, body: str, by: Customer
) -> tuple[Activity, bool]:
    """The customer's comment of this client id, and whether it was made now.

    Raises BadTextError, ClientIdReusedError when the id stood for another text.
    """
    _check_text(body)
    ticket = Ticket.objects.locked(ticket_id)
    before = Activity.objects.filter(ticket=ticket, customer=by, client_id=client_id).first()
    if before is None:
        return _write(ticket, Activity.Kind.COMMENT, body, by, client_id), True
    if before.body != body:
        raise ClientIdReusedError
    return before, False


@transaction.atomic
def add_work_note(ticket_id: int, *, body: str, by: User) -> Activity:
    """Note what only staff reads."""
    return _say(ticket_id, Activity.Kind.WORK_NOTE, body, by)


@transaction.atomic
def record_activity(
    ticket_id: int, *, code: str, by: User | None = None, name: str = "", **data: Any
) -> Activity:
    """Note a step that something else took: an article was shared, lines of a chat came late."""
    return note_step(Ticket.objects.locked(ticket_id), code=code, by=by, name=name, **data)


@transaction.atomic(savepoint=False)
def note_step(
    ticket: Ticket, *, code: str, by: User | Customer | None = None, name: str = "", **data: Any
) -> Activity:
    """The same for a ticket that the caller has locked; announced as `code`."""
    user, customer = _sides(by)
    made = Activity.objects.create(
        ticket=ticket,
        kind=Activity.Kind.STEP,
        code=code,
        data=data,
        author=user,
        customer=customer,
        author_name=name or (by.name if by else ""),
    )
    ticket_changed.send(
        sender=Ticket, ticket=ticket, change=code, by=user, fields=data.get("changes", ())
    )
    return made


def _say(ticket_id: int, kind: str, body: str, by: User | Customer) -> Activity:
    _check_text(body)
    return _write(Ticket.objects.locked(ticket_id), kind, body, by)


def _write(
    ticket: Ticket, kind: str, body: str, by: User | Customer, client_id: str | None = None
) -> Activity:
    ticket.updated_at = timezone.now()
    ticket.save(update_fields=["updated_at"])
    user, customer = _sides(by)
    made = Activity.objects.create(
        ticket=ticket,
        kind=kind,
        body=body,
        author=user,
        customer=customer,
        author_name=by.name,
        client_id=client_id,
    )
    ticket_changed.send(sender=Ticket, ticket=ticket, change=kind, by=user, fields=())
    return made


def _sides(by: User | Customer | None) -> tuple[User | None, Customer | None]:
    return (None, by) if isinstance(by, Customer) else (by, None)


def _check_text(body: str) -> None:
    if not body.strip():
        raise BadTextError(_("There is no text."))
    if len(body) > BODY_CHARACTERS:
        values = {"limit": BODY_CHARACTERS}
        raise BadTextError(_("The text is longer than %(limit)s characters.") % values)
    if UNSTORABLE.search(body):
        raise BadTextError(_("The text has signs that cannot be stored."))
