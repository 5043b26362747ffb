"""Staff sign in and out; who does not know the password learns nothing."""

import pytest
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.http import HttpResponse
from django.test import Client

from tests.factories import PASSWORD, AgentFactory, UserFactory
from tickets.models import User

pytestmark = pytest.mark.django_db

WRONG = "E-mail or password is wrong."
LATER = "Too many attempts."


@pytest.fixture
def user() -> User:
    return AgentFactory(user__email="noor@desk.example").user


def sign_in(
    client: Client, email: str = "noor@desk.example", password: str = PASSWORD, **more: str
) -> HttpResponse:
    address = more.pop("address", "203.0.113.1")
    data = {"username": email, "password": password, **more}
    return client.post("/sign-in/", data, REMOTE_ADDR=address)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_page_asks_for_e_mail_and_password(client):
    response = client.get("/sign-in/")

    assert response.status_code == 200
    assert 'name="username"' in response.text
    assert 'name="password"' in response.text


def test_who_knows_both_comes_to_his_inbox(client, user):
    response = sign_in(client)

    assert (response.status_code, response["Location"]) == (302, "/console/")
    assert is_signed_in(client)


@pytest.mark.parametrize("email", ["NOOR@desk.example", " noor@desk.example "])
def test_an_e_mail_is_the_same_however_it_is_written(client, user, email):
    sign_in(client, email)

    assert is_signed_in(client)


def test_a_password_is_taken_exactly(client, user):
    sign_in(client, password=f" {PASSWORD} ")

    assert not is_signed_in(client)


def test_an_unknown_account_and_a_wrong_password_get_the_same_answer(client, user):
    unknown, wrong = sign_in(client, "nobody@desk.example"), sign_in(client, password="wrong")

    def said(response: HttpResponse, email: str) -> str:
        token = response.context["csrf_token"]
        return response.text.replace(str(token), "").replace(email, "")

    assert unknown.status_code == wrong.status_code == 422
    assert WRONG in unknown.text
    assert said(unknown, "nobody@desk.example") == said(wrong, "noor@desk.example")


def test_an_unknown_account_costs_as_much_hashing_as_a_wrong_password(client, user, monkeypatch):
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def spy(hasher: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(hasher, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", spy)

    sign_in(client, password="wrong")
    known = len(hashed)
    sign_in(client, "nobody@desk.example", "wrong")

    assert known > 0
    assert len(hashed) == 2 * known


def test_who_is_deactivated_gets_the_same_answer(client, user):
    User.objects.update(is_active=False)

    response = sign_in(client)

    assert response.status_code == 422
    assert WRONG in response.text
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("email", "password"),
    [("", PASSWORD), ("no e-mail", PASSWORD), ("noor@desk.example", ""), ("a\0@b.c", "a" * 5000)],
)
def test_a_form_that_is_not_filled_in_comes_back(client, user, email, password):
    assert sign_in(client, email, password).status_code == 422
    assert not is_signed_in(client)


def test_a_password_never_comes_back(client, user):
    assert "geheim-1" not in sign_in(client, password="geheim-1").text


# --- too often -----------------------------------------------------------------------------------


@pytest.mark.parametrize("email", ["noor@desk.example", "nobody@desk.example"])
def test_after_too_many_attempts_an_account_waits_whether_or_not_it_exists(client, user, email):
    limit, _seconds = settings.RATES["sign_in_account"]
    for _ in range(limit):
        assert sign_in(client, email, "wrong").status_code == 422

    response = sign_in(client, email.upper(), PASSWORD)

    assert response.status_code == 429
    assert LATER in response.text
    assert not is_signed_in(client)


def test_whoever_guesses_elsewhere_keeps_nobody_out(client, user):
    limit, _seconds = settings.RATES["sign_in_account"]
    for _ in range(limit + 1):
        sign_in(client, password="wrong", address="198.51.100.1")

    assert sign_in(client).status_code == 302


def test_whoever_knows_his_password_signs_in_as_often_as_he_likes(client, user, monkeypatch):
    monkeypatch.setitem(settings.RATES, "sign_in_account", (2, 300))
    monkeypatch.setitem(settings.RATES, "sign_in_address", (2, 300))

    assert [sign_in(Client()).status_code for _ in range(4)] == [302] * 4


def test_an_address_waits_whatever_accounts_it_tries(client, user, monkeypatch):
    monkeypatch.setitem(settings.RATES, "sign_in_address", (3, 300))
    for n in range(3):
        sign_in(client, f"nobody{n}@desk.example")

    assert sign_in(client).status_code == 429
    assert sign_in(client, address="198.51.100.1").status_code == 302


def test_an_address_of_ipv6_is_its_network(client, user, monkeypatch):
    monkeypatch.setitem(settings.RATES, "sign_in_address", (1, 300))
    sign_in(client, "nobody@desk.example", address="2001:db8::1")

    assert sign_in(client, address="2001:db8::ffff").status_code == 429
    assert sign_in(client, address="2001:db8:0:1::1").status_code == 302


def test_while_an_account_waits_nothing_is_hashed(client, user, monkeypatch):
    monkeypatch.setitem(settings.RATES, "sign_in_account", (0, 300))
    sign_in(client)

    def refuse(*_: object) -> str:
        raise AssertionError("hashed")

    monkeypatch.setattr(MD5PasswordHasher, "encode", refuse)

    assert sign_in(client).status_code == 429


# --- sessions ------------------------------------------------------------------------------------


def test_a_session_gets_a_new_key_when_its_person_signs_in(client, user):
    session = client.session
    session["planted"] = True
    session.save()
    before = client.session.session_key

    sign_in(client)

    assert client.session.session_key != before
    assert not client.session.exists(before)


def test_its_cookie_is_no_business_of_scripts_and_other_sites(client, user):
    sign_in(client)

    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_signing_in_needs_a_csrf_token(user):
    client = Client(enforce_csrf_checks=True)

    assert sign_in(client).status_code == 403
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("following", "place"),
    [
        ("/console/chats/", "/console/chats/"),
        ("https://evil.example/", "/console/"),
        ("//evil.example/", "/console/"),
        ("/\\evil.example", "/console/"),
        ("javascript:alert(1)", "/console/"),
        ("", "/console/"),
    ],
)
def test_afterwards_it_goes_on_where_he_was_if_that_is_here(client, user, following, place):
    assert sign_in(client, next=following)["Location"] == place


def test_who_is_signed_in_need_not_again(client):
    client.force_login(UserFactory())

    assert client.get("/sign-in/")["Location"] == "/console/"


def test_signing_out_ends_the_session(client, user):
    sign_in(client)
    key = client.session.session_key

    response = client.post("/sign-out/")

    assert response["Location"] == "/sign-in/"
    assert not client.session.exists(key)


def test_nobody_is_signed_out_by_a_link(client, user):
    sign_in(client)

    assert client.get("/sign-out/").status_code == 405
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("who", "page"),
    [
        ({"agent": True}, "/console/"),
        ({"in_groups": ["Agent", "Knowledge author"]}, "/console/"),
        ({"in_groups": ["Knowledge author"]}, "/console/articles/"),
        ({"administrator": True}, "/admin/"),
        ({}, "/console/"),
    ],
)
def test_everybody_begins_where_he_may(client, who, page):
    client.force_login(UserFactory(**who))
    assert client.get("/")["Location"] == page
    assert client.get("/sign-in/")["Location"] == page
