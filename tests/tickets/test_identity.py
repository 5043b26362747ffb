"""T-IDENT: only what a company signed, once and in time, makes a known customer."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import CompanyFactory, CustomerFactory
from tickets.models import Company, Customer, IdentityUse
from tickets.services import identity as service
from tickets.services.identity import (
    customer_token,
    identify_customer,
    identity_secret,
    read_identity,
    read_token,
    revoke_tokens,
    sign_identity,
)

pytestmark = pytest.mark.django_db

ANN = {"external_id": "e-1", "email": "ann@example.com", "name": "Ann"}
Sign = Callable[..., str]


@pytest.fixture
def company() -> Company:
    return CompanyFactory()


def in_an_hour() -> int:
    return int((timezone.now() + timedelta(hours=1)).timestamp())


def payload_of(company: Company, /, **changes: Any) -> dict[str, Any]:
    wanted = {"company": company.public_id, **ANN, "expires": in_an_hour(), "nonce": "nonce-0001"}
    return {key: value for key, value in {**wanted, **changes}.items() if value is not ...}


def signed(key: str, payload: Any) -> str:
    """What anybody makes who knows the key, of whatever payload."""
    text = base64.urlsafe_b64encode(json.dumps(payload).encode()).rstrip(b"=").decode()
    return f"{text}.{hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()}"


@pytest.fixture
def sign(company: Company) -> Sign:
    """A token under the company's own key, its payload changed."""
    return lambda **changes: signed(identity_secret(company), payload_of(company, **changes))


def test_what_the_company_signed_is_read(company):
    identity = read_identity(company, sign_identity(company, **ANN))

    assert (identity.external_id, identity.email, identity.name) == tuple(ANN.values())


def test_a_token_made_by_the_book_is_read_too(company, sign):
    assert read_identity(company, sign()).nonce == "nonce-0001"


# --- what is none --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "token",
    [None, "", ".", "x", "x.y", "..", "ä.ö", 7, 1.5, True, b"x.y", [], ["x.y"], {}, {"a": 1}],
)
def test_what_is_no_token_is_no_identity(company, token):
    assert read_identity(company, token) is None


@given(st.text(max_size=200) | st.text("abcDEF-_.=", max_size=200))
def test_any_text_is_no_identity_and_no_error(text):
    assert read_identity(Company(public_id="c" * 22), text) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    )
)
def test_whatever_is_signed_is_an_identity_only_when_it_says_who(payload):
    company = Company(public_id="c" * 22)

    assert read_identity(company, signed(identity_secret(company), payload)) is None


def test_a_changed_payload_is_not_what_was_signed(company, sign):
    _text, signature = sign().split(".")
    other = sign(external_id="e-2").split(".")[0]

    assert read_identity(company, f"{other}.{signature}") is None


@pytest.mark.parametrize("cut", [0, 1, 32, 63])
def test_a_shortened_signature_is_none(company, sign, cut):
    text, signature = sign().split(".")

    assert read_identity(company, f"{text}.{signature[:cut]}") is None


def test_what_another_company_signed_is_nothing_here(company):
    other = CompanyFactory()

    assert read_identity(company, sign_identity(other, **ANN)) is None
    assert read_identity(company, signed(identity_secret(other), payload_of(company))) is None


def test_a_token_for_another_company_under_our_key_is_nothing_here(company, sign):
    assert read_identity(company, sign(company=CompanyFactory().public_id)) is None


@pytest.mark.parametrize("seconds", [-3600, -1, 0, 24 * 3600 + 60])
def test_what_has_expired_or_holds_too_long_is_none(company, sign, seconds):
    expires = int(timezone.now().timestamp()) + seconds

    assert read_identity(company, sign(expires=expires)) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"expires": str(in_an_hour())},
        {"expires": float(in_an_hour())},
        {"expires": True},
        {"expires": None},
        {"expires": [in_an_hour()]},
        {"expires": 2**80},
        {"expires": 2**39},
        {"expires": in_an_hour() * 1000},
        {"expires": -1},
        {"expires": float("inf")},
        {"external_id": 7},
        {"external_id": None},
        {"external_id": ["e-1"]},
        {"external_id": {"id": "e-1"}},
        {"external_id": ""},
        {"external_id": "  "},
        {"external_id": "a" * 121},
        {"external_id": "e\0"},
        {"email": None},
        {"email": ["ann@example.com"]},
        {"name": 7},
        {"name": "a\0"},
        {"nonce": ""},
        {"nonce": "short"},
        {"nonce": "a" * 65},
        {"nonce": 12345678},
        {"company": ["x"]},
        {"company": None},
    ],
)
def test_a_value_of_another_kind_is_none(company, sign, changes):
    assert read_identity(company, sign(**changes)) is None


