"""A ticket is opened with what is known, and not while something required is blank."""

import itertools

import pytest

from tests.factories import (
    AssetFactory,
    AssignmentGroupFactory,
    CategoryFactory,
    CompanyFactory,
    CustomerFactory,
    ServiceFactory,
    SiteFactory,
    TicketFactory,
    TicketTemplateFactory,
    UserFactory,
)
from tickets.exceptions import TicketFieldsError
from tickets.models import Activity, PriorityRule, RequiredField, Ticket
from tickets.services.lifecycle import open_ticket

pytestmark = pytest.mark.django_db


def opened(kind="incident", **values):
    customer = values.pop("customer", None) or CustomerFactory()
    values = {"summary": "The printer is offline", **values}
    return open_ticket(kind, customer=customer, values=values, source="console", by=UserFactory())


def test_it_has_a_number_of_its_kind_and_the_status_that_a_chat_writes():
    incident, order = opened(), opened("work_order")

    assert incident.number.startswith("INC-")
    assert order.number.startswith("WO-")
    assert (incident.status.name, order.status.name) == ("In Progress", "In Progress")


def test_numbers_rise_by_steps_that_tell_nobody_how_many_there_are():
    numbers = [int(opened().number.removeprefix("INC-")) for _ in range(40)]

    steps = {after - before for before, after in itertools.pairwise(numbers)}
    assert min(steps) >= 1
    assert len(steps) > 3


def test_what_is_required_must_not_be_blank_and_nothing_is_made():
    RequiredField.objects.create(kind="incident", field="impact")
    RequiredField.objects.create(kind="work_order", field="site")

    with pytest.raises(TicketFieldsError) as refused:
        opened()

    assert refused.value.fields == {"impact": "Impact is blank."}
    assert not Ticket.objects.exists()


def test_a_template_may_require_more():
    template = TicketTemplateFactory()
    RequiredField.objects.create(kind="incident", field="service", template=template)
    values = {"summary": "VPN drops"}

    with pytest.raises(TicketFieldsError, match="Service is blank"):
        open_ticket(
            "incident", customer=CustomerFactory(), values=values, source="chat", template=template
        )

    assert opened().service is None


def test_its_priority_comes_from_the_matrix():
    PriorityRule.objects.filter(impact=2, urgency=1).update(priority=4)

    assert opened(impact=2, urgency=1).priority == 4
    assert opened(impact=2).priority is None


@pytest.mark.parametrize(
    ("field", "make"),
    [
        ("site", SiteFactory),
        ("asset", AssetFactory),
        ("contact", CustomerFactory),
        ("service", lambda: ServiceFactory(company=CompanyFactory())),
        ("group", lambda: AssignmentGroupFactory(company=CompanyFactory())),
        ("operational_category", lambda: CategoryFactory(tree="product")),
        ("assignee", UserFactory),
    ],
)
def test_what_belongs_elsewhere_does_not_fit(field, make):
    with pytest.raises(TicketFieldsError) as refused:
        opened(**{field: make()})

    assert set(refused.value.fields) == {field}


def test_an_assignee_is_in_the_group():
    customer = CustomerFactory()
    group = AssignmentGroupFactory()
    inside, outside = UserFactory.create_batch(2, companies=[customer.company])
    group.members.add(inside)

    assert opened(customer=customer, group=group, assignee=inside).assignee == inside
    with pytest.raises(TicketFieldsError, match="not in the assigned group"):
        opened(customer=customer, group=group, assignee=outside)


def test_its_opening_stands_in_its_activity():
    user = UserFactory()
    ticket = TicketFactory(opened=user)

    step = Activity.objects.get(ticket=ticket)
    assert (step.code, step.author_name, step.data) == ("opened", user.name, {"source": "chat"})
