"""A ticket is saved as it was seen, step by legal step, and its history says what changed."""

import pytest

from tests.factories import ServiceFactory, TicketFactory, UserFactory
from tickets.exceptions import (
    IllegalStepError,
    TicketChangedError,
    TicketFieldsError,
    TicketNotOpenError,
)
from tickets.models import Activity, RequiredField, Service, Status, StatusReason
from tickets.services.lifecycle import save_ticket

pytestmark = pytest.mark.django_db


def save(ticket, *, version=None, status=None, reason=None, **values):
    row = Status.objects.get(kind=ticket.kind, name=status) if status else None
    why = StatusReason.objects.get(kind=ticket.kind, name=reason) if reason else None
    version = version or ticket.version
    by = UserFactory()
    return save_ticket(ticket.pk, by=by, version=version, values=values, status=row, reason=why)


def changes_of(ticket):
    return Activity.objects.filter(ticket=ticket, code="changed").latest("pk").data["changes"]


def test_what_changed_is_kept_and_noted_as_people_read_it():
    ticket = TicketFactory(impact=4, urgency=3)

    saved = save(ticket, summary="VPN drops hourly", impact=1)

    assert (saved.summary, saved.impact, saved.priority) == ("VPN drops hourly", 1, 2)
    assert saved.version == ticket.version + 1
    assert changes_of(ticket) == {
        "summary": ["VPN drops every ten minutes", "VPN drops hourly"],
        "impact": ["4 Minor", "1 Extensive"],
        "priority": ["3 Medium", "2 High"],
    }


def test_saving_nothing_new_changes_nothing():
    ticket = TicketFactory()

    saved = save(ticket, summary=ticket.summary)

    assert saved.version == ticket.version
    assert Activity.objects.filter(ticket=ticket).count() == 1


def test_what_somebody_changed_meanwhile_is_not_overwritten():
    ticket = TicketFactory()
    save(ticket, summary="Tunnel is down")

    with pytest.raises(TicketChangedError) as refused:
        save(ticket, version=ticket.version, summary="Something else")

    assert refused.value.version == ticket.version + 1
    ticket.refresh_from_db()
    assert ticket.summary == "Tunnel is down"


def test_a_required_field_cannot_be_emptied():
    RequiredField.objects.create(kind="incident", field="impact")
    ticket = TicketFactory(impact=2)

    with pytest.raises(TicketFieldsError, match="Impact is blank"):
        save(ticket, impact=None)


def test_what_went_out_of_use_may_stay_and_not_come():
    kept, other = ServiceFactory.create_batch(2)
    ticket = TicketFactory(service=kept)
    Service.objects.update(retired_at="2026-01-01T00:00Z")

    saved = save(ticket, service=Service.objects.get(pk=kept.pk), summary="Still slow")

    assert saved.service == kept
    with pytest.raises(TicketFieldsError, match="not in use"):
        save(saved, service=Service.objects.get(pk=other.pk))


def test_a_status_that_has_reasons_needs_one_that_goes_with_it():
    ticket = TicketFactory()

    with pytest.raises(TicketFieldsError, match="Choose a status reason"):
        save(ticket, status="Resolved")

    saved = save(ticket, status="Resolved", reason="No Further Action Required")
    assert (saved.status.stage, saved.settled_at is None) == ("resolved", False)


def test_a_reason_of_another_status_is_refused():
    ticket = TicketFactory(kind="work_order")

    with pytest.raises(TicketFieldsError, match="does not go with"):
        save(ticket, status="Completed", reason="Cancelled by Support")


def test_a_resolved_ticket_can_be_opened_again_and_a_final_one_cannot():
    resolved, closed = TicketFactory(status="Resolved"), TicketFactory(status="Closed")

    assert save(resolved, status="In Progress").settled_at is None
    with pytest.raises(TicketNotOpenError):
        save(closed, summary="One more thing")


def test_a_resolved_ticket_cannot_become_pending():
    ticket = TicketFactory(status="Resolved")

    with pytest.raises(IllegalStepError):
        save(ticket, status="Pending")


def test_any_status_of_a_stage_may_follow_another():
    ticket = TicketFactory()

    assert save(ticket, status="New").status.name == "New"
