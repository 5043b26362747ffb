"""Browsers say which site a request comes from: of another one, nothing is done."""

from __future__ import annotations

import pytest

from tests.security.surface import Route, routes, writes
from tests.security.world import World

EVERY = pytest.mark.parametrize(
    "route", routes(), ids=lambda route: f"{route.name}{route.pattern}"
)  # fmt: skip


@EVERY
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_is_done_even_with_the_token(cell: World, route: Route, method: str) -> None:
    browser = cell.people["agent"].client()
    browser.defaults["HTTP_SEC_FETCH_SITE"] = "cross-site"
    path = route.path(
        public_id=cell.chats["had"].public_id, company=cell.companies["ours"].public_id
    )

    with writes() as seen:
        answer = browser.generic(method, path, "", "application/json")

    assert answer.status_code == 403
    assert not seen


@pytest.mark.parametrize("site", ["same-origin", "same-site", "none"])
def test_our_own_pages_are_served(cell: World, site: str) -> None:
    browser = cell.people["agent"].client()
    browser.defaults["HTTP_SEC_FETCH_SITE"] = site

    assert browser.post("/console/profile/", {"screen_name": "x"}).status_code == 302


def test_a_link_on_another_site_may_lead_here(cell: World) -> None:
    browser = cell.people["agent"].client()

    assert browser.get("/console/", HTTP_SEC_FETCH_SITE="cross-site").status_code == 200


def test_whoever_shows_a_token_needs_no_cookie_and_no_site(cell: World) -> None:
    who, chat = cell.people["customer A"], cell.chats["waiting"]
    path, body = f"/api/v1/chats/{chat.public_id}/messages/", {"client_id": "s" * 8, "body": "x"}

    answer = who.client().post(path, body, "application/json", HTTP_SEC_FETCH_SITE="cross-site")

    assert answer.status_code == 201