@pytest.mark.parametrize("field", ["company", "external_id", "email", "name", "expires", "nonce"])
def test_a_field_that_is_missing_is_none(company, sign, field):
    assert read_identity(company, sign(**{field: ...})) is None


def test_a_field_that_nobody_knows_is_none(company, sign):
    assert read_identity(company, sign(vip=True)) is None


def test_a_lone_surrogate_is_none(company, sign):
    for field in ("external_id", "email", "name", "nonce"):
        assert read_identity(company, sign(**{field: "\ud800" * 9})) is None


# --- keys ----------------------------------------------------------------------------------------


def raise_version(company: Company) -> None:
    company.identity_version += 1
    company.save(update_fields=["identity_version"])


def test_after_one_rotation_the_older_key_still_holds(company):
    old = sign_identity(company, **ANN)

    raise_version(company)

    assert read_identity(company, old)
    assert read_identity(company, sign_identity(company, **ANN))


def test_after_two_rotations_it_does_not(company):
    old = sign_identity(company, **ANN)

    raise_version(company)
    raise_version(company)

    assert read_identity(company, old) is None


def test_every_company_and_version_has_a_key_of_its_own(company):
    other = CompanyFactory()
    keys = {identity_secret(each, version) for each in (company, other) for version in (1, 2)}

    assert len(keys) == 4


# --- who it is -----------------------------------------------------------------------------------


def identified(company: Company, **changes: str) -> Customer:
    token = sign_identity(company, **{**ANN, **changes})
    return identify_customer(company, identity=read_identity(company, token))


def test_without_an_identity_it_is_a_new_person(company):
    first, second = (identify_customer(company, identity=None) for _ in range(2))

    assert first != second
    assert (first.verified, first.external_id, first.company) == (False, None, company)


def test_the_same_external_id_is_the_same_customer_brought_up_to_date(company):
    first = identified(company)

    second = identified(company, name="Anna", email="anna@example.com")

    assert (second.pk, second.name, second.email) == (first.pk, "Anna", "anna@example.com")
    assert second.verified


def test_the_same_external_id_elsewhere_is_somebody_else(company):
    assert identified(company) != identified(CompanyFactory())


def test_a_replayed_identity_is_nobody_known(company):
    identity = read_identity(company, sign_identity(company, **ANN))
    first = identify_customer(company, identity=identity)

    again = identify_customer(company, identity=identity)

    assert again != first
    assert (again.verified, again.external_id, again.name) == (False, None, "")


def test_a_nonce_of_one_company_is_free_in_another(company):
    other = CompanyFactory()
    for each in (company, other):
        token = signed(identity_secret(each), payload_of(each))
        assert identify_customer(each, identity=read_identity(each, token)).verified

    assert IdentityUse.objects.count() == 2


def test_nobody_is_found_by_e_mail(company):
    known = identified(company)
    unknown = CustomerFactory(company=company, email=known.email)

    other = identified(company, external_id="e-2")

    assert len({known.pk, unknown.pk, other.pk}) == 3
    unknown.refresh_from_db()
    assert not unknown.verified


def test_a_customer_who_was_made_by_hand_is_verified_when_his_company_says_so(company):
    made = CustomerFactory(company=company, external_id="e-1", verified=False)

    customer = identified(company)

    assert customer == made
    assert customer.verified


# --- our own token -------------------------------------------------------------------------------


def test_our_token_says_whose_it_is_and_until_when():
    customer = CustomerFactory()

    claims = read_token(customer_token(customer))

    assert (claims.customer, claims.company) == (customer.public_id, customer.company.public_id)
    assert claims.epoch == customer.token_epoch


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "ä", "\0", ":::", "x" * 10_000])
def test_what_is_no_token_of_ours_claims_nothing(token):
    assert read_token(token) is None


@given(st.text(max_size=100))
def test_any_text_claims_nothing(text):
    assert read_token(text) is None


@pytest.mark.parametrize(
    "claims", [[], ["a"], "abc", 7, None, {}, {"a": 1, "b": 2, "c": 3}, [1, 2, 3], ["a", "b", []]]
)
def test_what_we_signed_for_something_else_claims_nothing(claims):
    assert read_token(signing.dumps(claims, salt="parley.other")) is None


def test_a_token_whose_signature_was_changed_claims_nothing():
    token = customer_token(CustomerFactory())

    assert read_token(token[:-1] + ("A" if token[-1] != "A" else "B")) is None


def test_a_token_expires(monkeypatch):
    token = customer_token(CustomerFactory())
    monkeypatch.setattr(service, "TOKEN_AGE", timedelta(seconds=-1))

    assert read_token(token) is None


def test_revoking_raises_the_epoch():
    customer = CustomerFactory()
    token = customer_token(customer)

    revoke_tokens(customer.pk)

    customer.refresh_from_db()
    assert read_token(token).epoch < customer.token_epoch
