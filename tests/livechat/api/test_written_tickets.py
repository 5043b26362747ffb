"""Tickets made and changed by staff and other systems: the rules of their page, by If-Match."""

import pytest

from tests.factories import (
    AssetFactory,
    AssignmentGroupFactory,
    CategoryFactory,
    CustomerFactory,
    TicketFactory,
)
from tickets.models import RequiredField, Status, StatusReason, Ticket

pytestmark = pytest.mark.django_db


def refused(response, status):
    assert response["Content-Type"] == "application/problem+json"
    assert response.status_code == response.json()["status"] == status
    return response.json()


def patched(system, ticket, version=1, **fields):
    tag = {"If-Match": f'"{version}"'}
    return system.patch(f"tickets/{ticket.public_id}/", fields, **tag)


def test_an_incident_is_made_of_what_a_system_reports(system, company):
    customer = CustomerFactory(company=company, name="Amara Okafor")
    group = AssignmentGroupFactory(company=company, name="Network")
    category = CategoryFactory(name="Fault", parent=None)
    asset = AssetFactory(company=company)
    said = {
        "customer": customer.public_id,
        "kind": "incident",
        "summary": "Gateway 3 does not answer",
        "description": "Since 04:10.\n  ping: timeout",
        "impact": 2,
        "urgency": "1",
        "group": "Network",
        "operational_category": "fault",
        "asset": asset.public_id,
        "due_at": "2026-12-01T09:30:00+01:00",
    }

    answer = system.post("tickets/", said, **{"Idempotency-Key": "alert-99"})
    again = system.post("tickets/", said, **{"Idempotency-Key": "alert-99"})

    made = Ticket.objects.get()
    assert (answer.status_code, again.json()) == (201, answer.json())
    assert answer["ETag"] == '"1"'
    assert (made.number, made.source) == (answer.json()["number"], "api")
    assert (made.description, made.priority) == (said["description"], answer.json()["priority"])
    chosen = (made.group, made.operational_category, made.asset)
    assert chosen == (group, category, asset)
    assert made.due_at.isoformat() == "2026-12-01T08:30:00+00:00"
    assert (made.opened_by.name, made.status.name) == ("Monitoring", "In Progress")


def test_what_must_not_be_blank_is_named(system, company):
    RequiredField.objects.create(kind="incident", field="impact")
    said = {"customer": CustomerFactory(company=company).public_id, "kind": "incident"}

    found = refused(system.post("tickets/", said), 409)

    assert (found["code"], set(found["fields"])) == ("fields_wrong", {"summary", "impact"})
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"customer": "x" * 22}, 404),
        ({"customer": 5}, 400),
        ({"kind": "problem"}, 400),
        ({"colour": "red"}, 400),
        ({"status": "New"}, 400),
        ({"summary": ["a"]}, 400),
        ({"due_at": "2026-12-01T09:30"}, 400),
        ({"impact": 9}, 409),
        ({"group": "Nobody"}, 409),
        ({"contact": "Nobody at all"}, 409),
        ({"summary": "x\0"}, 409),
    ],
)
def test_what_makes_no_ticket_is_refused(system, company, wrong, status):
    customer = CustomerFactory(company=company)
    said = {"customer": customer.public_id, "kind": "incident", "summary": "Down"}

    refused(system.post("tickets/", said | wrong), status)

    assert not Ticket.objects.exists()


def test_nothing_is_made_for_customers_of_other_companies(system):
    said = {"customer": CustomerFactory().public_id, "kind": "incident", "summary": "Down"}

    assert system.post("tickets/", said).status_code == 404


def test_what_is_named_is_changed_and_all_else_stays(system, ticket, user):
    assert system.get(f"tickets/{ticket.public_id}/")["ETag"] == '"1"'

    answer = patched(system, ticket, summary="Gateway 3 down", assignee=user.public_id, impact=1)

    ticket.refresh_from_db()
    assert (answer.status_code, answer["ETag"]) == (200, '"2"')
    assert (ticket.summary, ticket.assignee, ticket.impact) == ("Gateway 3 down", user, 1)
    assert answer.json()["assignee"] == {"id": user.public_id, "name": "Monitoring"}
    assert patched(system, ticket, 2, assignee=None).json()["assignee"] is None


def test_a_status_is_named_and_brings_its_reason(system, ticket):
    pending = Status.objects.get(kind="incident", name="Pending")
    reason = StatusReason.objects.create(kind="incident", name="Waits for a part")
    reason.statuses.add(pending)

    blank = refused(patched(system, ticket, status="Pending"), 409)
    assert set(blank["fields"]) == {"reason"}
    done = patched(system, ticket, status="Pending", reason="Waits for a part").json()
    back = patched(system, ticket, 2, status="In Progress").json()

    assert (done["status"]["name"], done["reason"]) == ("Pending", "Waits for a part")
    assert (back["status"]["name"], back["reason"]) == ("In Progress", None)


def test_who_has_seen_another_version_changes_nothing(system, ticket):
    patched(system, ticket, summary="First")

    late = refused(patched(system, ticket, summary="Second", impact=9), 412)

    ticket.refresh_from_db()
    assert (late["code"], ticket.summary) == ("version_conflict", "First")


@pytest.mark.parametrize("tag", [{}, {"If-Match": "*"}, {"If-Match": "1"}, {"If-Match": '"x"'}])
def test_which_version_was_seen_has_to_be_said(system, ticket, tag):
    answer = system.patch(f"tickets/{ticket.public_id}/", {"summary": "A"}, **tag)

    assert refused(answer, 428)["code"] == "version_missing"


@pytest.mark.parametrize("body", [[], "text", 5])
def test_a_body_of_another_shape_is_refused(system, ticket, body):
    answer = system.patch(f"tickets/{ticket.public_id}/", body, **{"If-Match": '"1"'})

    assert answer.status_code == 400


def test_what_is_settled_for_good_stays_so(system, company):
    closed = TicketFactory(customer=CustomerFactory(company=company), status="Closed")

    assert refused(patched(system, closed, summary="A"), 409)["code"] == "ticket_not_open"
