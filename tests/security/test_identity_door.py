"""IDENT at the door: whatever a page shows for an identity, nobody becomes somebody else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from livechat.models import Chat
from tests.security.world import World
from tickets.models import Company, Customer
from tickets.services.identity import identity_secret, sign_identity


def ask(company: Company, identity: Any = None, token: str = "") -> dict[str, Any]:
    headers = {"HTTP_AUTHORIZATION": f"Customer {token}"} if token else {}
    body = {"company": company.public_id, "identity": identity}
    answer = Client().post("/api/v1/customers/", body, "application/json", **headers)
    assert answer.status_code == 201
    return dict(answer.json())


def signed(by: Company, secret: str | None = None, **changes: Any) -> str:
    """An identity signed as a company's server would, with something else in it."""
    payload = {
        "company": by.public_id, "external_id": "ext verified customer", "name": "V",
        "email": "v@x.example", "expires": int(timezone.now().timestamp()) + 600,
        "nonce": "nonce-nonce-1",
    }  # fmt: skip
    payload = {name: each for name, each in {**payload, **changes}.items() if each is not ...}
    text = base64.urlsafe_b64encode(json.dumps(payload).encode()).rstrip(b"=").decode()
    key = identity_secret(by) if secret is None else secret
    return f"{text}.{hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()}"


def wrong_identities(world: World) -> dict[str, Any]:
    ours, theirs = world.companies["ours"], world.companies["theirs"]
    good = sign_identity(ours, external_id="ext verified customer", email="", name="")
    now = int(timezone.now().timestamp())
    return {
        "missing": None, "empty": "", "dot": ".", "garbage": "x.y", "number": 1, "list": [good],
        "object": {"token": good}, "true": True, "unsigned": good.split(".")[0],
        "empty signature": good.split(".")[0] + ".", "cut": good[:-1], "longer": good + "0",
        "twice": f"{good}.{good}", "upper": good.upper(), "of another company": signed(theirs),
        "other company's key": signed(ours, identity_secret(theirs)),
        "for another company": signed(theirs, identity_secret(ours)),
        "named for ours by theirs": signed(theirs, company=ours.public_id),
        "empty key": signed(ours, ""), "expired": signed(ours, expires=now - 1),
        "for ever": signed(ours, expires=2**60), "a week": signed(ours, expires=now + 7 * 86400),
        "expires as text": signed(ours, expires="9999999999"),
        "expires true": signed(ours, expires=True),
        "expires float": signed(ours, expires=now + 60.5),
        "expires null": signed(ours, expires=None),
        "no nonce": signed(ours, nonce=...), "empty nonce": signed(ours, nonce=""),
        "nonce list": signed(ours, nonce=["x" * 9]), "id number": signed(ours, external_id=7),
        "id list": signed(ours, external_id=["x"]),
        "no id": signed(ours, external_id=""),
        "blank id": signed(ours, external_id="  "), "id null": signed(ours, external_id=None),
        "more fields": signed(ours, verified=True), "email object": signed(ours, email={"$ne": 1}),
        "later key": signed(ours, identity_secret(ours, 99)), "no key": signed(ours, "0"),
        "huge": "x" * 3000,
    }  # fmt: skip


def test_a_wrong_identity_is_nobody(cell: World) -> None:
    company = cell.companies["ours"]
    verified = cell.people["verified customer"].customer
    assert verified is not None
    before = Customer.objects.filter(pk=verified.pk).values().get()

    for name, identity in wrong_identities(cell).items():
        answer = ask(company, identity)
        assert (answer["verified"], answer["name"], answer["email"]) == (False, "", ""), name
        own = {"HTTP_AUTHORIZATION": f"Customer {answer['token']}"}
        assert Client().get("/api/v1/chats/", **own).json()["results"] == [], name

    assert Customer.objects.filter(pk=verified.pk).values().get() == before


