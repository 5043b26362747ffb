"""`manage.py make_tickets N`: believable tickets in bulk, to see how the desk does with many."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from tickets.management.words import FIRST, GROUPS, INCIDENTS, LAST, ORDERS, PLACES, THINGS
from tickets.models import (
    Activity,
    AssignmentGroup,
    Company,
    Customer,
    Impact,
    Kind,
    PriorityRule,
    Status,
    Ticket,
    TicketNumber,
    Urgency,
    User,
)
from tickets.models.tickets import PREFIXES

#: Small, so that no transaction waits for this process to think.
BATCH = 500
COMPANIES, CUSTOMERS = 50, 40
YEARS = 3
#: Most tickets are settled sooner or later; these weights say how many stand where.
STANDING = {"open": 6, "pending": 2, "resolved": 8, "closed": 78, "cancelled": 6}


class Command(BaseCommand):
    help = "Make N believable tickets, for companies made up beforehand when there are none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=int)
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same tickets")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted: int = options["number"]
        maker = Maker(Random(options["seed"]), timezone.now())  # noqa: S311
        with tqdm(total=wanted, unit=" tickets", unit_scale=True) as bar:
            for done in range(0, wanted, BATCH):
                size = min(BATCH, wanted - done)
                maker.make(done, size, wanted)
                bar.update(size)
        self.stdout.write(f"{wanted} tickets made; there are {Ticket.objects.count()} now.")


class Maker:
    """Knows what tickets are made of, and makes them batch by batch, oldest first."""

    def __init__(self, chance: Random, now: datetime) -> None:
        self.chance, self.now = chance, now
        if not Customer.objects.exists():
            self._people()
        self.customers = list(Customer.objects.select_related("company")[: COMPANIES * CUSTOMERS])
        self.groups = list(AssignmentGroup.objects.filter(company=None)) or self._groups()
        self.staff = list(User.objects.filter(is_active=True)[:200])
        rules = PriorityRule.objects.values_list("impact", "urgency", "priority")
        self.matrix = {(impact, urgency): priority for impact, urgency, priority in rules}
        statuses = Status.objects.active().prefetch_related("reasons")
        self.statuses = {kind: [row for row in statuses if row.kind == kind] for kind in Kind}

    def _people(self) -> None:
        companies = [
            Company(name=f"{PLACES[n % len(PLACES)]} {n}", external_key=f"made-{n}")
            for n in range(COMPANIES)
        ]
        for company in Company.objects.bulk_create(companies):
            Customer.objects.bulk_create(
                Customer(company=company, name=name, email=f"{n}@{company.external_key}.example")
                for n, name in enumerate(self._names(CUSTOMERS))
            )

    def _groups(self) -> list[AssignmentGroup]:
        return AssignmentGroup.objects.bulk_create(AssignmentGroup(name=name) for name in GROUPS)

    def _names(self, number: int) -> Iterator[str]:
        for _ in range(number):
            yield f"{self.chance.choice(FIRST)} {self.chance.choice(LAST)}"

    def make(self, done: int, size: int, wanted: int) -> None:
        """The next tickets, each with the step that opened it."""
        numbers = {kind: self._numbers(kind, size) for kind in Kind}
        tickets = [
            self._ticket(numbers, self.now - self._age(done + place, wanted))
            for place in range(size)
        ]
        with transaction.atomic():
            made = Ticket.objects.bulk_create(tickets)
            Activity.objects.bulk_create(map(_opening, made))

    @transaction.atomic
    def _numbers(self, kind: Kind, size: int) -> Iterator[str]:
        """So many of this kind, as `take` would give them one by one."""
        row = TicketNumber.objects.select_for_update().get(kind=kind)
        first, row.last = row.last, row.last + size * 5
        row.save(update_fields=["last"])
        return (f"{PREFIXES[kind]}-{first + 1 + 5 * place}" for place in range(size))

    def _age(self, place: int, wanted: int) -> timedelta:
        whole = timedelta(days=365 * YEARS)
        return whole * (1 - place / wanted) * (0.999 + 0.001 * self.chance.random())

    def _ticket(self, numbers: dict[Kind, Iterator[str]], created: datetime) -> Ticket:
        chance = self.chance
        kind = Kind.INCIDENT if chance.random() < 0.8 else Kind.WORK_ORDER
        customer = chance.choice(self.customers)
        status = self._status(kind)
        impact, urgency = chance.choice(list(Impact)), chance.choice(list(Urgency))
        assignee = chance.choice(self.staff) if self.staff and chance.random() < 0.7 else None
        ticket = Ticket(
            kind=kind,
            number=next(numbers[kind]),
            company=customer.company,
            customer=customer,
            summary=self._summary(kind),
            impact=impact,
            urgency=urgency,
            priority=self.matrix.get((impact, urgency)),
            status=status,
            reason=next(iter(status.reasons.all()), None),
            group=chance.choice(self.groups),
            assignee=assignee,
            source=chance.choice([Ticket.Source.CHAT, Ticket.Source.WIDGET, Ticket.Source.CONSOLE]),
            opened_by=assignee,
            created_at=created,
            updated_at=min(self.now, created + timedelta(hours=chance.expovariate(1 / 20))),
        )
        ticket.settled_at = None if ticket.is_unsettled else ticket.updated_at
        ticket.note_sought()
        return ticket

    def _status(self, kind: Kind) -> Status:
        rows = self.statuses[kind]
        return self.chance.choices(rows, [STANDING[row.stage] for row in rows])[0]

    def _summary(self, kind: Kind) -> str:
        trouble = self.chance.choice(INCIDENTS if kind == Kind.INCIDENT else ORDERS)
        thing, n = self.chance.choice(THINGS), self.chance.randint(2, 99)
        return f"{thing} {trouble.format(n=n)}"


def _opening(ticket: Ticket) -> Activity:
    return Activity(
        ticket=ticket,
        kind=Activity.Kind.STEP,
        code="opened",
        data={"source": ticket.source},
        author=ticket.opened_by,
        author_name=ticket.opened_by.name if ticket.opened_by else "",
        created_at=ticket.created_at,
    )
