"""SESSION: made anew at sign-in, gone everywhere at once, never in an address."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from livechat.consumers.process import process
from livechat.models import Agent
from tests.security.sockets import Sockets
from tests.security.world import PASSWORD, Principal, World
from tickets.models import Company, User
from tickets.services.identity import revoke_tokens

EMAIL = "agent@staff.example"


def sign_in(browser: Client, **more: str) -> HttpResponse:
    return browser.post("/sign-in/", {"username": EMAIL, "password": PASSWORD, **more})


def is_in(browser: Client) -> bool:
    return browser.get("/api/v1/chats/").status_code == 200


def sweep(sockets: Sockets) -> None:
    """What the process does every four seconds."""
    sockets.runner.run(process._revoke())
    sockets.settle()


def test_a_session_key_that_was_there_before_is_not_kept(cell: World) -> None:
    browser = Client()
    browser.cookies["sid"] = "a-key-that-somebody-else-chose-000"

    sign_in(browser)

    assert is_in(browser)
    assert browser.cookies["sid"].value != "a-key-that-somebody-else-chose-000"
    assert not Session.objects.filter(pk="a-key-that-somebody-else-chose-000").exists()


def test_who_signs_in_again_gets_another_key(cell: World) -> None:
    browser = Client()
    sign_in(browser)
    first = browser.cookies["sid"].value

    sign_in(browser)

    assert browser.cookies["sid"].value != first
    assert not Session.objects.filter(pk=first).exists()


def test_the_cookies_are_kept_from_scripts_and_other_sites(cell: World) -> None:
    browser = Client()
    sign_in(browser)

    for name in ("sid", "csrftoken"):
        cookie = browser.cookies[name]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
        assert not cookie["domain"]


def test_no_session_is_in_an_address_or_on_a_page(cell: World) -> None:
    browser = Client()
    answer = sign_in(browser, next="/console/")
    key = browser.cookies["sid"].value

    assert key not in answer["Location"]
    assert key not in browser.get("/console/").content.decode()
    assert not is_in(Client(QUERY_STRING=f"sid={key}&sessionid={key}"))


@pytest.mark.parametrize(
    "aim",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)",
     "\\/evil.example", "/%2f%2fevil.example/..//evil.example\\@x", "///evil.example",
     "http:evil.example", " //evil.example",
     "/\t/evil.example", "https:///evil.example", "data:text/html,x", "//127.0.0.1:1@evil.example"],
)  # fmt: skip
def test_after_sign_in_one_stays_here(cell: World, aim: str) -> None:
    where = sign_in(Client(), next=aim)["Location"]

    assert where.startswith("/")
    assert not where.startswith(("//", "/\\"))


def signed_out(world: World, who: Principal) -> None:
    answer = who.client().post("/sign-out/")
    assert answer.status_code == 302


def password_changed(world: World, who: Principal) -> None:
    who.user.set_password("another password")  # type: ignore[union-attr]
    who.user.save()  # type: ignore[union-attr]


def deactivated(world: World, who: Principal) -> None:
    User.objects.filter(pk=who.user.pk).update(is_active=False)  # type: ignore[union-attr]


def retired(world: World, who: Principal) -> None:
    Agent.objects.filter(pk=who.agent.pk).update(retired_at=timezone.now())  # type: ignore[union-attr]


def permission_taken(world: World, who: Principal) -> None:
    Group.objects.get(name="Agent").user_set.remove(who.user)  # type: ignore[attr-defined]


def too_long_idle(world: World, who: Principal) -> None:
    browser = Client()
    browser.cookies["sid"] = who.session
    session = browser.session
    session["seen_at"] = int(time.time()) - 5 * 3600
    session.save()


def expired(world: World, who: Principal) -> None:
    Session.objects.filter(pk=who.session).update(expire_date=timezone.now())


ENDS = [
    signed_out, password_changed, deactivated, retired, permission_taken, too_long_idle, expired,
]  # fmt: skip


@pytest.mark.parametrize("end", ENDS)
def test_what_ends_a_session_ends_pages_and_open_sockets(
    cell: World, sockets: Sockets, end: Callable[[World, Principal], None]
) -> None:
    who = cell.people["agent"]
    wire, other = sockets.of(who), sockets.of(cell.people["colleague"])
    assert is_in(who.client())

    end(cell, who)
    sweep(sockets)

    assert not is_in(who.client())
    assert wire.closed_with in {4401, 4403}
    assert wire.frames[-1]["type"] == "bye"
    assert sockets.of(who).closed_with in {4401, 4403}
    assert other.closed_with is None


def epoch_raised(world: World, who: Principal) -> None:
    revoke_tokens(who.customer.pk)  # type: ignore[union-attr]


def company_retired(world: World, who: Principal) -> None:
    Company.objects.filter(pk=who.customer.company_id).update(retired_at=timezone.now())  # type: ignore[union-attr]


@pytest.mark.parametrize("end", [epoch_raised, company_retired])
def test_what_ends_a_token_ends_open_sockets(
    cell: World, sockets: Sockets, end: Callable[[World, Principal], None]
) -> None:
    who = cell.people["customer A"]
    wire = sockets.of(who)

    end(cell, who)
    sweep(sockets)

    assert wire.closed_with == 4401
    assert sockets.of(who).closed_with == 4401
    assert who.client().get("/api/v1/chats/").status_code == 401


def test_an_old_token_cannot_be_renewed(cell: World) -> None:
    who = cell.people["customer A"]
    epoch_raised(cell, who)
    body = {"company": cell.companies["ours"].public_id}

    assert who.client().post("/api/v1/customers/", body, "application/json").status_code == 401


def test_who_leaves_a_queue_hears_it_no_more(cell: World, sockets: Sockets) -> None:
    who = cell.people["agent"]
    wire = sockets.of(who)

    who.agent.queues.clear()  # type: ignore[union-attr]
    sweep(sockets)

    assert wire.frames[-1] == {"type": "access.changed"}
    assert (
        wire.send(type="history", chat=cell.chats["waiting"].public_id, after=0)[-1]["code"]
        == "not_found"
    )


def test_another_browser_stays_in_when_one_signs_out(cell: World, sockets: Sockets) -> None:
    one, other = Client(), Client()
    sign_in(one)
    sign_in(other)

    one.post("/sign-out/")

    assert not is_in(one)
    assert is_in(other)
    assert sockets.console(other.cookies["sid"].value).closed_with is None


def test_login_by_a_foreign_form_is_refused(cell: World) -> None:
    browser = Client(enforce_csrf_checks=True)

    assert sign_in(browser).status_code == 403
    assert "sid" not in browser.cookies


def test_a_session_of_another_key_is_none(cell: World, sockets: Sockets, settings: Any) -> None:
    """Sessions stand in the database; what a cookie says is only looked up there."""
    for key in ("", "x" * 32, "../../etc/passwd", "a" * 5000, "' OR 1=1 --", "\x7f"):
        browser = Client()
        browser.cookies["sid"] = key
        assert not is_in(browser)
        assert sockets.console(key).closed_with == 4401
