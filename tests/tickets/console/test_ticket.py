"""One ticket: read, talked on, resolved, opened again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from tests.factories import CustomerFactory, TicketFactory, UserFactory
from tickets.console import activity
from tickets.models import Activity, ChatOutcome, Status, StatusReason, Ticket
from tickets.services.activity import add_comment, add_work_note, record_activity
from tickets.services.lifecycle import save_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(company, worker):
    customer = CustomerFactory(company=company, name="Amara Okafor")
    return TicketFactory(customer=customer, opened=worker, impact=2, urgency=3)


def address(name, ticket):
    return reverse(f"tickets:{name}", args=[ticket.public_id])


def test_it_is_read_with_what_is_known_of_it(client, ticket):
    page = client.get(address("ticket", ticket)).text

    for text in (ticket.number, ticket.summary, "Amara Okafor", "3 Medium", "In Progress"):
        assert text in page
    assert "opened the incident" in page


def test_times_are_those_of_whoever_looks(client, ticket):
    Ticket.objects.filter(pk=ticket.pk).update(due_at=datetime(2026, 1, 3, 22, 30, tzinfo=UTC))

    assert "3 Jan" in client.get(address("ticket", ticket)).text
    assert "11:30 p.m." in client.get(address("ticket", ticket)).text


def test_a_ticket_of_another_company_is_not_there(client):
    assert client.get(address("ticket", TicketFactory())).status_code == 404


@pytest.mark.parametrize("name", ["say", "resolve", "reopen", "edit"])
def test_nothing_is_done_to_a_ticket_of_another_company(client, name):
    ticket = TicketFactory()

    answer = client.post(address(name, ticket), {"body": "x", "summary": "x", "version": 1})

    assert answer.status_code == 404
    assert Activity.objects.filter(ticket=ticket).count() == 1


def test_a_final_ticket_is_read_only(client, company):
    ticket = TicketFactory(customer=CustomerFactory(company=company), status="Closed")

    page = client.get(address("ticket", ticket)).text

    assert address("edit", ticket) not in page
    assert address("resolve", ticket) not in page
    assert address("reopen", ticket) not in page


# --- talk -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "made"), [("comment", "comment"), ("work_note", "work_note")])
def test_a_comment_and_a_note_are_told_apart(client, worker, ticket, kind, made):
    answer = client.post(address("say", ticket), {"kind": kind, "body": "Two\r\nlines"})

    last = Activity.objects.latest("pk")
    assert answer.status_code == 204
    assert (last.kind, last.body, last.author) == (made, "Two\nlines", worker)


def test_whatever_is_not_called_a_comment_is_a_note(client, ticket):
    client.post(address("say", ticket), {"kind": "comments", "body": "A"})

    assert Activity.objects.latest("pk").kind == "work_note"


@pytest.mark.parametrize("body", ["", "  ", "x" * 8001])
def test_what_cannot_be_said_is_refused(client, ticket, body):
    answer = client.post(address("say", ticket), {"body": body})

    assert (answer.status_code, answer.json()["code"]) == (409, "bad_text")


def test_the_stream_says_who_did_what(client, worker, ticket):
    add_comment(ticket.pk, body="Done?", by=worker)
    add_comment(ticket.pk, body="Not yet", by=ticket.customer)
    add_work_note(ticket.pk, body="Old profile", by=worker)
    save_ticket(ticket.pk, by=worker, version=1, values={"impact": 1, "description": "Long"})
    record_activity(ticket.pk, code="never_heard_of", name="Somebody")

    page = client.get(address("activity", ticket)).text

    for sentence in (
        "<b>Noor Haddad</b> wrote to the customer",
        "<b>Amara Okafor</b> wrote",
        "<b>Noor Haddad</b> added a work note",
        "<b>Noor Haddad</b> changed 3 fields",
        "Impact: 2 Significant, now 1 Extensive",
        "Description was changed",
        "<b>Somebody</b> changed the ticket",
    ):
        assert sentence in page


def test_a_due_time_is_told_in_the_zone_of_whoever_reads(client, worker, ticket):
    due = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    save_ticket(ticket.pk, by=worker, version=1, values={"due_at": due})

    assert "Due: 1 Jul 2 p.m." in client.get(address("activity", ticket)).text


@pytest.mark.parametrize(
    ("show", "texts"),
    [("comments", ["said"]), ("notes", ["noted"]), ("", ["said", "noted", "opened"]), ("x", None)],
)
def test_the_stream_is_filtered(client, worker, ticket, show, texts):
    add_comment(ticket.pk, body="said", by=worker)
    add_work_note(ticket.pk, body="noted", by=worker)

    page = client.get(address("activity", ticket), {"show": show}).text

    for text in ("said", "noted", "opened"):
        assert (text in page) is (texts is None or text in texts)


def test_earlier_entries_follow(client, worker, ticket, monkeypatch):
    monkeypatch.setattr(activity, "ENTRIES", 2)
    for number in range(4):
        add_work_note(ticket.pk, body=f"note {number}", by=worker)

    first = client.get(address("activity", ticket))
    second = client.get(address("activity", ticket), {"before": first.context["earlier"]})

    bodies = [[entry.body for entry in each.context["entries"]] for each in (first, second)]
    assert bodies == [["note 3", "note 2"], ["note 1", "note 0"]]


@pytest.mark.parametrize("before", ["x", "2026-01-01", "2026-99-01T00:00", "\0"])
def test_an_end_that_is_none_is_left_out(client, ticket, before):
    answer = client.get(address("activity", ticket), {"before": before})

    assert "opened the incident" in answer.text


# --- resolved, opened again -----------------------------------------------------------------------


def outcome(name):
    row = ChatOutcome.objects.select_related("status", "reason").get(
        kind="incident", outcome="ended", status__name=name, reason__name__startswith="No Further"
    )
    return f"{row.status.public_id}.{row.reason.public_id}"


def test_it_is_resolved_with_status_reason_and_resolution(client, ticket):
    said = {
        "outcome": outcome("Resolved"),
        "resolution": "New profile",
        "version": ticket.version,
    }

    answer = client.post(address("resolve", ticket), said)

    ticket.refresh_from_db()
    assert answer.url == address("ticket", ticket)
    assert (str(ticket.status), ticket.resolution) == ("Resolved", "New profile")
    assert [str(each) for each in get_messages(answer.wsgi_request)] == [
        f"{ticket.number} is settled."
    ]


def test_what_cannot_be_chosen_is_refused(client, ticket):
    answer = client.post(address("resolve", ticket), {"outcome": "x.y", "version": 1})

    assert (answer.status_code, answer.json()["code"]) == (409, "fields_wrong")


def test_a_ticket_that_somebody_settled_is_not_settled_twice(client, company):
    ticket = TicketFactory(customer=CustomerFactory(company=company), status="Resolved")

    answer = client.post(
        address("resolve", ticket), {"outcome": outcome("Closed"), "version": ticket.version}
    )

    assert answer.json()["code"] == "ticket_not_open"


def test_a_resolved_ticket_is_opened_again(client, company):
    ticket = TicketFactory(customer=CustomerFactory(company=company), status="Resolved")
    status = Status.objects.get(kind="incident", name="Assigned")

    client.post(address("reopen", ticket), {"status": f"{status.public_id}.", "version": 1})

    ticket.refresh_from_db()
    assert (ticket.status, ticket.settled_at) == (status, None)


def test_where_a_status_has_reasons_one_is_chosen_with_it(client, company):
    ticket = TicketFactory(customer=CustomerFactory(company=company), status="Resolved")
    status = Status.objects.get(kind="incident", name="Assigned")
    reason = StatusReason.objects.create(kind="incident", name="Fault came back")
    reason.statuses.add(status)
    page = client.get(address("ticket", ticket)).text
    said = {"status": f"{status.public_id}.", "version": 1}

    assert "Assigned, Fault came back</option>" in page
    assert "Assigned</option>" not in page
    assert client.post(address("reopen", ticket), said).json()["code"] == "fields_wrong"
    said["status"] += reason.public_id
    client.post(address("reopen", ticket), said)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.reason) == (status, reason)


@pytest.mark.parametrize("version", ["", "x", "7", "9" * 30])
def test_it_is_not_opened_again_by_who_saw_another_version(client, company, version):
    ticket = TicketFactory(customer=CustomerFactory(company=company), status="Resolved")
    status = Status.objects.get(kind="incident", name="Assigned")

    said = {"status": f"{status.public_id}.", "version": version}
    answer = client.post(address("reopen", ticket), said)

    assert answer.json()["code"] == "version_conflict"


@pytest.mark.parametrize("status", ["", "\0", "nobody-has-this-id-here"])
def test_it_is_opened_again_as_something(client, company, status):
    ticket = TicketFactory(customer=CustomerFactory(company=company), status="Resolved")

    answer = client.post(address("reopen", ticket), {"status": status, "version": 1})

    assert answer.json()["code"] == "fields_wrong"


@pytest.mark.parametrize("entries", [1, 20])
def test_as_many_queries_for_many_entries(client, ticket, entries, django_assert_num_queries):
    for _each in range(entries):
        add_work_note(ticket.pk, body="note", by=UserFactory())

    with django_assert_num_queries(9):
        client.get(address("ticket", ticket))


def test_what_is_past_its_due_time_says_so(client, ticket):
    Ticket.objects.filter(pk=ticket.pk).update(due_at=timezone.now() - timedelta(days=1))

    assert "chip danger" in client.get(address("ticket", ticket)).text


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+23:59", "2026-03-31T08:00:00Z"])
def test_a_text_that_looks_like_a_moment_stays_a_text(client, worker, ticket, text):
    save_ticket(ticket.pk, by=worker, version=ticket.version, values={"summary": text})
    ticket.refresh_from_db()
    save_ticket(ticket.pk, by=worker, version=ticket.version, values={"summary": "Gateway down"})

    for name in ("ticket", "activity", "edit"):
        assert f"{text}, now Gateway down" in client.get(address(name, ticket)).text


def test_a_resolution_that_somebody_else_wrote_is_not_overwritten(client, worker, ticket):
    seen = settling(client, ticket, resolution="draft 1")
    save_ticket(ticket.pk, by=worker, version=ticket.version, values={"resolution": "With care."})

    response = client.post(address("resolve", ticket), seen)

    assert response.status_code == 409
    ticket.refresh_from_db()
    assert (ticket.status.stage, ticket.resolution) == ("open", "With care.")


def test_that_a_resolution_was_changed_stands_in_the_activity(client, ticket):
    client.post(address("resolve", ticket), settling(client, ticket, resolution="Rebooted"))

    assert "Resolution was changed" in client.get(address("activity", ticket)).text
    step = ticket.activities.latest_first()[0]
    assert step.data["changes"]["resolution"] == ["", "…"]


def settling(client, ticket, **more):
    """The dialog's form as its page has it."""
    usual = ChatOutcome.objects.usual("incident", "ended")
    reason = usual.reason.public_id if usual.reason else ""
    return {
        "outcome": f"{usual.status.public_id}.{reason}",
        "version": str(Ticket.objects.get(pk=ticket.pk).version),
        **more,
    }


@pytest.mark.parametrize("before", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"])
def test_the_ends_of_time_are_no_end_of_the_stream(client, ticket, before):
    assert client.get(address("activity", ticket), {"before": before}).status_code == 200
