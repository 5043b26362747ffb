"""Everybody at every door of the directory: of the own companies, of another, of nobody."""

from __future__ import annotations

import pytest

from tests.factories import AssetFactory, ServiceAlertFactory
from tests.matrix.doors import Findings, answer_of, said_by
from tests.matrix.test_reach import PEOPLE
from tests.matrix.test_tickets import WORKERS, call
from tests.security.surface import facts_written, routes, writes
from tests.security.world import Principal, World
from tickets.models import Company, Status

#: Who takes chats: queues are for them.
AGENTS = {name for name in WORKERS if "agent" in name or name == "colleague"} - {"retired agent"}
DOORS = ["companies", "customers", "assets", "queues"]
LABELS = ["missing", "theirs", "ours"]


@pytest.fixture
def rows(cell: World) -> dict[str, dict[str, str]]:
    """Door → label → public id."""
    people = {"ours": "customer A", "theirs": "customer of another company"}
    found: dict[str, dict[str, str]] = {door: {} for door in DOORS}
    for label, name in people.items():
        company, customer = cell.companies[label], cell.people[name].customer
        assert customer is not None
        Company.objects.filter(pk=company.pk).update(external_key=f"canary-{label}")
        asset = AssetFactory(company=company, tag=f"canary-{label}")
        queue = cell.queues["first" if label == "ours" else "foreign"]
        shown = {"companies": company, "customers": customer, "assets": asset, "queues": queue}
        for door, row in shown.items():
            found[door][label] = row.public_id
    return found


def wanted(who: Principal, door: str, label: str) -> str:
    """The whole rule, said a second time."""
    if who.kind == "nobody":
        return "not_authenticated"
    allowed = AGENTS if door == "queues" else WORKERS
    if who.kind == "customer" or who.name not in allowed:
        return "forbidden"
    reached = label == "ours" or (label == "theirs" and who.name == "superuser")
    return "ok" if reached else "not_found"


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", PEOPLE)
def test_who_is_told_of_whom(
    cell: World, rows: dict[str, dict[str, str]], name: str, door: str
) -> None:
    who, findings = cell.people[name], Findings()
    for label in LABELS:
        address = rows[door].get(label, cell.missing)
        with writes() as seen:
            answer = call(who, f"/api/v1/{door}/{address}/")
        right, said = wanted(who, door, label), said_by(answer).replace(address, "the-id")
        findings.about(
            label,
            answer_of(answer),
            right,
            said=said,
            told=["canary"] if right != "ok" and "canary" in said else [],
            wrote=facts_written(seen),
        )
    findings.none()

    listed = said_by(call(who, f"/api/v1/{door}/"))
    told = {label for label, public_id in rows[door].items() if public_id in listed}
    assert told == {label for label in rows[door] if wanted(who, door, label) == "ok"}


@pytest.mark.parametrize("name", PEOPLE)
def test_who_is_told_of_which_alerts(cell: World, name: str) -> None:
    who = cell.people[name]
    rows = {
        label: ServiceAlertFactory(companies=[cell.companies[label]])
        for label in ("ours", "theirs")
    }
    listed = said_by(call(who, "/api/v1/alerts/"))

    for label, row in rows.items():
        right = wanted(who, "alerts", label)
        assert answer_of(call(who, f"/api/v1/alerts/{row.public_id}/")) == right, label
        assert (row.public_id in listed) is (right == "ok"), label


#: Who serves a queue of the one agent whom all of these ask for.
COLLEAGUES = {"agent", "colleague"}


@pytest.mark.parametrize("name", PEOPLE)
def test_who_is_told_of_which_agents(cell: World, name: str) -> None:
    who, asked = cell.people[name], cell.people["agent"].agent
    assert asked is not None
    listed = said_by(call(who, "/api/v1/agents/"))

    right = wanted(who, "queues", "ours")
    if right == "ok" and name not in COLLEAGUES:
        right = "not_found"
    assert answer_of(call(who, f"/api/v1/agents/{asked.public_id}/")) == right
    assert (asked.public_id in listed) is (right == "ok")
    own = answer_of(call(who, "/api/v1/agents/me/availability/"))
    assert own == ("ok" if right == "not_found" else right)


@pytest.mark.parametrize("name", PEOPLE)
def test_who_is_told_the_words_of_tickets(cell: World, name: str) -> None:
    who, status = cell.people[name], Status.objects.active().first()
    assert status is not None

    right = wanted(who, "statuses", "ours")

    assert answer_of(call(who, "/api/v1/statuses/")) == right
    assert answer_of(call(who, f"/api/v1/statuses/{status.public_id}/")) == right


def test_every_route_of_the_directory_has_a_row() -> None:
    of_it = {"agent", "alert", "asset", "company", "customer", "queue", "status"}
    found = {route.name for route in routes() if route.name.split("-")[0] in of_it}

    rows = {f"{name}-{which}" for name in of_it for which in ("list", "detail")}
    assert found == {*rows, "agent-availability"}
