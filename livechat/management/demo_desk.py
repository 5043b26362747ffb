"""Make the made-up service desks: settings by hand, as an administrator; tickets by services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from livechat.management.demo_records import (
    ALERTS,
    ASSETS,
    CATEGORIES,
    GROUPS,
    SERVICES,
    TEMPLATES,
    TICKETS,
    Work,
)
from tickets.models import (
    Asset,
    AssignmentGroup,
    Category,
    ChatOutcome,
    Company,
    Customer,
    RequiredField,
    Service,
    ServiceAlert,
    Site,
    Status,
    Ticket,
    TicketTemplate,
    User,
)
from tickets.models.catalogue import STEP
from tickets.services.activity import add_comment, add_work_note
from tickets.services.lifecycle import cancel_ticket, open_ticket, resolve_ticket, save_ticket


def make_desks() -> None:
    """After companies, people and staff: what they use, and what they have had done."""
    make_catalogue()
    make_templates()
    make_assets()
    now = timezone.now()
    make_alerts(now)
    for work in sorted(TICKETS, key=lambda each: -each.ago):
        do(work, now)


def companies() -> dict[str, Company | None]:
    return {"": None, **{company.external_key: company for company in Company.objects.all()}}


def staff(name: str) -> User:
    return User.objects.get(email=f"{name}@parley.example")


def make_catalogue() -> None:
    by_key = companies()
    for name, key, members in GROUPS:
        group = AssignmentGroup.objects.create(name=name, company=by_key[key])
        group.members.add(*map(staff, members))
    for name, key in SERVICES:
        Service.objects.create(name=name, company=by_key[key])
    for tree, paths in CATEGORIES.items():
        made: dict[str, Category] = {}
        for place, path in enumerate(paths, 1):
            above, _step, name = path.rpartition(STEP)
            made[path] = Category.objects.create(
                tree=tree, name=name, parent=made.get(above), order=10 * place
            )


def category(tree: str) -> Callable[[str], Category]:
    def find(path: str) -> Category:
        rows = Category.objects.filter(tree=tree).with_path()
        return next(row for row in rows if row.path == path)

    return find


FOUND: dict[str, Callable[[str], Any]] = {
    "operational_category": category(Category.Tree.OPERATIONAL),
    "product_category": category(Category.Tree.PRODUCT),
    "group": lambda name: AssignmentGroup.objects.get(name=name),
    "service": lambda name: Service.objects.get(name=name),
    "asset": lambda tag: Asset.objects.get(tag=tag),
    "site": lambda name: Site.objects.get(name=name),
    "assignee": staff,
}


def rows_for(values: dict[str, Any]) -> dict[str, Any]:
    """The values with rows in the place of their names."""
    return {name: FOUND[name](said) if name in FOUND else said for name, said in values.items()}


def make_templates() -> None:
    by_key = companies()
    for said in TEMPLATES:
        template = TicketTemplate.objects.create(
            name=said.name,
            purpose=said.purpose,
            company=by_key[said.company],
            for_incidents="incident" in said.kinds,
            for_work_orders="work_order" in said.kinds,
            **rows_for(said.fills_in),
        )
        for kind in said.kinds:
            for field in said.required:
                RequiredField.objects.create(kind=kind, field=field, template=template)


def make_assets() -> None:
    people = {person.external_id: person for person in Customer.objects.select_related("site")}
    by_key = companies()
    for tag, name, kind, whose, host, status in ASSETS:
        person = people.get(whose)
        company = person.company if person else by_key[whose]
        assert company is not None
        Asset.objects.create(
            company=company,
            tag=tag,
            name=name,
            kind=kind,
            customer=person,
            site=person.site if person else company.sites.order_by("pk").first(),
            hostname=f"{host}.{company.external_key}.example" if host else "",
            status=status,
        )


def make_alerts(now: datetime) -> None:
    for said in ALERTS:
        alert = ServiceAlert.objects.create(
            title=said.title,
            text=said.text,
            service=Service.objects.get(name=said.service),
            starts_at=now + timedelta(seconds=said.since),
            ends_at=None if said.until is None else now + timedelta(seconds=said.until),
            shown_to_customers=said.shown,
        )
        alert.companies.add(*Company.objects.filter(external_key__in=said.companies))


def do(work: Work, now: datetime) -> None:
    """The ticket as the services make it; then its times are set back to when it was."""
    by = staff(work.by)
    customer = Customer.objects.select_related("company", "site").get(external_id=work.customer)
    template = TicketTemplate.objects.get(name=work.template) if work.template else None
    presets = template.presets if template else {}
    ticket = open_ticket(
        work.kind,
        customer=customer,
        values={"site": customer.site, **presets, "summary": work.summary, **rows_for(work.values)},
        source=Ticket.Source.CHAT,
        by=by,
        template=template,
    )
    for verb, text in work.steps:
        STEPS[verb](ticket.pk, text, by)
    set_back(ticket.pk, now - timedelta(seconds=work.ago), work.took)


def change_status(ticket_id: int, name: str, by: User) -> None:
    ticket = Ticket.objects.get(pk=ticket_id)
    status = Status.objects.get(kind=ticket.kind, name=name)
    save_ticket(ticket_id, by=by, version=ticket.version, values={}, status=status)


def resolve(ticket_id: int, text: str, by: User) -> None:
    kind = Ticket.objects.values_list("kind", flat=True).get(pk=ticket_id)
    usual = ChatOutcome.objects.usual(kind, ChatOutcome.Outcome.ENDED)
    resolve_ticket(ticket_id, outcome=usual.pk, by=by, resolution=text)


STEPS: dict[str, Callable[[int, str, User], object]] = {
    "note": lambda ticket, text, by: add_work_note(ticket, body=text, by=by),
    "comment": lambda ticket, text, by: add_comment(ticket, body=text, by=by),
    "status": change_status,
    "resolve": resolve,
    "cancel": lambda ticket, _text, by: cancel_ticket(ticket, by=by),
}


def set_back(ticket_id: int, start: datetime, took: int) -> None:
    """Its entries follow each other over that time; the ticket's own times follow from them."""
    ticket = Ticket.objects.get(pk=ticket_id)
    entries = list(ticket.activities.order_by("pk"))
    for place, entry in enumerate(entries):
        entry.created_at = start + timedelta(seconds=took * place / len(entries))
        entry.save(update_fields=["created_at"])
    ticket.created_at, ticket.updated_at = start, entries[-1].created_at
    if ticket.settled_at:
        ticket.settled_at = entries[-1].created_at
    ticket.save(update_fields=["created_at", "updated_at", "settled_at"])
