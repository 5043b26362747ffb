"""What is written in the form of a ticket, and what becomes of it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from tests.factories import (
    AssetFactory,
    AssignmentGroupFactory,
    CategoryFactory,
    CustomerFactory,
    ServiceFactory,
    SiteFactory,
    TicketFactory,
    TicketTemplateFactory,
    UserFactory,
    seeded_statuses,
)
from tickets.forms import TicketForm
from tickets.models import RequiredField, Status, StatusReason, Ticket
from tickets.services.lifecycle import open_ticket, save_ticket

pytestmark = pytest.mark.django_db


def sent(ticket, **changed):
    """What the page of this ticket sends, with these fields as somebody wrote them."""
    form = TicketForm(ticket)
    said = {"version": form["version"].value(), "seen": form["seen"].value() or ""}
    for name in form.drawn:
        said |= form._sent(name)
    return {**said, **changed}


def errors(form):
    return {name: form.errors[name][0] for name in form.errors}


def new(**values):
    seeded_statuses()
    customer = CustomerFactory()
    return Ticket(kind="incident", customer=customer, company=customer.company, **values)


def test_what_the_page_sends_back_unchanged_changes_nothing():
    company = CustomerFactory().company
    ticket = TicketFactory(
        customer=CustomerFactory(company=company),
        contact=CustomerFactory(company=company, name="Bo"),
        site=SiteFactory(company=company),
        asset=AssetFactory(company=company),
        operational_category=CategoryFactory(parent=CategoryFactory()),
        description="  Two lines,\nas they were.\n",
        impact=2,
        urgency=3,
        due_at=datetime(2026, 3, 1, 12, 30, 45, tzinfo=UTC),
    )
    form = TicketForm(ticket, sent(ticket, description="  Two lines,\r\nas they were.\r\n"))

    assert form.is_valid()
    saved = save_ticket(ticket.pk, by=UserFactory(), version=1, values=form.values)

    assert saved.version == 1


def test_a_new_ticket_has_neither_status_nor_version():
    ticket = new(summary="VPN drops")

    form = TicketForm(ticket, {"summary": "VPN drops"})

    assert form.is_valid()
    assert "status" not in form.fields
    customer = ticket.customer
    assert open_ticket("incident", customer=customer, values=form.values, source="chat").pk


def test_blank_required_fields_are_listed_in_the_order_of_the_form():
    for field in ("service", "impact"):
        RequiredField.objects.create(kind="incident", field=field)
    template = TicketTemplateFactory()
    RequiredField.objects.create(kind="incident", field="operational_category", template=template)

    form = TicketForm(new(template=template), {"summary": " "})

    assert not form.is_valid()
    names = [field.name for field in form.blanks]
    assert names == ["summary", "impact", "operational_category", "service"]
    assert errors(form)["impact"] == "Choose an impact"


def test_what_a_template_fills_in_stands_there():
    group = AssignmentGroupFactory(name="Network")
    template = TicketTemplateFactory(group=group, impact=2)

    form = TicketForm(new(template=template, **template.presets))

    assert (form["group"].value(), form["impact"].value()) == (group.public_id, "2")


def test_only_what_the_company_has_is_offered():
    ticket = new()
    ours = SiteFactory(company=ticket.company, name="Harbour")
    SiteFactory(name="Elsewhere")
    foreign = AssetFactory()

    form = TicketForm(ticket, {"summary": "A", "asset": foreign.public_id})

    assert form.drawn["site"].options == [(ours.name, "Harbour")]
    assert errors(form) == {"asset": "This cannot be chosen any more. Choose again."}


def test_what_went_out_of_use_may_stay_and_is_not_offered_to_others():
    service = ServiceFactory(retired_at=None)
    ticket = TicketFactory(service=service)
    service.retired_at = timezone.now()
    service.save(update_fields=["retired_at"])

    assert TicketForm(ticket, sent(ticket)).is_valid()
    assert TicketForm(new()).drawn["service"].options == []


@pytest.mark.parametrize(
    ("text", "found"),
    [("LT-7", True), ("lt-7", True), ("host-7", True), ("LT", False), ("Laptop", False)],
)
def test_without_a_script_a_row_is_found_by_what_it_is_called(text, found):
    ticket = new()
    asset = AssetFactory(company=ticket.company, tag="LT-7", hostname="host-7")

    form = TicketForm(ticket, {"summary": "A", "asset_text": text})

    assert form.is_valid() is found
    assert form.cleaned_data.get("asset") == (asset if found else None)


def test_what_is_written_counts_when_it_is_not_what_was_chosen():
    ticket = new()
    first, second = AssetFactory.create_batch(2, company=ticket.company)
    written = {"summary": "A", "asset": first.public_id, "asset_text": second.tag}

    form = TicketForm(ticket, written)
    emptied = TicketForm(ticket, {**written, "asset_text": " "})

    assert form.is_valid()
    assert form.values["asset"] == second
    assert emptied.is_valid()
    assert emptied.values["asset"] is None


def test_two_of_one_name_are_not_guessed():
    ticket = new()
    CustomerFactory.create_batch(2, company=ticket.company, name="Bo")

    form = TicketForm(ticket, {"summary": "A", "contact_text": "Bo"})

    assert errors(form) == {"contact": "Several are called so. Choose from the list."}


def test_a_category_is_found_by_its_path():
    drops = CategoryFactory(name="Drops", parent=CategoryFactory(name="VPN"))
    CategoryFactory(name="Drops")

    form = TicketForm(new(), {"summary": "A", "operational_category_text": "vpn › drops"})

    assert form.is_valid()
    assert form.values["operational_category"] == drops


@pytest.mark.parametrize("text", ["", "a › b › c › d › e", "\0", "›"])
def test_a_path_that_is_none_is_no_accident(text):
    assert TicketForm(new(), {"summary": "A", "product_category_text": text}).is_valid() is (
        text.strip("\0") == ""
    )


def test_times_are_those_of_whoever_looks():
    ticket = TicketFactory(due_at=datetime(2026, 7, 1, 12, 0, tzinfo=UTC))

    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert TicketForm(ticket)["due_at"].value() == "2026-07-01T14:00"
        form = TicketForm(ticket, sent(ticket, due_at="2026-07-01T09:00"))
        assert form.is_valid()

    assert form.values["due_at"] == datetime(2026, 7, 1, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["0001-01-01T00:00", "9999-12-31T23:59", "tomorrow", "2026-13-01"])
def test_a_moment_that_is_none_is_said_to_be(text):
    with timezone.override(ZoneInfo("Pacific/Auckland")):
        assert "due_at" in TicketForm(new(), {"summary": "A", "due_at": text}).errors


def test_only_legal_steps_are_offered_and_reasons_know_their_statuses():
    form = TicketForm(TicketFactory(status="Resolved"))

    names = [name for _key, name in form.drawn["status"].options]
    closed = Status.objects.get(kind="incident", name="Closed")
    assert names == ["New", "Assigned", "In Progress", "Resolved", "Closed"]
    assert all(closed.public_id in statuses for *_, statuses in form.drawn["reason"].statuses)


def test_a_status_that_has_reasons_asks_for_one():
    ticket = TicketFactory()
    resolved = Status.objects.get(kind="incident", name="Resolved")
    reason = StatusReason.objects.filter(kind="incident").first()

    asked = TicketForm(ticket, sent(ticket, status=resolved.public_id))
    given = TicketForm(ticket, sent(ticket, status=resolved.public_id, reason=reason.public_id))

    assert errors(asked) == {"reason": "Choose a status reason."}
    assert given.is_valid()


def test_what_a_service_refuses_stands_at_its_field():
    ticket = TicketFactory()
    outsider = UserFactory(all_companies=True)
    group = AssignmentGroupFactory()
    group.members.add(UserFactory())
    said = sent(ticket, group=group.public_id, assignee_text=outsider.email)
    form = TicketForm(ticket, said)
    assert form.is_valid()

    with form.landing():
        save_ticket(ticket.pk, by=outsider, version=1, values=form.values)

    assert errors(form) == {"assignee": "This person is not in the assigned group."}
    assert [field.name for field in form.wrongs] == ["assignee"]


def test_the_priority_is_what_the_matrix_says():
    form = TicketForm(new(), {"summary": "A", "impact": "1", "urgency": "3"})

    assert form.priority == "2 High"
    assert TicketForm(new(impact=1)).priority == ""


# --- two people at once ---------------------------------------------------------------------------


def changed(ticket, **values):
    return save_ticket(ticket.pk, by=UserFactory(), version=ticket.version, values=values)


def test_what_only_the_other_changed_follows():
    ticket = TicketFactory(impact=4)
    said = sent(ticket, summary="Mine")

    now = changed(ticket, impact=1, description="Theirs")
    form = TicketForm.beside(now, said)

    assert form.is_valid()
    assert (form.values["summary"], form.values["impact"]) == ("Mine", 1)
    assert form.values["description"] == "Theirs"
    assert not form.held


def test_what_both_changed_stays_as_written_and_says_what_holds():
    ticket = TicketFactory(impact=4)
    said = sent(ticket, impact="2", summary="Mine")

    form = TicketForm.beside(changed(ticket, impact=1), said)

    assert form.is_valid()
    assert form.values["impact"] == 2
    assert [(field.name, field.field.holds) for field in form.held] == [("impact", "1 Extensive")]


def test_what_both_changed_alike_is_no_matter():
    ticket = TicketFactory()
    drops = CategoryFactory(name="Drops")
    said = sent(ticket, impact="1", operational_category_text="drops")

    form = TicketForm.beside(changed(ticket, impact=1, operational_category=drops), said)

    assert not form.held


def test_it_can_be_saved_after_a_look():
    ticket = TicketFactory()
    form = TicketForm.beside(changed(ticket, summary="Theirs"), sent(ticket, summary="Mine"))

    assert form.is_valid()
    version = form.cleaned_data["version"]
    saved = save_ticket(ticket.pk, by=UserFactory(), version=version, values=form.values)

    assert saved.summary == "Mine"


@pytest.mark.parametrize("seen", ["", "{", "[]", "null", '{"summary": 3}'])
def test_without_what_was_seen_nothing_written_is_lost(seen):
    ticket = TicketFactory()
    now = changed(ticket, impact=1)

    form = TicketForm.beside(now, sent(ticket, summary="Mine", seen=seen))

    assert form.is_valid()
    assert form.values["summary"] == "Mine"
    assert {field.name for field in form.held} == {"summary", "impact"}


def test_as_many_queries_for_many_rows(django_assert_num_queries):
    ticket = TicketFactory()

    def build():
        form = TicketForm(Ticket.objects.with_pages_data().get(pk=ticket.pk))
        return [field.value() for field in form], form.priorities

    with django_assert_num_queries(9):
        build()
    for make in (AssignmentGroupFactory, ServiceFactory, CategoryFactory):
        make.create_batch(20)
    with django_assert_num_queries(9):
        build()
