"""URLCONF, GET writes nothing, CSRF: generated from the resolver."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.security.surface import Route, facts_written, routes, writes
from tests.security.world import PASSWORD, Principal, World

#: Reviewed: what nobody needs to sign in for. Nothing else answers a stranger but with "sign in".
ANONYMOUS = {
    "sign-in",  # the form, and its throttled POST
    "widget:embed",  # a script without data
    "widget:script",  # the frame's script, without data
    "widget:frame",  # one page per company, framed by its origins alone
    "widget:article",  # what a company's customers read, framed by its widget
    "widget:demo",  # 404 unless PARLEY_DEMO=1
    "customer-list",  # POST gives an anonymous customer's token; throttled by address
    "article-suggestions",  # titles that its customers may read; throttled by address
    "article-solved",  # a count; throttled by address
    "hours-list",  # whether a company takes chats now
    # Help pages of companies that have them: what any customer reads; 404 for all else.
    "portal:home",
    "portal:category",
    "portal:search",  # throttled by address
    "portal:article-short",
    "portal:article",
    "widget:image",
    "portal:image",  # what those articles show
    "portal:feedback",  # a form, and its throttled POST
    "portal:sitemap",
    "healthz",
    "readyz",
}
#: Doors that ask for a customer's token or a session themselves, and answer 401 in JSON.
API = {
    "chat-list", "chat-detail", "chat-accept", "chat-cancel", "chat-end", "chat-messages",
    "chat-abandon", "chat-transfer", "chat-release", "chat-decline", "chat-invitations",
    "chat-invite", "chat-answer", "chat-withdraw", "chat-leave", "chat-assistance",
    "chat-clear-assistance", "chat-files", "file", "chat-ticket", "ticket-list", "ticket-detail",
    "ticket-comments", "chat-articles", "chat-opened", "article-search-list",
    "article-search-detail", "ticket-notes", "ticket-resolve", "ticket-activity",
    "alert-list", "alert-detail", "asset-list", "asset-detail", "company-list", "company-detail",
    "agent-list", "agent-detail", "agent-availability", "chat-decisions",
    "customer-detail", "queue-list", "queue-detail", "status-list", "status-detail",
}  # fmt: skip
#: Everything else that is called by name, less the admin.
PAGES = {
    "home", "sign-out", "console:inbox", "console:lists", "console:profile", "console:chat",
    "console:accept", "console:end", "console:abandon", "console:transfer", "console:release",
    "console:invite", "console:answer", "console:withdraw", "console:leave", "console:assistance",
    "console:clear-assistance",
    "console:availability", "console:decline", "console:resources", "console:ticket",
    "console:picks", "console:pin", "console:draft",
    "console:chat_of_ticket", "console:notifications",
    "tickets:list", "tickets:rows", "tickets:choices", "tickets:ticket", "tickets:edit",
    "tickets:activity", "tickets:files", "tickets:say", "tickets:resolve", "tickets:reopen",
    "knowledge:list", "knowledge:new", "knowledge:images", "knowledge:preview", "knowledge:wanted",
    "knowledge:dismiss", "knowledge:ticket-articles", "knowledge:pin", "knowledge:article",
    "knowledge:edit", "knowledge:step", "knowledge:feedback", "knowledge:versions",
    "knowledge:restore",
}  # fmt: skip
SIGN_IN = ("/sign-in/?", "/admin/login/?")
SAFE, UNSAFE = ["GET", "HEAD", "OPTIONS"], ["POST", "PUT", "PATCH", "DELETE"]
ROUTES = routes()
EVERY = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name + route.pattern)


def call(browser: Client, method: str, route: Route, world: World) -> HttpResponse:
    chat, company = world.chats["had"], world.companies["ours"]
    named = {"company": company.public_id, "ticket": world.missing, "article": world.missing}
    named["row"] = world.missing
    path = route.path(public_id=chat.public_id, **named)
    return browser.generic(method, path, "", "application/json")


def test_every_route_has_a_row() -> None:
    known = {route.name for route in ROUTES if not route.is_admin}

    assert known == ANONYMOUS | API | PAGES


@EVERY
def test_a_stranger_is_sent_to_sign_in(cell: World, route: Route) -> None:
    for method in SAFE + UNSAFE:
        answer = call(cell.people["nobody"].client(), method, route, cell)

        if route.name == "customer-list" and method != "POST":
            assert answer.status_code == 401, method  # A list of people, for staff.
        elif route.name in ANONYMOUS:
            assert answer.status_code in {200, 400, 404, 405, 422}, method
        elif route.name in API:
            assert answer.status_code == 401, method
        else:
            assert answer.status_code in {302, 405}, method
            assert answer.status_code == 405 or answer["Location"].startswith(SIGN_IN), method


def test_no_view_but_those_says_that_it_needs_no_login() -> None:
    open_views = {r.name for r in ROUTES if getattr(r.view, "login_required", True) is False}

    assert open_views == ANONYMOUS | API


@EVERY
@pytest.mark.parametrize("name", ["nobody", "agent", "superuser", "customer A"])
def test_a_question_writes_nothing(cell: World, name: str, route: Route) -> None:
    browser = cell.people[name].client()

    for method in SAFE:
        with writes() as seen:
            answer = call(browser, method, route, cell)

        assert not seen, method
        assert answer.status_code < 500, method


@EVERY
@pytest.mark.parametrize("name", ["agent", "superuser"])
def test_without_a_csrf_token_nothing_is_done(cell: World, name: str, route: Route) -> None:
    browser = without_csrf(cell.people[name])

    for method in UNSAFE:
        with writes() as seen:
            answer = call(browser, method, route, cell)

        # Customers are made by token alone; no cookie is read there, so nothing can be forged.
        assert route.name == "customer-list" or not facts_written(seen), method
        assert answer.status_code in {302, 400, 401, 403, 404, 405}, method
        assert answer.status_code != 302 or route.is_admin or route.name == "home", method


def without_csrf(who: Principal) -> Client:
    browser = who.client()
    del browser.cookies["csrftoken"]
    del browser.defaults["HTTP_X_CSRFTOKEN"]
    return browser


@pytest.mark.parametrize("path", ["/sign-in/", "/sign-out/", "/console/profile/"])
@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_X_CSRFTOKEN": ""},
        {"HTTP_X_CSRFTOKEN": "d" * 32},
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
    ],
    ids=["no token", "another token", "foreign origin", "null origin"],
)
def test_forged_forms_are_refused(cell: World, path: str, headers: dict[str, str]) -> None:
    browser = cell.people["agent"].client()
    form = {"username": "agent@staff.example", "password": PASSWORD, "screen_name": "x"}

    with writes() as seen:
        answer = browser.post(path, form, **headers)

    assert answer.status_code == 403
    assert not facts_written(seen)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
@pytest.mark.parametrize("name", ["agent", "customer A"])
def test_the_api_reads_json_alone(cell: World, name: str, kind: str) -> None:
    chat = cell.chats["had" if name == "agent" else "waiting"]
    body = '{"client_id": "forged-0001", "body": "forged"}'

    with writes() as seen:
        answer = (
            cell.people[name]
            .client()
            .post(f"/api/v1/chats/{chat.public_id}/messages/", body, content_type=kind)
        )

    assert answer.status_code == 415
    assert not facts_written(seen)


@pytest.mark.parametrize("override", ["HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_X_METHOD_OVERRIDE"])
def test_a_question_cannot_be_made_an_order(cell: World, override: str) -> None:
    browser, chat = cell.people["agent"].client(), cell.chats["had"]

    with writes() as seen:
        for path in ("/api/v1/chats/{}/end/", "/console/chats/{}/end/"):
            answer = browser.get(
                path.format(chat.public_id) + "?_method=POST", **{override: "POST"}
            )
            assert answer.status_code == 405

    assert not seen
