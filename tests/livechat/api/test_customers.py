"""/api/v1/customers/: tokens for a signed identity, for an older token, and for nobody known."""

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.factories import AgentFactory, CompanyFactory, CustomerFactory
from tests.livechat.api.conftest import Caller, problem_of
from tickets.models import Company, Customer
from tickets.services.identity import customer_token, read_token, revoke_tokens, sign_identity

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return CompanyFactory()


def signed(company: Company, **changes: str) -> str:
    who = {"external_id": "e-1", "email": "ann@example.com", "name": "Ann", **changes}
    return sign_identity(company, **who)


def customer_of(response: object) -> Customer:
    claims = read_token(response.json()["token"])
    return Customer.objects.get(public_id=claims.customer)


def test_nobody_known_gets_a_token_of_his_own(nobody, company):
    first, second = (nobody.post("customers/", {"company": company.public_id}) for _ in range(2))

    assert first.status_code == 201
    assert {**first.json(), "token": ""} == {
        "token": "",
        "verified": False,
        "name": "",
        "email": "",
    }
    assert customer_of(first) != customer_of(second)
    assert customer_of(first).company == company


def test_its_token_opens_the_api(nobody, company):
    token = nobody.post("customers/", {"company": company.public_id}).json()["token"]

    assert Caller(Client(), token).get("chats/").json()["results"] == []


def test_a_signed_identity_makes_a_verified_customer(nobody, company):
    response = nobody.post(
        "customers/", {"company": company.public_id, "identity": signed(company)}
    )

    answer = response.json()
    assert (answer["verified"], answer["name"]) == (True, "Ann")
    assert answer["email"] == "ann@example.com"


def test_the_same_person_comes_back_to_the_same_row(nobody, company):
    answers = [
        nobody.post(
            "customers/", {"company": company.public_id, "identity": signed(company, name=name)}
        )
        for name in ("Ann", "Anna")
    ]

    first, second = map(customer_of, answers)
    assert first == second
    assert second.name == "Anna"


@pytest.mark.parametrize(
    "identity", ["", "x.y", "ä.ö", None, 7, True, [], {}, {"a": 1}, "a" * 3000, "." * 2000]
)
def test_whatever_is_no_identity_makes_nobody_known(nobody, company, identity):
    response = nobody.post("customers/", {"company": company.public_id, "identity": identity})

    assert (response.status_code, response.json()["verified"]) == (201, False)


def test_an_older_token_is_renewed_for_the_same_customer(company):
    customer = CustomerFactory(company=company)
    caller = Caller(Client(), customer_token(customer))

    response = caller.post("customers/", {"company": company.public_id})

    assert customer_of(response) == customer
    assert response.json()["name"] == customer.name


def test_who_says_who_he_is_leaves_the_older_token_behind(company):
    unknown = CustomerFactory(company=company)
    caller = Caller(Client(), customer_token(unknown))

    response = caller.post(
        "customers/", {"company": company.public_id, "identity": signed(company)}
    )

    assert customer_of(response) != unknown
    assert response.json()["verified"]


def test_a_token_of_another_company_is_not_renewed_here(company):
    elsewhere = CustomerFactory()
    caller = Caller(Client(), customer_token(elsewhere))

    response = caller.post("customers/", {"company": company.public_id})

    assert customer_of(response) != elsewhere
    assert customer_of(response).company == company


def test_a_revoked_token_is_not_renewed(company):
    customer = CustomerFactory(company=company)
    caller = Caller(Client(), customer_token(customer))
    revoke_tokens(customer.pk)

    problem_of(caller.post("customers/", {"company": company.public_id}), 401)


@pytest.mark.parametrize("company", ["x" * 22, "short", "", None, 7, ["x" * 22], "x" * 21 + "\n"])
def test_without_a_company_there_is_no_token(nobody, company):
    response = nobody.post("customers/", {"company": company})

    assert response.status_code in {400, 404}
    problem_of(response, response.status_code)
    assert not Customer.objects.exists()


def test_a_retired_company_gives_no_tokens(nobody):
    company = CompanyFactory(retired_at=timezone.now())

    problem_of(nobody.post("customers/", {"company": company.public_id}), 404)


def test_a_session_is_nobody_here(company, as_agent):
    response = as_agent(AgentFactory()).post("customers/", {"company": company.public_id})

    assert response.json()["verified"] is False


def test_who_asks_too_often_is_told_when_to_try_again(nobody, company, monkeypatch):
    monkeypatch.setitem(settings.RATES, "customer_address", (1, 600))
    nobody.post("customers/", {"company": company.public_id})

    response = nobody.post("customers/", {"company": company.public_id})

    assert problem_of(response, 429)["code"] == "rate_limited"
    assert response["Retry-After"]
    assert Customer.objects.count() == 1


def test_nobody_is_told_who_there_is(nobody, as_customer):
    assert problem_of(nobody.get("customers/"), 401)["code"] == "not_authenticated"
    assert problem_of(as_customer(CustomerFactory()).get("customers/"), 403)["code"] == "forbidden"
