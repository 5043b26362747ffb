"""Tickets written by staff and other systems, with the fields and the rules of their page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from livechat.api.paging import PUBLIC_ID
from livechat.api.serializers import checked
from tickets.exceptions import TicketChangedError, TicketFieldsError, VersionMissingError
from tickets.forms import TicketForm
from tickets.forms.fields import LookupField, MomentField, PickField, Shaped
from tickets.models import Company, Customer, Kind, Ticket, User
from tickets.models.moments import read_moment
from tickets.services.lifecycle import open_ticket, save_ticket

TAG = re.compile(r'(?:W/)?"([0-9]{1,9})"', re.ASCII)
#: What a new ticket is of; all else are fields of its form.
OF = {"customer", "kind"}


class NewTicketSerializer(serializers.Serializer[Ticket]):
    customer = serializers.RegexField(f"^{PUBLIC_ID}$")
    kind = serializers.ChoiceField(Kind.choices)


def tag_of(ticket: Ticket) -> str:
    """Its ETag: the version."""
    return f'"{ticket.version}"'


def open_as_said(request: Request, user: User) -> Ticket:
    """A new one of a customer of the caller's companies. Raises TicketFieldsError."""
    said = checked(NewTicketSerializer, request.data)
    reached = Customer.objects.filter(company__in=Company.objects.visible_to(user).active())
    customer = get_object_or_404(reached.select_related("company"), public_id=said["customer"])
    draft = Ticket(kind=said["kind"], customer=customer, company=customer.company)
    body = cast("dict[str, Any]", request.data)
    form = _filled(draft, {name: value for name, value in body.items() if name not in OF})
    source = Ticket.Source.API
    return open_ticket(said["kind"], customer=customer, values=form.values, source=source, by=user)


def save_as_said(request: Request, ticket: Ticket, user: User) -> Ticket:
    """Changes what the body names, of the version that `If-Match` names.

    Raises VersionMissingError, TicketChangedError (412), and what `save_ticket` does.
    """
    seen = TAG.fullmatch(request.headers.get("If-Match", "").strip())
    if seen is None:
        raise VersionMissingError
    if not isinstance(request.data, Mapping):
        raise ValidationError({"": ["An object of fields and values."]})
    try:
        if int(seen[1]) != ticket.version:
            raise TicketChangedError(ticket.number, ticket.version)
        form = _filled(ticket, request.data)
        step = {name: form.cleaned_data[name] for name in ("status", "reason")}
        return save_ticket(ticket.pk, by=user, version=int(seen[1]), values=form.values, **step)
    except TicketChangedError as changed:
        changed.status = 412
        raise


def _filled(ticket: Ticket, said: Mapping[str, Any]) -> TicketForm:
    """The form of the ticket with these fields written over what stands there, and no fault."""
    form = TicketForm(ticket)
    if unknown := sorted(said.keys() - form.drawn.keys()):
        raise ValidationError({name: ["There is no such field."] for name in unknown})
    sent = form.sent
    for name, value in said.items():
        sent |= _as_sent(name, form.drawn[name], _text(name, value))
    if "status" in said and "reason" not in said and sent["status"] != form.sent["status"]:
        sent["reason"] = ""  # The old one belongs to the old status.
    filled = TicketForm(ticket, sent)
    if not filled.is_valid():
        wrong = {name: str(errors[0]) for name, errors in filled.errors.items()}
        raise TicketFieldsError(wrong)
    return filled


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValidationError({name: ["A text, a number or null."]})
    return str(value)


def _as_sent(name: str, field: Shaped, text: str) -> dict[str, str | None]:
    """As its page would send it. What is chosen is named by its id or by what it is called."""
    if isinstance(field, LookupField):
        by_id = re.fullmatch(PUBLIC_ID, text) is not None
        return {name: text if by_id else "", f"{name}_text": None if by_id else text}
    if isinstance(field, PickField) and text not in field.rows:
        called = [key for key, row in field.rows.items() if str(row) == text]
        return {name: called[0] if len(called) == 1 else text}
    if isinstance(field, MomentField) and text and read_moment(text) is None:
        raise ValidationError({name: ["A moment with its offset, such as 2026-11-30T09:00:00Z."]})
    return {name: text}
