"""What staff and other systems are told of tickets, and may ask of them."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from rest_framework import serializers

from livechat.api.serializers import ExactTextField
from livechat.protocol import stamp
from tickets.exceptions import TicketFieldsError
from tickets.models import Activity, ChatOutcome, Ticket


class NoteSerializer(serializers.Serializer[Activity]):
    body = ExactTextField()


class ResolveSerializer(serializers.Serializer[Ticket]):
    """By names, as the administrator wrote them. Without a status the usual one.

    `version`: the one that was seen; another is refused.
    """

    status = serializers.CharField(required=False, default="", allow_blank=True, max_length=120)
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=120)
    resolution = ExactTextField(required=False, default="")
    version = serializers.IntegerField(required=False, default=None, min_value=0)


def outcome_named(ticket: Ticket, said: dict[str, Any]) -> int:
    """The key of the row that these names stand for; 0 for the usual one."""
    if not said["status"]:
        return 0
    rows = ChatOutcome.objects.choices_for(ticket.kind, ChatOutcome.Outcome.ENDED)
    for row in rows:
        reason = str(row.reason) if row.reason else ""
        if (str(row.status), reason) == (said["status"], said["reason"]):
            return int(row.pk)
    offered = ", ".join(str(row) for row in rows)
    raise TicketFieldsError({"status": f"Choose one of: {offered}."})


def ticket_for_staff(ticket: Ticket) -> dict[str, Any]:
    """All that its page shows; what is chosen from lists by id and name."""
    return {
        "id": ticket.public_id,
        "number": ticket.number,
        "kind": ticket.kind,
        "version": ticket.version,
        "summary": ticket.summary,
        "description": ticket.description,
        "status": {"name": ticket.status.name, "stage": ticket.status.stage},
        "reason": str(ticket.reason) if ticket.reason else None,
        "resolution": ticket.resolution,
        "company": named(ticket.company),
        "customer": named(ticket.customer),
        "contact": named(ticket.contact),
        "site": _name(ticket.site),
        "asset": ticket.asset.tag if ticket.asset else None,
        "service": _name(ticket.service),
        "operational_category": _name(ticket.operational_category),
        "product_category": _name(ticket.product_category),
        "impact": ticket.impact,
        "urgency": ticket.urgency,
        "priority": ticket.priority,
        "group": _name(ticket.group),
        "assignee": named(ticket.assignee),
        "source": ticket.source,
        "due_at": ticket.due_at and stamp(ticket.due_at),
        "created_at": stamp(ticket.created_at),
        "updated_at": stamp(ticket.updated_at),
    }


def entry_for_staff(entry: Activity) -> dict[str, Any]:
    """`kind`: comment, work_note or step; of a step `code` and `data` say which."""
    return {
        "kind": entry.kind,
        "code": entry.code,
        "data": entry.data,
        "body": entry.body,
        "author": entry.author_name,
        "by_customer": entry.customer_id is not None,
        "created_at": stamp(entry.created_at),
    }


def named(row: Any) -> dict[str, str] | None:
    return {"id": row.public_id, "name": row.name} if row else None


def _name(row: Model | None) -> str | None:
    return str(row) if row else None
