"""The lists under fields that have thousands of rows."""

import re

import pytest
from django.urls import reverse

from tests.factories import (
    AssetFactory,
    AssignmentGroupFactory,
    CategoryFactory,
    CompanyFactory,
    CustomerFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def shown(client, company, field, **query):
    response = client.get(reverse("tickets:choices", args=[company.public_id, field]), query)
    assert response.status_code == 200
    return re.findall(r'data-text="([^"]*)"', response.text)


def test_every_word_is_looked_for(client, company):
    ada = CustomerFactory(company=company, name="Ada")
    AssetFactory(company=company, tag="LT-1", name="Laptop", customer=ada)
    AssetFactory(company=company, tag="LT-2", name="Laptop", hostname="ada-home")
    AssetFactory(company=company, tag="PR-3", name="Printer")

    assert shown(client, company, "asset", q="lap ada") == ["LT-1", "LT-2"]
    assert shown(client, company, "asset", q="lap home") == ["LT-2"]
    assert shown(client, company, "asset") == ["LT-1", "LT-2", "PR-3"]
    assert shown(client, company, "asset", q="nothing\0") == []


def test_no_more_than_twenty_are_shown(client, company):
    CustomerFactory.create_batch(21, company=company)

    assert len(shown(client, company, "contact")) == 20


def test_people_of_another_company_are_not_shown(client, company):
    CustomerFactory(name="Bo")

    assert shown(client, company, "contact") == []


def test_a_company_that_is_not_ones_own_is_not_there(client):
    address = reverse("tickets:choices", args=[CompanyFactory().public_id, "contact"])

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("field", ["summary", "customer", "password"])
def test_a_field_without_a_list_is_not_there(client, company, field):
    address = reverse("tickets:choices", args=[company.public_id, field])

    assert client.get(address).status_code == 404


def test_categories_are_shown_with_their_path(client, company):
    CategoryFactory(name="Drops", parent=CategoryFactory(name="VPN"))
    CategoryFactory(name="Mail", tree="product")

    assert shown(client, company, "operational_category", q="vpn drop") == ["VPN › Drops"]
    assert shown(client, company, "product_category") == ["Mail"]


def test_a_group_with_members_offers_them_alone(client, company, worker):
    colleague = UserFactory(companies=[company], name="Mary Lind")
    empty, network = AssignmentGroupFactory.create_batch(2)
    network.members.add(colleague)
    both = ["Mary Lind", "Noor Haddad"]

    assert shown(client, company, "assignee") == both
    assert shown(client, company, "assignee", group=empty.public_id) == both
    assert shown(client, company, "assignee", group=network.public_id) == ["Mary Lind"]
    assert shown(client, company, "assignee", group="no such group") == both


@pytest.mark.parametrize("rows", [1, 20])
def test_as_many_queries_for_many_rows(client, company, django_assert_num_queries, rows):
    CategoryFactory.create_batch(rows, parent=CategoryFactory())
    address = reverse("tickets:choices", args=[company.public_id, "operational_category"])

    with django_assert_num_queries(6):
        client.get(address)
