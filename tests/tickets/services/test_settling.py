"""What chats write into their tickets: rows of the administrator, each protected."""

import pytest
from django.db.models import ProtectedError

from tests.factories import TicketFactory, UserFactory, seeded_statuses
from tickets.exceptions import TicketFieldsError, TicketNotOpenError
from tickets.models import Activity, ChatOutcome, Status
from tickets.services.lifecycle import cancel_ticket, resolve_ticket

pytestmark = pytest.mark.django_db


def outcome(kind, when, status, reason):
    rows = ChatOutcome.objects.filter(kind=kind, outcome=when, reason__name=reason)
    return rows.get(status__name=status)


@pytest.mark.parametrize(
    ("kind", "status", "reason"),
    [
        ("incident", "Resolved", "No Further Action Required"),
        ("incident", "Closed", "No longer a Causal CI"),
        ("incident", "Cancelled", "No Further Action Required"),
        ("work_order", "Completed", "Successful"),
        ("work_order", "Closed", "Cancelled by Support"),
        ("work_order", "Cancelled", "Cancelled by Requester"),
    ],
)
def test_an_agent_resolves_it_as_he_chooses(kind, status, reason):
    ticket = TicketFactory(kind=kind)
    chosen = outcome(kind, "ended", status, reason)

    settled = resolve_ticket(ticket.pk, outcome=chosen.pk, by=UserFactory(), resolution="Rebooted")

    assert (settled.status.name, settled.reason.name) == (status, reason)
    assert settled.resolution == "Rebooted"
    step = Activity.objects.filter(ticket=ticket).latest("pk")
    assert step.code == settled.status.stage
    assert step.data["changes"]["status"] == ["In Progress", status]


@pytest.mark.parametrize("status", ["Resolved", "Closed", "Cancelled"])
def test_what_is_settled_cannot_be_resolved_again(status):
    ticket = TicketFactory(status=status)
    usual = ChatOutcome.objects.usual("incident", "ended")

    with pytest.raises(TicketNotOpenError, match=f"{ticket.number} is {status} already"):
        resolve_ticket(ticket.pk, outcome=usual.pk)


def test_a_choice_for_another_moment_is_refused():
    ticket = TicketFactory()
    foreign = ChatOutcome.objects.usual("work_order", "ended")

    with pytest.raises(TicketFieldsError):
        resolve_ticket(ticket.pk, outcome=foreign.pk)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("incident", "No Further Action Required"), ("work_order", "Cancelled by Requester")],
)
def test_an_abandoned_chat_cancels_it_as_usual(kind, reason):
    ticket = cancel_ticket(TicketFactory(kind=kind).pk)

    assert (ticket.status.name, ticket.reason.name) == ("Cancelled", reason)


def test_an_abandoned_chat_cancels_it_for_a_reason_that_was_chosen():
    chosen = outcome("work_order", "abandoned", "Cancelled", "Cancelled by Support")

    ticket = cancel_ticket(TicketFactory(kind="work_order").pk, outcome=chosen.pk)

    assert ticket.reason.name == "Cancelled by Support"


def test_an_abandoned_chat_leaves_a_settled_ticket_alone():
    ticket = TicketFactory(status="Resolved")

    assert cancel_ticket(ticket.pk).status.name == "Resolved"
    assert Activity.objects.filter(ticket=ticket).count() == 1


def test_a_status_that_chats_write_cannot_be_deleted_by_any_road():
    seeded_statuses()
    status = Status.objects.get(kind="incident", name="Resolved")

    with pytest.raises(ProtectedError):
        status.delete()
    with pytest.raises(ProtectedError):
        Status.objects.filter(pk=status.pk).delete()


def test_a_renamed_status_is_written_under_its_new_name():
    ticket = TicketFactory()
    Status.objects.filter(kind="incident", name="Resolved").update(name="Solved")

    usual = ChatOutcome.objects.usual("incident", "ended")
    assert resolve_ticket(ticket.pk, outcome=usual.pk).status.name == "Solved"
