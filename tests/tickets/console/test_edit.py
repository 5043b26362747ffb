"""A ticket edited by one person, and by two at once."""

import pytest
from django.urls import reverse

from tests.factories import CustomerFactory, TicketFactory, UserFactory
from tests.tickets.forms.test_ticket_form import sent
from tickets.console.views import edit
from tickets.models import RequiredField, Status, StatusReason
from tickets.services.lifecycle import save_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(company):
    return TicketFactory(customer=CustomerFactory(company=company), impact=4, urgency=3)


def post(client, ticket, **changed):
    return client.post(reverse("tickets:edit", args=[ticket.public_id]), sent(ticket, **changed))


def test_what_was_written_is_saved(client, ticket, worker):
    answer = post(client, ticket, summary="VPN drops hourly", impact="1")

    ticket.refresh_from_db()
    assert answer.url == reverse("tickets:ticket", args=[ticket.public_id])
    assert (ticket.summary, ticket.priority) == ("VPN drops hourly", 2)


def test_blank_required_fields_are_named_and_nothing_is_saved(client, ticket):
    for field in ("impact", "operational_category"):
        RequiredField.objects.create(kind="incident", field=field)

    answer = post(client, ticket, impact="", summary="Another")

    assert answer.status_code == 422
    assert "2 required fields are blank" in answer.text
    assert 'href="#f-impact"' in answer.text
    ticket.refresh_from_db()
    assert ticket.summary == "VPN drops every ten minutes"


def test_a_status_is_set_with_its_reason(client, ticket):
    resolved = Status.objects.get(kind="incident", name="Resolved")
    reason = StatusReason.objects.get(name="No longer a Causal CI")

    post(client, ticket, status=resolved.public_id, reason=reason.public_id)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.reason) == (resolved, reason)


def test_what_somebody_else_saved_stands_beside_what_was_written(client, ticket):
    said = sent(ticket, impact="2", summary="Mine")
    mary = UserFactory(name="Mary Lind")
    save_ticket(ticket.pk, by=mary, version=1, values={"impact": 1, "description": "Hers"})

    answer = client.post(reverse("tickets:edit", args=[ticket.public_id]), said)

    assert answer.status_code == 422
    assert "changed meanwhile by Mary Lind" in answer.text
    assert 'value="Mine"' in answer.text
    assert "<b>Now</b> 1 Extensive" in answer.text
    assert answer.context["form"]["description"].value() == "Hers"
    ticket.refresh_from_db()
    assert ticket.summary == "VPN drops every ten minutes"


def test_who_saves_in_the_same_moment_is_told_as_well(client, ticket, monkeypatch):
    said = sent(ticket, summary="Mine")

    def late(pk, **saved):
        monkeypatch.setattr(edit, "save_ticket", save_ticket)
        save_ticket(pk, by=UserFactory(), version=1, values={"summary": "Hers"})
        return save_ticket(pk, **saved)

    monkeypatch.setattr(edit, "save_ticket", late)
    answer = client.post(reverse("tickets:edit", args=[ticket.public_id]), said)

    assert answer.status_code == 422
    assert "<b>Now</b> Hers" in answer.text


def test_blank_fields_are_told_beside_what_somebody_else_saved(client, ticket):
    said = sent(ticket, summary="")
    save_ticket(ticket.pk, by=UserFactory(), version=1, values={"impact": 1})

    answer = client.post(reverse("tickets:edit", args=[ticket.public_id]), said)

    assert "changed meanwhile" in answer.text
    assert "1 required field is blank" in answer.text


def test_what_was_written_on_a_ticket_that_is_closed_meanwhile_can_be_copied(client, ticket):
    said = sent(ticket, summary="Mine")
    closed = Status.objects.get(kind="incident", name="Closed")
    reason = closed.reasons.first()
    save_ticket(ticket.pk, by=UserFactory(), version=1, values={}, status=closed, reason=reason)

    answer = client.post(reverse("tickets:edit", args=[ticket.public_id]), said)

    assert 'value="Mine"' in answer.text
    assert "It is settled for good" in answer.text
    assert "data-save" not in answer.text


def test_a_final_ticket_is_not_edited(client, company):
    ticket = TicketFactory(customer=CustomerFactory(company=company), status="Closed")
    address = reverse("tickets:edit", args=[ticket.public_id])

    assert client.get(address).url == reverse("tickets:ticket", args=[ticket.public_id])
    answer = client.post(address, sent(ticket, summary="Another"))
    assert answer.json()["code"] == "ticket_not_open"


@pytest.mark.parametrize("entries", [1, 20])
def test_as_many_queries_for_many_entries(client, ticket, entries, django_assert_num_queries):
    for number in range(entries):
        save_ticket(
            ticket.pk, by=UserFactory(), version=1 + number, values={"summary": f"S{number}"}
        )

    with django_assert_num_queries(15):
        client.get(reverse("tickets:edit", args=[ticket.public_id]))
