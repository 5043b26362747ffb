"""What other systems read before they speak of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import (
    AgentFactory,
    ApiTokenFactory,
    AssetFactory,
    CompanyFactory,
    CustomerFactory,
    QueueFactory,
    ServiceAlertFactory,
    SiteFactory,
    UserFactory,
)
from tests.livechat.api.conftest import Caller, problem_of
from tests.livechat.api.test_tokens import calling

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return CompanyFactory()


@pytest.fixture
def system(company) -> Caller:
    user = UserFactory(agent=True, companies=[company])
    AgentFactory(user=user)
    return calling(ApiTokenFactory(user=user))


def ids(caller: Caller, path: str, **asked: str) -> list[str]:
    return [each["id"] for each in caller.get(path, **asked).json()["results"]]


def test_a_company_is_told_with_its_sites(system, company):
    SiteFactory(company=company, name="Harbour", region="North", time_zone="Europe/Oslo")

    [told] = system.get("companies/").json()["results"]

    assert told["id"] == company.public_id
    assert told["sites"] == [{"name": "Harbour", "region": "North", "time_zone": "Europe/Oslo"}]
    assert system.get(f"companies/{company.public_id}/").json() == told


def test_a_customer_is_found_by_what_his_company_calls_him(system, company):
    site = SiteFactory(company=company)
    known = CustomerFactory(company=company, external_id="HF-7", email="Ada@x.example", site=site)
    CustomerFactory(company=company)

    assert ids(system, "customers/", company=company.public_id, external_id="HF-7") == [
        known.public_id
    ]
    assert ids(system, "customers/", email="ada@X.example") == [known.public_id]
    told = system.get(f"customers/{known.public_id}/").json()
    assert (told["external_id"], told["site"]) == ("HF-7", site.name)
    assert told["company"] == {"id": company.public_id, "name": company.name}


def test_an_asset_is_found_by_its_tag_and_by_who_has_it(system, company):
    customer = CustomerFactory(company=company)
    laptop = AssetFactory(company=company, tag="LT-1", customer=customer)
    AssetFactory(company=company, tag="LT-2", kind="phone", status="in_stock")

    assert ids(system, "assets/", tag="lt-1") == [laptop.public_id]
    assert ids(system, "assets/", customer=customer.public_id) == [laptop.public_id]
    assert len(ids(system, "assets/", kind="phone", status="in_stock")) == 1
    assert system.get(f"assets/{laptop.public_id}/").json()["customer"]["id"] == customer.public_id


def test_queues_say_whose_they_are_and_whether_one_serves_them(system, company):
    theirs = QueueFactory(company=company)
    QueueFactory(company=CompanyFactory())

    [told] = system.get("queues/", company=company.public_id).json()["results"]

    assert (told["id"], told["served"]) == (theirs.public_id, False)
    theirs.agents.add(AgentFactory._meta.model.objects.get())
    assert system.get(f"queues/{theirs.public_id}/").json()["served"] is True


def test_statuses_say_why_a_ticket_has_them(system):
    told = system.get("statuses/", kind="incident", limit="200").json()["results"]

    assert {each["kind"] for each in told} == {"incident"}
    resolved = next(each for each in told if each["name"] == "Resolved")
    assert resolved["stage"] == "resolved"
    assert resolved["reasons"]
    assert set(resolved["reasons"][0]) == {"id", "name"}


def test_all_are_read_page_by_page_and_none_twice(system, company):
    made = {CustomerFactory(company=company).public_id for _ in range(7)}
    read, path = [], "customers/?limit=3"
    while path:
        page = system.get(path).json()
        read += [each["id"] for each in page["results"]]
        path = page["next"] and page["next"].partition("/api/v1/")[2]

    assert len(read) == len(made)
    assert set(read) == made


@pytest.mark.parametrize(
    ("path", "make"),
    [
        ("companies/", lambda company: SiteFactory(company=company)),
        ("customers/", lambda company: CustomerFactory(company=company)),
        ("assets/", lambda company: AssetFactory(company=company)),
        ("queues/", lambda company: QueueFactory(company=company)),
        ("alerts/", lambda company: ServiceAlertFactory(companies=[company])),
    ],
)
def test_its_queries_do_not_grow(system, company, path, make):
    make(company)
    system.get(path)  # The first call of a minute begins to count them.
    with CaptureQueriesContext(connection) as few:
        assert system.get(path).status_code == 200
    for _ in range(6):
        make(company)
    with CaptureQueriesContext(connection) as many:
        assert system.get(path).status_code == 200

    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("assets/", {"kind": "spoon"}, 400),
        ("assets/", {"tag": "a\0b"}, 400),
        ("customers/", {"email": "\0"}, 400),
        ("statuses/", {"stage": "done"}, 400),
        ("customers/", {"cursor": "cD1hYmM="}, 404),
        ("customers/", {"cursor": "cD0lMDA="}, 404),
        ("customers/", {"cursor": "nonsense"}, 404),
    ],
)
def test_nonsense_is_refused(system, path, asked, status):
    problem_of(system.get(path, **asked), status)


def test_alerts_are_told_until_they_are_over(system, company):
    other, now = CompanyFactory(), timezone.now()
    for_all = ServiceAlertFactory(title="Mail is slow")
    ours = ServiceAlertFactory(companies=[company, other], starts_at=now + timedelta(hours=1))
    ServiceAlertFactory(companies=[other])
    ServiceAlertFactory(starts_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1))

    told = {each["id"]: each for each in system.get("alerts/").json()["results"]}

    assert set(told) == {for_all.public_id, ours.public_id}
    assert told[for_all.public_id]["companies"] is None
    assert told[ours.public_id]["companies"] == [company.public_id]
    assert [told[each.public_id]["in_effect"] for each in (for_all, ours)] == [True, False]
    assert system.get(f"alerts/{ours.public_id}/").json() == told[ours.public_id]
