"""Assigned groups, services and categories in the admin."""

import pytest
from django.core.exceptions import ValidationError

from tests.admin_pages import act, address, errors, notices, save
from tests.factories import (
    AssignmentGroupFactory,
    CategoryFactory,
    CompanyFactory,
    CustomerFactory,
    ServiceFactory,
    TicketFactory,
    TicketTemplateFactory,
    UserFactory,
)
from tickets.models import AssignmentGroup, Category, Service
from tickets.models.catalogue import DEPTH

CATEGORIES = "/admin/tickets/category/"


def branch(levels, tree="operational", names=None):
    """Categories below each other; the lowest of them."""
    above = None
    for level in range(levels):
        above = CategoryFactory(tree=tree, parent=above, name=(names or "ABCDEF")[level])
    return above


def shown(page):
    return [category.path for category in page.context["cl"].result_list]


def test_a_group_is_saved_with_its_members_and_announced(client, announced):
    group, noor = AssignmentGroupFactory(), UserFactory()

    save(client, group, name="Network", members=[noor.pk])

    group.refresh_from_db()
    assert (group.name, [*group.members.all()], announced) == ("Network", [noor], [group])
    history = client.get(address("history", group)).text
    assert noor.name in history
    assert "Network" in history


def test_members_of_a_companys_group_work_for_that_company(client):
    group = AssignmentGroupFactory(company=CompanyFactory(name="Halden"))
    ours, all_round = UserFactory(companies=[group.company]), UserFactory(all_companies=True)
    stranger = UserFactory(name="Theo Okonjo")

    refused = save(client, group, members=[ours.pk, stranger.pk])
    save(client, group, members=[ours.pk, all_round.pk])

    assert "Not working for Halden: Theo Okonjo." in errors(refused)
    assert {*group.members.all()} == {ours, all_round}


def test_its_list_counts_members_and_tickets_apart(client):
    group = AssignmentGroupFactory()
    group.members.add(*UserFactory.create_batch(2))
    TicketFactory.create_batch(2, group=group)
    TicketFactory(group=group, status="Resolved")

    (row,) = client.get("/admin/tickets/assignmentgroup/").context["cl"].result_list

    assert (row.member_count, row.ticket_count, row.unsettled) == (2, 3, 2)


@pytest.mark.parametrize("made", [AssignmentGroupFactory, ServiceFactory])
def test_what_other_companies_use_does_not_become_one_companys(client, made):
    row = made()
    name = "group" if isinstance(row, AssignmentGroup) else "service"
    TicketFactory(**{name: row})

    answer = save(client, row, company=CompanyFactory().pk)

    assert "1 tickets of other companies have it" in errors(answer)


@pytest.mark.parametrize("made", [AssignmentGroupFactory, ServiceFactory])
@pytest.mark.parametrize("how", ["page", "action"])
def test_what_a_template_fills_in_is_not_retired(client, made, how):
    row = made()
    name = "group" if isinstance(row, AssignmentGroup) else "service"
    TicketTemplateFactory(name="VPN fault", **{name: row})

    if how == "page":
        said = errors(save(client, row, retired="on"))
    else:
        said = notices(act(client, "retire", row))

    assert "The template VPN fault fills it in" in said
    row.refresh_from_db()
    assert row.retired_at is None


@pytest.mark.parametrize("made", [AssignmentGroupFactory, ServiceFactory])
def test_there_is_one_of_a_name_for_all_companies(client, made):
    first, second = made(), made()

    answer = save(client, second, name=first.name)

    assert "There is one of this name for all companies already." in errors(answer)


def test_a_group_with_tickets_is_not_deleted(client):
    group = AssignmentGroupFactory()
    TicketFactory(group=group)

    answer = client.post(address("delete", group), {"post": "yes"})

    assert "1 tickets" in answer.text
    assert AssignmentGroup.objects.filter(pk=group.pk).exists()


def test_a_service_that_nothing_says_is_deleted_and_announced(client, announced):
    service = ServiceFactory()

    client.post(address("delete", service), {"post": "yes"})

    assert not Service.objects.filter(pk=service.pk).exists()
    assert [row.name for row in announced] == [service.name]


def test_categories_are_listed_as_a_tree(client):
    vpn = branch(2, names=["Network", "VPN"])
    CategoryFactory(name="network cards", parent=None)
    CategoryFactory(name="Wi-Fi", parent=vpn.parent, order=5)
    CategoryFactory(name="Accounts", parent=None, order=200)
    branch(1, tree="product", names=["Laptop"])

    page = client.get(CATEGORIES)

    assert shown(page) == [
        "Network", "Network › Wi-Fi", "Network › VPN", "network cards", "Accounts", "Laptop",
    ]  # fmt: skip
    assert "branch-1" in page.text


def test_a_category_is_found_by_what_stands_above_it(client):
    branch(3, names=["Network", "VPN", "Profile"])
    CategoryFactory(name="Accounts")

    assert shown(client.get(f"{CATEGORIES}?q=vpn")) == ["Network › VPN", "Network › VPN › Profile"]


def test_it_does_not_stand_below_itself(client):
    lowest = branch(3)
    top = lowest.parent.parent

    assert "It cannot stand below itself." in errors(save(client, top, parent=lowest.pk))
    with pytest.raises(ValidationError, match="below itself"):
        Category(pk=top.pk, tree=top.tree, name=top.name, parent=top).full_clean()


def test_nor_below_one_of_the_other_tree(client):
    answer = save(client, branch(1), parent=branch(1, tree="product").pk)

    assert "It stands in the other tree." in errors(answer)


def test_a_tree_has_so_many_levels(client):
    lowest, two = branch(DEPTH), branch(2, names="XY")

    said = errors(save(client, two.parent, parent=lowest.parent.pk))

    assert f"{DEPTH} levels at most" in said
    assert errors(save(client, two, parent=lowest.parent.pk)) == ""


def test_a_category_in_use_stays_in_its_tree(client):
    category = CategoryFactory()
    TicketFactory(operational_category=category)

    assert "Make a new one in the other" in errors(save(client, category, tree="product"))
    assert errors(save(client, CategoryFactory(), tree="product")) == ""


@pytest.mark.parametrize("how", ["below", "template"])
def test_a_category_is_not_retired_under_what_needs_it(client, how):
    category = CategoryFactory()
    if how == "below":
        CategoryFactory(parent=category)
        said = "1 category stands below it"
    else:
        TicketTemplateFactory(name="VPN fault", operational_category=category)
        said = "The template VPN fault fills it in"

    assert said in errors(save(client, category, retired="on"))
    assert said in notices(act(client, "retire", category))


def test_what_people_and_templates_point_to_is_named_in_words(client):
    category = CategoryFactory()
    CategoryFactory(parent=category)
    TicketFactory(operational_category=category, customer=CustomerFactory())
    TicketTemplateFactory(operational_category=category)

    answer = client.post(address("delete", category), {"post": "yes"})

    assert all(said in answer.text for said in ("1 categories", "1 tickets", "1 ticket templates"))
