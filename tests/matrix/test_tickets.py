"""Everybody at every door of every ticket: the own companies', another's, one that is not there."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.http import HttpResponse

from tests.matrix.doors import Findings, answer_of, said_by
from tests.matrix.test_reach import PEOPLE
from tests.security.surface import facts_written, routes, writes
from tests.security.world import OTHER_QUEUE, Principal, World
from tickets.models import Status, Ticket
from tickets.services.activity import add_work_note
from tickets.services.lifecycle import open_ticket

#: Those of the groups that work on tickets, and who may do all.
WORKERS = {
    "agent", "colleague", OTHER_QUEUE, "agent of another company", "permitted user",
    "retired agent", "supervisor", "superuser",
}  # fmt: skip
SIGNED_OUT = {"nobody", "deactivated agent"}
TICKETS = ["missing", "theirs", "ours"]
FRAGMENT = {"HTTP_X_PARLEY_FRAGMENT": "1"}


@dataclass(frozen=True)
class Door:
    """`ask` is what is sent; `answer` what a worker gets at a ticket of his company."""

    route: str
    tail: str
    ask: str = ""
    answer: str = "ok"


DOORS = [
    Door("tickets:ticket", "{ticket}/"),
    Door("tickets:activity", "{ticket}/activity/"),
    Door("tickets:files", "{ticket}/files/"),
    Door("tickets:edit", "{ticket}/edit/"),
    Door("tickets:edit", "{ticket}/edit/", "summary=written&version=1", "422"),
    Door("tickets:say", "{ticket}/say/", "kind=comment&body=written"),
    Door("tickets:resolve", "{ticket}/resolve/", "outcome=x", "fields_wrong"),
    Door("tickets:reopen", "{ticket}/reopen/", "status={status}.&version=1"),
    Door("tickets:choices", "choices/{company}/contact/"),
]


@pytest.fixture
def tickets(cell: World) -> dict[str, Ticket]:
    """One of each company, with words in it that only those may read who may see it."""
    made = {}
    for label, customer in (
        ("ours", "customer A"),
        ("theirs", "customer of another company"),
    ):
        owner = cell.people[customer].customer
        assert owner is not None
        values = {"summary": f"canary summary {label}", "description": f"canary text {label}"}
        made[label] = open_ticket("incident", customer=owner, values=values, source="chat")
        staff = cell.people["superuser"].user
        assert staff is not None
        add_work_note(made[label].pk, body=f"canary note {label}", by=staff)
    return made


@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door.tail} {door.ask}")
@pytest.mark.parametrize("name", PEOPLE)
def test_who_reaches_which_ticket(
    cell: World, tickets: dict[str, Ticket], name: str, door: Door
) -> None:
    who, findings = cell.people[name], Findings()
    if door.route == "tickets:reopen":
        resolved = Status.objects.get(kind="incident", name="Resolved")
        Ticket.objects.filter(pk__in=[one.pk for one in tickets.values()]).update(status=resolved)
    for label in TICKETS:
        with writes() as seen:
            answer, said = ask(cell, tickets.get(label), who, door)
        right = wanted(who, door, label)
        shut = right in {"forbidden", "not_authenticated", "not_found"}
        findings.about(
            label,
            answer,
            right,
            said=said,
            told=[said] if shut and "canary" in said else [],
            wrote=facts_written(seen) if not door.ask or right != "ok" else [],
        )
    findings.none()


def ask(world: World, ticket: Ticket | None, who: Principal, door: Door) -> tuple[str, str]:
    """What came back, less the ids that were asked for."""
    filled = {
        "ticket": ticket.public_id if ticket else world.missing,
        "company": ticket.company.public_id if ticket else world.missing,
        "status": Status.objects.get(kind="incident", name="New").public_id,
    }
    response = who.client().generic(
        "POST" if door.ask else "GET",
        f"/console/tickets/{door.tail.format(**filled)}",
        door.ask.format(**filled),
        "application/x-www-form-urlencoded",
        **FRAGMENT,
    )
    said = said_by(response)
    for text in filled.values():
        said = said.replace(text, "the-id")
    return answer_of(response), said


def wanted(who: Principal, door: Door, label: str) -> str:
    """The whole rule, said a second time."""
    if who.speaks_for_himself or who.name in SIGNED_OUT:
        return "not_authenticated"
    if who.name not in WORKERS:
        return "forbidden"
    if label == "missing" or (label == "theirs" and who.name != "superuser"):
        return "not_found"
    return door.answer


@pytest.mark.parametrize("name", PEOPLE)
def test_whose_tickets_are_listed(cell: World, tickets: dict[str, Ticket], name: str) -> None:
    who = cell.people[name]

    response = who.client().get("/console/tickets/", {"q": "canary"})

    shown = {label for label in tickets if f"canary summary {label}" in response.content.decode()}
    mine = {"superuser": {"ours", "theirs"}}.get(name, {"ours"})
    assert shown == (mine if wanted(who, DOORS[0], "ours") == "ok" else set())


def test_every_route_of_a_ticket_has_a_row() -> None:
    of_tickets = {route.name for route in routes() if route.name.startswith("tickets:")}

    assert of_tickets == {"tickets:list", "tickets:rows", *(door.route for door in DOORS)}


# --- At the API: a customer's own, and those of the companies that staff work for -----------------

OWNERS = {"ours": "customer A", "theirs": "customer of another company"}
WRITTEN = {"client_id": "client-1", "body": "written"}
#: What is sent, and whether customers may too.
API_DOORS = {
    "ticket-detail": ("", None, True),
    "ticket-detail PATCH": ("", {"summary": "canary summary written"}, False),
    "ticket-comments": ("comments/", WRITTEN, True),
    "ticket-notes": ("notes/", WRITTEN, False),
    "ticket-resolve": ("resolve/", {"resolution": "written"}, False),
    "ticket-activity": ("activity/", None, False),
}


@pytest.mark.parametrize("route", API_DOORS)
@pytest.mark.parametrize("name", PEOPLE)
def test_who_reaches_which_ticket_at_the_api(
    cell: World, tickets: dict[str, Ticket], name: str, route: str
) -> None:
    who, findings = cell.people[name], Findings()
    tail, body, _customers = API_DOORS[route]
    for label in TICKETS:
        one = tickets.get(label)
        address = one.public_id if one else cell.missing
        with writes() as seen:
            answer = call(who, f"/api/v1/tickets/{address}/{tail}", body, patch="PATCH" in route)
        right, said = wanted_at_api(who, route, label), said_by(answer).replace(address, "the-id")
        findings.about(
            label,
            answer_of(answer),
            right,
            said=said,
            told=[text for text in unseen(who, right) if text in said],
            wrote=[] if right == "ok" else facts_written(seen),
        )
    findings.none()


def wanted_at_api(who: Principal, route: str, label: str) -> str:
    """The whole rule, said a second time."""
    if who.kind == "nobody":
        return "not_authenticated"
    if who.kind == "customer":
        if not API_DOORS[route][2]:
            return "forbidden"
        return "ok" if OWNERS.get(label) == who.name else "not_found"
    if who.name not in WORKERS:
        return "forbidden"
    reached = label == "ours" or (label == "theirs" and who.name == "superuser")
    return "ok" if reached else "not_found"


def unseen(who: Principal, right: str) -> list[str]:
    if right != "ok":
        return ["canary note", "canary text", "canary summary"]
    return ["canary note", "canary text"] if who.kind == "customer" else []


@pytest.mark.parametrize("name", PEOPLE)
def test_whose_tickets_the_api_lists(cell: World, tickets: dict[str, Ticket], name: str) -> None:
    who = cell.people[name]
    answer = call(who, "/api/v1/tickets/")
    shown = {label for label in OWNERS if f"canary summary {label}" in said_by(answer)}

    if who.kind == "customer":
        assert answer_of(answer) == "ok"
        assert shown == {label for label, owner in OWNERS.items() if owner == name}
        return
    right = wanted_at_api(who, "ticket-detail", "ours")
    mine = {"superuser": {"ours", "theirs"}}.get(name, {"ours"})
    assert (answer_of(answer), shown) == (right, mine if right == "ok" else set())


def test_every_route_of_a_ticket_at_the_api_has_a_row() -> None:
    of_tickets = {route.name for route in routes() if route.name.startswith("ticket-")}

    assert of_tickets == {"ticket-list", *(door.split()[0] for door in API_DOORS)}


@pytest.mark.parametrize("label", OWNERS)
@pytest.mark.parametrize("name", PEOPLE)
def test_for_whom_staff_make_tickets_at_the_api(cell: World, name: str, label: str) -> None:
    who, owner = cell.people[name], cell.people[OWNERS[label]].customer
    assert owner is not None
    said = {"customer": owner.public_id, "kind": "incident", "summary": "written"}
    with writes() as seen:
        answer = call(who, "/api/v1/tickets/", said)

    if who.kind == "customer":  # He leaves his own, in other words.
        assert answer.status_code in {400, 409}
    else:
        right = wanted_at_api(who, "ticket-detail", label)
        assert answer_of(answer) == right
        assert right == "ok" or not facts_written(seen)


def call(
    who: Principal, path: str, body: dict[str, str] | None = None, *, patch: bool = False
) -> HttpResponse:
    browser = who.client()
    if patch:
        return browser.patch(path, body, "application/json", headers={"If-Match": '"1"'})
    return browser.post(path, body, "application/json") if body else browser.get(path)