def test_the_right_identity_is_the_customer(cell: World) -> None:
    answer = ask(cell.companies["ours"], signed(cell.companies["ours"]))

    assert (answer["verified"], answer["name"]) == (True, "V")
    own = {"HTTP_AUTHORIZATION": f"Customer {answer['token']}"}
    shown = Client().get("/api/v1/chats/", **own).json()["results"]
    assert [chat["id"] for chat in shown] == [cell.chats["had"].public_id]


def test_an_identity_is_good_once(cell: World) -> None:
    company = cell.companies["ours"]
    identity = signed(company)

    assert [ask(company, identity)["verified"] for _ in range(3)] == [True, False, False]


def test_the_same_person_of_two_companies_is_two_customers(cell: World) -> None:
    ours, theirs = cell.companies["ours"], cell.companies["theirs"]

    tokens = {ask(company, signed(company))["token"] for company in (ours, theirs)}

    found = Customer.objects.filter(external_id="ext verified customer")
    assert len(tokens) == found.count() == 2


def test_a_key_that_was_changed_holds_until_the_next_change(cell: World) -> None:
    company = cell.companies["ours"]
    first = identity_secret(company)
    seen = []
    for version in (1, 2, 3):
        Company.objects.filter(pk=company.pk).update(identity_version=version)
        seen.append(
            ask(company, signed(company, first, nonce=f"nonce-nonce-{version}"))["verified"]
        )

    assert seen == [True, True, False]


@pytest.mark.parametrize("name", ["customer of another company", "customer B"])
def test_a_token_of_somebody_else_gains_nothing(cell: World, name: str) -> None:
    """At another company it counts for nothing; at its own it stays who it is."""
    company, who = cell.companies["ours"], cell.people[name]
    assert who.customer is not None

    answer = ask(company, None, who.token)

    mine = who.customer.company_id == company.pk
    own = {"HTTP_AUTHORIZATION": f"Customer {answer['token']}"}
    chats = Client().get("/api/v1/chats/", **own).json()["results"]
    assert [chat["id"] for chat in chats] == ([cell.chats["left"].public_id] if mine else [])


def test_an_unverified_customer_overwrites_no_verified_one(cell: World) -> None:
    verified = cell.people["verified customer"].customer
    assert verified is not None
    token = ask(cell.companies["ours"])["token"]
    own = {"HTTP_AUTHORIZATION": f"Customer {token}"}
    body = {"client_id": "merge-001", "question": "?", "name": "Mallory", "email": verified.email}

    Client().post("/api/v1/chats/", body, "application/json", **own)

    kept = Customer.objects.get(pk=verified.pk)
    assert (kept.name, kept.email) == (verified.name, verified.email)
    made = Chat.objects.get(client_id="merge-001")
    assert made.customer_id != verified.pk
    assert not made.customer.verified


def test_a_verified_customer_cannot_rename_himself(cell: World) -> None:
    """His company says who he is."""
    company = cell.companies["ours"]
    token = ask(company, signed(company, external_id="somebody new"))["token"]
    own = {"HTTP_AUTHORIZATION": f"Customer {token}"}
    body = {
        "client_id": "rename-01",
        "question": "?",
        "name": "The boss",
        "email": "boss@x.example",
    }

    Client().post("/api/v1/chats/", body, "application/json", **own)

    assert Customer.objects.get(external_id="somebody new").name == "V"


def test_the_frame_knows_nothing_of_a_person(cell: World) -> None:
    """It is the same page for everybody; who it is comes by postMessage, never in its address."""
    path = f"/widget/{cell.companies['ours'].public_id}/"
    identity = signed(cell.companies["ours"])

    plain = Client().get(path).content
    named = Client().get(path, {"identity": identity, "token": "x", "name": "Mallory"}).content

    assert plain == named


def test_an_unverified_customer_is_marked_in_the_console(cell: World) -> None:
    browser = cell.people["agent"].client()

    verified = browser.get(f"/console/chats/{cell.chats['had'].public_id}/").content.decode()
    unverified = browser.get(f"/console/chats/{cell.chats['left'].public_id}/").content.decode()

    assert "nverified" in unverified or "Not verified" in unverified
    assert "nverified" not in verified
