"""The list beside one that plain Python makes: whatever is asked, the same, page by page."""

from datetime import timedelta
from random import Random
from urllib.parse import parse_qsl

import pytest
from django.utils import timezone

from tests.factories import AssignmentGroupFactory, CompanyFactory, CustomerFactory, TicketFactory
from tests.tickets.console.conftest import ticket_worker
from tickets.console import lists, paging
from tickets.console.lists import list_of
from tickets.models import Status, Ticket, User
from tickets.models.statuses import Stage
from tickets.models.tickets import words_of

pytestmark = pytest.mark.django_db

TICKETS, QUESTIONS = 60, 50
THINGS = ["Printer", "VPN", "Incense burner", "Mail", "Ünïcode", "5G"]
TROUBLE = ["drops", "does not print", "inc 5", "wo-wo 1e5", "drops 12"]
SOUGHT = [
    "printer", "p", "vpn drops", "vpn print", "inc", "INC-", "inc printer", "wo", "5", "1e5 wo",
    "ünï", "zzz", "!!!", "mail zzz", "ada", "drops lovelace", "n o t",
]  # fmt: skip
FALLING = {
    "": ("created_at", True),
    "newest": ("created_at", True),
    "changed": ("updated_at", True),
}


class Desk:
    """Companies, groups, people, and tickets of them that chance makes."""

    def __init__(self, chance: Random) -> None:
        self.companies = [CompanyFactory() for _ in range(5)]
        self.groups = [AssignmentGroupFactory() for _ in range(2)]
        theirs = [self.companies[:3], self.companies[:1], self.companies, []]
        self.workers = [ticket_worker(*some) for some in theirs]
        self.workers.append(ticket_worker(all_companies=True))
        names = ["Ada Lovelace", "Printo Vega"] * len(self.companies)
        self.people = [
            CustomerFactory(company=company, name=name)
            for company, name in zip(self.companies * 2, names, strict=True)
        ]
        for _ in range(TICKETS):
            self.make(chance)

    def make(self, chance: Random) -> None:
        impact = chance.choice([None, 1, 2, 4])
        ticket = TicketFactory(
            kind=chance.choice(["incident", "work_order"]),
            customer=chance.choice(self.people),
            summary=f"{chance.choice(THINGS)} {chance.choice(TROUBLE)}",
            impact=impact,
            urgency=impact and chance.choice([1, 3]),
            group=chance.choice([None, *self.groups]),
        )
        ago = [timezone.now() - timedelta(hours=chance.randint(0, 12)) for _ in range(2)]
        Ticket.objects.filter(pk=ticket.pk).update(
            status=chance.choice(list(Status.objects.of(ticket.kind))),
            assignee=chance.choice([None, None, *self.workers[:2]]),
            created_at=min(ago),
            updated_at=max(ago),
        )


def question(chance: Random, desk: Desk) -> dict[str, str]:
    said = {
        "q": SOUGHT,
        "kind": ["incident", "work_order"],
        "stage": Stage.values,
        "status": [row.public_id for row in Status.objects.active()],
        "priority": ["1", "2", "3", "4"],
        "assignee": ["me", "nobody"],
        "group": [group.public_id for group in desk.groups],
        "company": [company.public_id for company in desk.companies],
    }
    names = ["q"] * chance.randint(0, 1) + chance.sample([*said], chance.choice([0, 0, 1, 1, 2]))
    sort = chance.choice(["", "newest", "oldest", "changed", "priority"])
    return {"sort": sort, **{name: chance.choice(said[name]) for name in names}}


def judged(user: User, asked: dict[str, str]) -> list[str]:
    """What the list has to show, in order."""
    rows = Ticket.objects.select_related("status", "group", "company", "assignee", "customer")
    mine = [row for row in rows if user.all_companies or row.company in user.companies.all()]
    found = [row for row in mine if fits(row, user, asked)]
    return [row.number for row in sorted(found, key=lambda row: place(row, asked["sort"]))]


def fits(row: Ticket, user: User, asked: dict[str, str]) -> bool:
    companies = {company.public_id for company in user.companies.all()}
    offered = user.all_companies or asked.get("company") in companies
    has = words_of(f"{row.number} {row.summary} {row.customer.name}")
    wanted = words_of(asked.get("q", ""))
    checks = {
        "q": bool(wanted) and all(any(w.startswith(word) for w in has) for word in wanted),
        "kind": row.kind == asked.get("kind"),
        "stage": row.status.stage == asked.get("stage"),
        "status": row.status.public_id == asked.get("status"),
        "priority": str(row.priority) == asked.get("priority"),
        "assignee": row.assignee == (user if asked.get("assignee") == "me" else None),
        "group": row.group is not None and row.group.public_id == asked.get("group"),
        "company": row.company.public_id == asked.get("company") or not offered,
    }
    return all(checks[name] for name in asked if name != "sort")


def place(row: Ticket, sort: str) -> tuple[object, ...]:
    created, changed = row.created_at.timestamp(), row.updated_at.timestamp()
    return {
        "oldest": (created, row.pk),
        "changed": (-changed, -row.pk),
        "priority": (row.priority or 9, -created, -row.pk),
    }.get(sort, (-created, -row.pk))


def walked(user: User, asked: dict[str, str]) -> tuple[list[str], list[str]]:
    """All pages to the last, and all back to the first."""
    page = list_of(user, asked)
    there = [row.number for row in page["tickets"]]
    while page["older"]:
        page = list_of(user, dict(parse_qsl(page["older"][1:])))
        there += [row.number for row in page["tickets"]]
    back = [row.number for row in page["tickets"]]
    while page["newer"]:
        page = list_of(user, dict(parse_qsl(page["newer"][1:])))
        back = [row.number for row in page["tickets"]] + back
    return there, back


#: How near words are looked for, and how many companies are few: of PostgreSQL's ways alone.
LIMITS = [pytest.param(*limits, marks=pytest.mark.postgres) for limits in [(40, 8), (6, 8), (6, 2)]]


@pytest.mark.parametrize(("near", "few"), [(3000, 8), *LIMITS])
def test_the_list_shows_what_it_has_to(monkeypatch, near, few):
    chance = Random(f"{near} {few}")
    monkeypatch.setattr(lists, "ROWS", 9)
    monkeypatch.setattr(paging, "NEAR", near)
    monkeypatch.setattr(paging, "FEW", few)
    desk = Desk(chance)

    for _ in range(QUESTIONS):
        user, asked = chance.choice(desk.workers), question(chance, desk)
        right = judged(user, asked)
        assert walked(user, asked) == (right, right), (user.pk, asked)
