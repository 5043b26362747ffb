"""/api/v1/tickets/ for staff and other systems: read, talked on, resolved."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import (
    ApiTokenFactory,
    CustomerFactory,
    TicketFactory,
    UserFactory,
)
from tests.livechat.api.conftest import Caller, problem_of
from tickets.models import Activity, ChatOutcome, Ticket
from tickets.services.tokens import make_secret

pytestmark = pytest.mark.django_db


def test_it_reads_the_tickets_of_its_companies(system, ticket):
    TicketFactory()

    [found] = system.get("tickets/").json()["results"]

    assert (found["id"], found["number"]) == (ticket.public_id, ticket.number)
    assert found["status"] == {"name": ticket.status.name, "stage": "open"}
    assert found["customer"] == {"id": ticket.customer.public_id, "name": ticket.customer.name}
    assert system.get(f"tickets/{ticket.public_id}/").json() == found


def test_other_companies_tickets_are_as_those_that_are_not_there(system):
    other, nothing = TicketFactory().public_id, "x" * 22
    for tail, said in (("", None), ("notes/", {"body": "x"}), ("resolve/", {})):
        send = system.get if said is None else system.post
        answers = [
            problem_of(send(f"tickets/{one}/{tail}", *([said] if said is not None else [])), 404)
            for one in (other, nothing)
        ]
        assert answers[0] | {"request_id": ""} == answers[1] | {"request_id": ""}
    assert not Activity.objects.filter(kind="work_note").exists()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "incident"}, {"a", "b"}),
        ({"stage": ["pending", "resolved"]}, {"b"}),
        ({"number": "{number}"}, {"a"}),
        ({"customer": "{customer}"}, {"a"}),
        ({"company": "{company}"}, {"a", "b", "c"}),
        ({"assignee": "{user}"}, {"c"}),
        ({"updated_after": "{moment}"}, {"a", "b"}),
    ],
)
def test_filters_narrow(system, company, user, query, found):
    customer = CustomerFactory(company=company)
    first = TicketFactory(summary="a", customer=customer)
    others = CustomerFactory(company=company)
    TicketFactory(summary="b", status="Pending", customer=others)
    order = TicketFactory(summary="c", kind="work_order", customer=others)
    now = timezone.now()
    Ticket.objects.filter(pk=order.pk).update(assignee=user, updated_at=now - timedelta(hours=2))
    names = {
        "number": first.number.lower(),
        "customer": customer.public_id,
        "company": company.public_id,
        "user": user.public_id,
        "moment": (now - timedelta(hours=1)).isoformat(),
    }
    asked = {
        name: value if isinstance(value, list) else value.format(**names)
        for name, value in query.items()
    }

    shown = system.get("tickets/", **asked).json()["results"]

    assert {each["summary"] for each in shown} == found


@pytest.mark.parametrize(
    "query",
    [
        {"kind": "x"},
        {"stage": "x"},
        {"updated_after": "x"},
        {"updated_after": "9999-12-31T23:59:59-23:59"},
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(system, query):
    assert set(problem_of(system.get("tickets/", **query), 400)["fields"]) == set(query)


def test_a_list_asks_as_often_for_many(system, company):
    def queries(count):
        for _ in range(count):
            somebody = UserFactory(agent=True, companies=[company])
            TicketFactory(customer=CustomerFactory(company=company), assignee=somebody)
        with CaptureQueriesContext(connection) as asked:
            system.get("tickets/")
        return len(asked)

    queries(1)
    assert queries(1) == queries(8)


def test_it_notes_and_writes_to_the_customer_and_reads_both(system, ticket):
    note = system.post(f"tickets/{ticket.public_id}/notes/", {"body": "Seen by the monitor."})
    comment = system.post(f"tickets/{ticket.public_id}/comments/", {"body": "We are on it."})

    assert (note.status_code, comment.status_code) == (201, 201)
    latest = system.get(f"tickets/{ticket.public_id}/activity/").json()["results"][:2]
    assert latest == [comment.json(), note.json()]
    assert [each["kind"] for each in latest] == ["comment", "work_note"]
    assert {each["author"] for each in latest} == {"Monitoring"}


def test_a_note_under_its_key_stands_once(system, ticket):
    key = {"Idempotency-Key": "alert-17"}
    path, said = f"tickets/{ticket.public_id}/notes/", {"body": "Down again."}

    assert system.post(path, said, **key).json() == system.post(path, said, **key).json()
    assert Activity.objects.filter(kind="work_note").count() == 1


def test_it_resolves_as_usual_or_by_name(system, company):
    customer = CustomerFactory(company=company)
    usual, named = (TicketFactory(customer=customer) for _ in range(2))
    rows = ChatOutcome.objects.choices_for("incident", ChatOutcome.Outcome.ENDED)
    first, other = rows.get(is_usual=True), rows.filter(is_usual=False, reason=None).first()
    other = other or rows.filter(is_usual=False).first()
    choice = {"status": str(other.status), "reason": str(other.reason or "")}

    done = system.post(f"tickets/{usual.public_id}/resolve/", {"resolution": "Back up."}).json()
    chosen = system.post(f"tickets/{named.public_id}/resolve/", choice).json()

    assert (done["status"]["name"], done["resolution"]) == (str(first.status), "Back up.")
    assert (chosen["status"]["name"], chosen["reason"] or "") == tuple(choice.values())


def test_what_cannot_be_chosen_is_named_and_what_is_settled_stays_so(system, ticket):
    path = f"tickets/{ticket.public_id}/resolve/"
    refused = system.post(path, {"status": "Nonsense"})
    assert (refused.status_code, refused.json()["code"]) == (409, "fields_wrong")
    assert "Resolved" in refused.json()["fields"]["status"][0]

    system.post(path)
    again = system.post(path)
    assert (again.status_code, again.json()["code"]) == (409, "ticket_not_open")


def test_staff_who_work_on_no_tickets_and_customers_are_refused(as_customer, ticket):
    caller = Caller(Client())
    caller.headers = {
        "Authorization": f"Bearer {make_secret(ApiTokenFactory(user=UserFactory()).pk)}"
    }
    assert problem_of(caller.get("tickets/"), 403)["code"] == "forbidden"

    customer = as_customer(ticket.customer)
    for tail in ("notes/", "resolve/"):
        refused = customer.post(f"tickets/{ticket.public_id}/{tail}", {"body": "x"})
        assert problem_of(refused, 403)["code"] == "forbidden"
    assert customer.get(f"tickets/{ticket.public_id}/activity/").status_code == 403


def test_a_customers_list_knows_no_filters_of_staff(as_customer, ticket, user):
    Ticket.objects.update(assignee=user)
    customer = as_customer(ticket.customer)

    mine = customer.get("tickets/", assignee=UserFactory().public_id).json()["results"]
    assert [each["id"] for each in mine] == [ticket.public_id]


def test_it_resolves_only_what_it_has_seen(system, ticket):
    refused = system.post(f"tickets/{ticket.public_id}/resolve/", {"version": ticket.version + 1})

    assert (refused.status_code, refused.json()["code"]) == (409, "version_conflict")
    assert Ticket.objects.get().status.stage == "open"
