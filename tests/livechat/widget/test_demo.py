"""The made-up company's page."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.factories import CompanyFactory, CustomerFactory
from tickets.models import Company
from tickets.services.identity import read_identity

pytestmark = pytest.mark.django_db


@pytest.fixture
def halden(settings: Any) -> Company:
    settings.DEMO = True
    company: Company = CompanyFactory(external_key="halden")
    return company


def test_there_is_none_without_the_switch(client: Client, settings: Any) -> None:
    settings.DEMO = False
    CompanyFactory(external_key="halden")

    assert client.get("/demo/").status_code == 404


def test_there_is_none_without_the_company(client: Client, settings: Any) -> None:
    settings.DEMO = True

    assert client.get("/demo/").status_code == 404


def test_nobody_is_identified_at_first(client: Client, halden: Company) -> None:
    text = client.get("/demo/").text

    assert f'data-company="{halden.public_id}"' in text
    assert "data-identity" not in text


def test_one_of_its_people_is_identified_by_a_signature(client: Client, halden: Company) -> None:
    rosa = CustomerFactory(company=halden, external_id="e1", name="Rosa", verified=True)

    text = client.get("/demo/", {"as": rosa.public_id}).text

    found = re.search(r'data-identity="([^"]+)"', text)
    assert found
    identity = read_identity(halden, found[1])
    assert identity is not None
    assert (identity.external_id, identity.name) == ("e1", "Rosa")


def test_people_of_other_companies_are_not_its_own(client: Client, halden: Company) -> None:
    stranger = CustomerFactory(external_id="e1", verified=True)

    assert "data-identity" not in client.get("/demo/", {"as": stranger.public_id}).text


def test_a_page_on_localhost_takes_the_widget_from_another_site(
    client: Client, halden: Company, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]

    response = client.get("/demo/", headers={"host": "localhost:8123"})

    assert 'src="http://127.0.0.1:8123/embed.js"' in response.text
    assert "http://127.0.0.1:8123" in response["Content-Security-Policy"]
