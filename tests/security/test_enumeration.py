"""ENUM: nothing tells whether an account, a customer or a chat exists."""

from __future__ import annotations

import re
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.http import HttpResponse

from tests.security.world import PASSWORD, World
from tickets.models import User

UNKNOWN = "nobody-has-this@staff.example"
ACCOUNTS = [
    UNKNOWN, "agent@staff.example", "deactivated-agent@staff.example", "superuser@staff.example",
    "AGENT@STAFF.EXAMPLE", "no-password@staff.example",
]  # fmt: skip


def sign_in(world: World, email: str, password: str = "wrong-password") -> HttpResponse:
    form = {"username": email, "password": password}
    return world.people["nobody"].client().post("/sign-in/", form)


def said(answer: HttpResponse, email: str) -> tuple[int, str]:
    """Status and page, less what the person typed himself and what is fresh each time."""
    page = answer.content.decode().replace(email, "the-address")
    page = page.replace(answer["X-Request-Id"], "id")
    return answer.status_code, re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


@pytest.fixture
def unusable(cell: World) -> None:
    User.objects.create_user("no-password@staff.example", None, name="No password")


@pytest.mark.parametrize("email", ACCOUNTS)
def test_every_wrong_sign_in_gets_the_same_page(cell: World, unusable: None, email: str) -> None:
    assert said(sign_in(cell, email), email) == said(sign_in(cell, UNKNOWN), UNKNOWN)


def test_a_deactivated_account_is_told_no_more_with_its_password(cell: World) -> None:
    email = "deactivated-agent@staff.example"

    assert said(sign_in(cell, email, PASSWORD), email) == said(sign_in(cell, UNKNOWN), UNKNOWN)


@pytest.mark.parametrize("email", ACCOUNTS)
def test_the_password_is_hashed_whoever_asks(cell: World, unusable: None, email: str) -> None:
    hashed = MD5PasswordHasher.encode
    with mock.patch.object(MD5PasswordHasher, "encode", autospec=True, side_effect=hashed) as spy:
        sign_in(cell, email)

    assert spy.call_count >= 1


@pytest.mark.parametrize("email", ["agent@staff.example", UNKNOWN])
def test_unknown_and_known_accounts_are_slowed_alike(
    cell: World, settings: Any, email: str
) -> None:
    settings.RATES = {**settings.RATES, "sign_in_account": (2, 300)}

    assert [sign_in(cell, email).status_code for _ in range(4)] == [422, 422, 429, 429]


def test_the_right_password_gives_no_sign_once_the_account_is_slowed(
    cell: World, settings: Any
) -> None:
    settings.RATES = {**settings.RATES, "sign_in_account": (1, 300)}
    email = "agent@staff.example"
    sign_in(cell, email)

    right, wrong = sign_in(cell, email, PASSWORD), sign_in(cell, email)

    assert said(right, email) == said(wrong, email)


def test_an_e_mail_finds_no_customer(cell: World) -> None:
    """Whoever says a known e-mail gets a customer of his own and sees none of the other's chats."""
    known = cell.people["verified customer"].customer
    company = cell.companies["ours"].public_id
    browser = cell.people["nobody"].client()
    token = browser.post(
        "/api/v1/customers/", {"company": company}, "application/json"
    ).json()["token"]  # fmt: skip
    own = {"HTTP_AUTHORIZATION": f"Customer {token}"}
    body = {"client_id": "look-up-1", "question": "?", "email": known.email, "name": known.name}  # type: ignore[union-attr]

    browser.post("/api/v1/chats/", body, "application/json", **own)

    chats = browser.get("/api/v1/chats/", **own).json()["results"]
    assert [chat["question"] for chat in chats] == ["?"]
