"""Ticket templates and required fields in the admin."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.admin_pages import address, errors, save
from tests.factories import (
    AssignmentGroupFactory,
    CategoryFactory,
    CompanyFactory,
    ServiceFactory,
    TicketFactory,
    TicketTemplateFactory,
)
from tickets.models import RequiredField, TicketTemplate

pytestmark = pytest.mark.django_db
LIST = "/admin/tickets/tickettemplate/"


def required(kind, field, number=0):
    return {f"required_fields-{number}-kind": kind, f"required_fields-{number}-field": field}


def listed(page):
    return {row.name for row in page.context["cl"].result_list}


def test_it_is_saved_with_what_it_fills_in_and_requires(client, announced):
    template, category = TicketTemplateFactory(), CategoryFactory()

    save(
        client,
        template,
        operational_category=category.pk,
        impact=3,
        **required("incident", "impact"),
        **{"required_fields-TOTAL_FORMS": 1},
    )

    template.refresh_from_db()
    assert template.presets == {"impact": 3, "operational_category": category}
    assert RequiredField.objects.of("incident", template) == ["impact"]
    assert announced == [template, template.required_fields.get()]
    history = client.get(address("history", template)).text
    assert "incident: Impact" in history


def test_the_page_says_what_stays_blank(client):
    template = TicketTemplateFactory(impact=3, for_work_orders=True)
    for field in ("impact", "site", "operational_category"):
        template.required_fields.create(kind="incident", field=field)

    page = client.get(address("change", template)).text

    assert "Operational category, Site (unless the chat says)" in page
    assert "Nothing: the ticket is created at once." in page


@pytest.mark.parametrize("made", [AssignmentGroupFactory, ServiceFactory])
def test_what_belongs_to_another_company_is_not_filled_in(client, made):
    row = made(company=CompanyFactory())
    name = "group" if made is AssignmentGroupFactory else "service"
    ours, all_round = TicketTemplateFactory(company=row.company), TicketTemplateFactory()

    refused = save(client, all_round, **{name: row.pk})
    save(client, ours, **{name: row.pk})

    assert "It belongs to one company" in errors(refused)
    ours.refresh_from_db()
    assert getattr(ours, name) == row


def test_retired_rows_are_not_offered_those_it_has_stay(client):
    kept = ServiceFactory(name="Fax")
    template = TicketTemplateFactory(service=kept)
    for row in (kept, ServiceFactory(name="Pager")):
        row.retired_at = timezone.now()
        row.save()

    page = client.get(address("change", template)).text

    assert "Fax" in page
    assert "Pager" not in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"for_incidents": None}, "Choose at least one kind"),
        ({**required("work_order", "impact"), "required_fields-TOTAL_FORMS": 1}, "this kind"),
        (
            {
                "active_from_0": "2026-06-01", "active_from_1": "08:00",
                "active_until_0": "2026-06-01", "active_until_1": "07:00",
            },
            "later than the first",
        ),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_in_words(client, changes, said):
    answer = save(client, TicketTemplateFactory(), **changes)

    assert answer.status_code == 200
    assert said in answer.text


def test_those_offered_now_are_found(client):
    now, hour = timezone.now(), timedelta(hours=1)
    TicketTemplateFactory(name="now", active_from=now - hour, active_until=now + hour)
    TicketTemplateFactory(name="over", active_until=now - hour)
    TicketTemplateFactory(name="ahead", active_from=now + hour)
    TicketTemplateFactory(name="retired", retired_at=now)

    assert listed(client.get(f"{LIST}?offered=yes")) == {"now"}
    assert listed(client.get(f"{LIST}?offered=no")) == {"over", "ahead", "retired"}
    rows = client.get(LIST).context["cl"].result_list
    assert {row.name for row in rows if row.is_offered(now)} == {"now"}


def test_it_is_found_by_what_it_is_for(client):
    TicketTemplateFactory(name="Remote access", purpose="VPN does not connect")
    TicketTemplateFactory(name="Printer")

    assert listed(client.get(f"{LIST}?q=vpn")) == {"Remote access"}


def test_one_with_tickets_is_not_deleted(client):
    template = TicketTemplateFactory()
    TicketFactory().__class__.objects.update(template=template)

    answer = client.post(address("delete", template), {"post": "yes"})

    assert "1 tickets" in answer.text
    assert TicketTemplate.objects.filter(pk=template.pk).exists()


def test_a_field_is_required_in_every_ticket_of_a_kind_once(client, announced):
    page = "/admin/tickets/requiredfield/add/"
    fields = {"kind": "incident", "field": "impact", "template": ""}

    client.post(page, fields)
    again = client.post(page, fields)

    assert RequiredField.objects.of("incident") == ["impact"]
    assert announced == [RequiredField.objects.get()]
    assert "It is required in every ticket of this kind already." in errors(again)
