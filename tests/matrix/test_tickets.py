"""Everybody at every door of every ticket: the own companies', another's, one that is not there."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.http import HttpResponse

from tests.matrix.doors import answer_of, said_by
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
    Door("tickets:reopen", "{ticket}/reopen/", "status={status}&version=1"),
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
    who, wrong, nothing = cell.people[name], [], ""
    if door.route == "tickets:reopen":
        resolved = Status.objects.get(kind="incident", name="Resolved")
        Ticket.objects.filter(pk__in=[one.pk for one in tickets.values()]).update(status=resolved)
    for label in TICKETS:
        with writes() as seen:
            answer, said = ask(cell, tickets.get(label), who, door)
        right = wanted(who, door, label)
        wrong += [f"{label}: {answer}, not {right}"] if answer != right else []
        if not door.ask or right != "ok":
            wrong += [f"{label}: wrote {sql}" for sql in facts_written(seen)]
        if right in {"forbidden", "not_authenticated", "not_found"}:
            wrong += [f"{label}: told {said}"] if "canary" in said else []
        if right == "not_found":
            nothing = nothing or said
            wrong += [f"{label}: not as one that is not there: {said}"] if said != nothing else []

    assert not wrong, "\n".join(wrong)


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


# --- A customer's own, at the API -----------------------------------------------------------------

OWNERS = {"ours": "customer A", "theirs": "customer of another company"}
CUSTOMERS_DOORS = {"ticket-detail": "", "ticket-comments": "comments/"}


@pytest.mark.parametrize("route", CUSTOMERS_DOORS)
@pytest.mark.parametrize("name", PEOPLE)
def test_a_customer_reaches_his_own_and_nobody_else_does(
    cell: World, tickets: dict[str, Ticket], name: str, route: str
) -> None:
    who, wrong = cell.people[name], []
    for label in TICKETS:
        ticket = tickets.get(label)
        path = f"/api/v1/tickets/{ticket.public_id if ticket else cell.missing}/"
        body = {"client_id": "client-1", "body": "written"} if route == "ticket-comments" else None
        with writes() as seen:
            answer = call(who, path + CUSTOMERS_DOORS[route], body)
        right = "ok" if OWNERS.get(label) == name else _shut(who)
        wrong += (
            [f"{label}: {answer_of(answer)}, not {right}"] if answer_of(answer) != right else []
        )
        hidden = ["canary note", "canary text"] + ([] if right == "ok" else ["canary summary"])
        wrong += [f"{label}: told {text}" for text in hidden if text in said_by(answer)]
        wrong += [f"{label}: wrote {sql}" for sql in facts_written(seen) if right != "ok"]

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", PEOPLE)
def test_a_list_has_his_own_and_no_others(
    cell: World, tickets: dict[str, Ticket], name: str
) -> None:
    who = cell.people[name]
    answer = call(who, "/api/v1/tickets/")
    own = [label for label, owner in OWNERS.items() if owner == name]

    assert answer_of(answer) == ("ok" if who.kind == "customer" else _shut(who))
    for label in OWNERS:
        assert (f"canary summary {label}" in said_by(answer)) == (label in own)


def call(who: Principal, path: str, body: dict[str, str] | None = None) -> HttpResponse:
    browser = who.client()
    return browser.post(path, body, "application/json") if body else browser.get(path)


def _shut(who: Principal) -> str:
    """What a door that is not theirs answers to people of this kind."""
    kinds = {"nobody": "not_authenticated", "customer": "not_found"}
    return kinds.get(who.kind, "forbidden")
