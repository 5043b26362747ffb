"""Tickets and what they are made of, as rows for tests."""

from typing import Any

from django.utils import timezone
from factory import LazyFunction, SelfAttribute, Sequence, SubFactory, Trait, post_generation
from factory.django import DjangoModelFactory

from tests.factories.people import CompanyFactory, CustomerFactory, seeded_statuses
from tickets.models import (
    Asset,
    AssignmentGroup,
    Category,
    Company,
    Service,
    ServiceAlert,
    Status,
    StoredFile,
    Ticket,
    TicketFile,
    TicketTemplate,
)
from tickets.services.lifecycle import open_ticket


class AssignmentGroupFactory(DjangoModelFactory):
    class Meta:
        model = AssignmentGroup
        skip_postgeneration_save = True

    name = Sequence(lambda n: f"Group {n}")


class ServiceFactory(DjangoModelFactory):
    class Meta:
        model = Service

    name = Sequence(lambda n: f"Service {n}")


class CategoryFactory(DjangoModelFactory):
    """At the top of the operational tree."""

    class Meta:
        model = Category

    tree = Category.Tree.OPERATIONAL
    name = Sequence(lambda n: f"Category {n}")


class AssetFactory(DjangoModelFactory):
    class Meta:
        model = Asset

    company = SubFactory(CompanyFactory)
    tag = Sequence(lambda n: f"LT-{n:05}")
    name = "Laptop, 14 inch"


class ServiceAlertFactory(DjangoModelFactory):
    """In effect since now, until somebody ends it, for all companies."""

    class Meta:
        model = ServiceAlert
        skip_postgeneration_save = True

    title = "Harbour VPN gateway is slow"

    @post_generation
    def companies(self, _create: bool, chosen: list[Company] | None, **_kwargs: Any) -> None:
        if chosen:
            self.companies.set(chosen)


class TicketTemplateFactory(DjangoModelFactory):
    class Meta:
        model = TicketTemplate

    name = Sequence(lambda n: f"Remote access fault {n}")


class TicketFactory(DjangoModelFactory):
    """An incident that an agent opened. `status="Resolved"`: by its name, with a reason if need be.

    Everything else is a field of the ticket; `opened` says who opened it.
    """

    class Meta:
        model = Ticket

    kind = "incident"
    customer = SubFactory(CustomerFactory)
    summary = "VPN drops every ten minutes"
    source = Ticket.Source.CHAT
    opened = None
    status = ""

    @classmethod
    def _create(cls, model_class: type[Ticket], *args: Any, **fields: Any) -> Ticket:
        seeded_statuses()
        kind, customer, source = (fields.pop(name) for name in ("kind", "customer", "source"))
        status, by = fields.pop("status"), fields.pop("opened")
        ticket = open_ticket(kind, customer=customer, values=fields, source=source, by=by)
        if status:
            row = Status.objects.get(kind=kind, name=status)
            ticket.status, ticket.reason = row, row.reasons.first()
            ticket.settled_at = None if ticket.is_unsettled else timezone.now()
            ticket.save(update_fields=["status", "reason", "settled_at"])
        return ticket


class StoredFileFactory(DjangoModelFactory):
    """The row of a file that a customer sent and that something refers to; it has no content."""

    class Meta:
        model = StoredFile

    class Params:
        image = Trait(media_type="image/png", width=900, height=600)

    customer = SubFactory(CustomerFactory)
    company = SelfAttribute("customer.company")
    name = Sequence(lambda n: f"vpn-profile-{n}.cfg")
    media_type = "text/plain"
    size = 2048
    sha256 = "0" * 64
    kept_at = LazyFunction(timezone.now)


class TicketFileFactory(DjangoModelFactory):
    """A file that the customer of a ticket sent."""

    class Meta:
        model = TicketFile

    ticket = SubFactory(TicketFactory)
    file = SubFactory(StoredFileFactory, customer=SelfAttribute("..ticket.customer"))
