"""Incidents and work orders: their steps, their numbers, who may see them."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from typing import Any, ClassVar, Self

from django.db import connection, models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from tickets.exceptions import IllegalStepError
from tickets.models.assets import Asset
from tickets.models.catalogue import AssignmentGroup, Category, Service
from tickets.models.keys import token_urlsafe_16
from tickets.models.kinds import Impact, Kind, Priority, Urgency
from tickets.models.people import Company, Customer, Site, User
from tickets.models.statuses import KIND_KNOWN, Stage, Status, StatusReason
from tickets.models.templates import TicketTemplate

SUMMARY_CHARACTERS = 200
#: Nobody may conclude from two numbers how many tickets lie between them.
LARGEST_STEP = 9
#: Where tickets without a priority stand among those that have one.
UNRANKED = 9
#: More words than these find nothing else.
SOUGHT_WORDS = 8
PREFIXES = {Kind.INCIDENT: "INC", Kind.WORK_ORDER: "WO"}


class TicketNumberManager(models.Manager["TicketNumber"]):
    def take(self, kind: str) -> str:
        """The next number of this kind. Its row is locked until the transaction ends."""
        row = self.select_for_update(no_key=True).get(kind=kind)
        row.last += 1 + secrets.randbelow(LARGEST_STEP)
        row.save(update_fields=["last"])
        return f"{PREFIXES[Kind(kind)]}-{row.last}"


class TicketNumber(models.Model):
    """How far the numbers of a kind have come."""

    kind = models.CharField(max_length=12, choices=Kind, unique=True)
    last = models.PositiveBigIntegerField()

    objects: ClassVar[TicketNumberManager] = TicketNumberManager()

    def __str__(self) -> str:
        return f"{self.kind} {self.last}"


class WordsFound(models.Func):
    """Whether the words of `sought` answer a query, in the column that PostgreSQL keeps of them.

    A migration made it: each word as it is, and once more with the key of the ticket's company
    before it, so that few companies' tickets are found without looking at all others'.
    """

    output_field = models.BooleanField()
    template = "%(expressions)s::tsquery"
    arg_joiner = " @@ "

    def as_sql(
        self,
        compiler: Any,
        connection: Any,
        function: str | None = None,
        template: str | None = None,
        arg_joiner: str | None = None,
        **extra_context: Any,
    ) -> tuple[str, Any]:
        made, params = super().as_sql(
            compiler, connection, function, template, arg_joiner, **extra_context
        )
        return made.replace('"sought"', '"sought_words"'), params


class TicketQuerySet(models.QuerySet["Ticket"]):
    def locked(self, pk: int) -> Ticket:
        """The ticket, locked.

        Read anew once it is ours: PostgreSQL joins what a waiting lock finds changed to the rows
        that it found before, and a ticket whose status changed meanwhile has none.
        """
        self.select_for_update(no_key=True).only("pk").get(pk=pk)
        return self.select_related("status", "company", "template").get(pk=pk)

    def visible_to(self, user: User, among: Collection[Company] | None = None) -> Self:
        """The tickets of the companies a member of staff works for. Every staff door reads here.

        `among`: of those companies only these. A door that has read them says so: of keys, unlike
        of a query for them, the database knows how many tickets they have.
        """
        if not user.has_perm("tickets.work_on_tickets"):
            return self.none()
        if among is not None:
            return self.filter(company__in=among)
        if user.all_companies:
            return self
        return self.filter(company__in=Company.objects.visible_to(user).values("pk"))

    def of_customer(self, customer: Customer) -> Self:
        """The tickets that are for this customer."""
        return self.filter(customer=customer)

    def unsettled(self) -> Self:
        """Work is left to do."""
        return self.filter(status__stage__in=[Stage.OPEN, Stage.PENDING])

    def find_by_new_names(self, customers: Collection[int]) -> None:
        """Search finds the tickets of these customers by the names that they have now."""
        found = self.filter(customer__in=customers).select_related("customer").order_by("pk")
        tickets = list(found)
        for ticket in tickets:
            ticket.note_sought()
        self.bulk_update(tickets, ["sought"], batch_size=500)

    def with_rank(self) -> Self:
        """`rank`: the priority, after all others where there is none."""
        return self.annotate(rank=Coalesce("priority", UNRANKED))

    def search(self, text: str, within: Collection[Company] = ()) -> Self:
        """Every word begins a word of the number, the summary or the customer's name.

        `within`: the companies whose tickets these are, where they are few.
        """
        words = words_of(text)[:SOUGHT_WORDS]
        if not words or connection.vendor != "postgresql":
            return self.having_words(text)
        looked_up = [word for word in words if not begins_numbers(word)] or words
        judged = " ".join(word for word in words if word not in looked_up)
        query = Value(words_query(looked_up, within))  # For the index that a migration made.
        return self.filter(WordsFound("sought", query)).having_words(judged)

    def having_words(self, text: str) -> Self:
        """What `search` finds, by reading row after row."""
        words, found = words_of(text)[:SOUGHT_WORDS], self
        if text.strip() and not words:
            return self.none()
        for word in words:
            found = found.filter(sought__contains=f" {word}")
        return found

    def with_rows_data(self) -> Self:
        """All that a list shows of a ticket, in one query."""
        return self.select_related("company", "customer", "status", "group", "assignee")

    def with_list_data(self) -> Self:
        """The same, a small query each: the database sorts many tickets, and joins none of them."""
        return self.prefetch_related("company", "customer", "status", "group", "assignee")

    def with_pages_data(self) -> Self:
        """All that its own page shows, in one query."""
        parents = [
            f"{tree}_category__parent__parent__parent" for tree in ("operational", "product")
        ]
        return self.with_rows_data().select_related(
            "contact", "site", "asset", "service", "reason", "template", "opened_by", *parents
        )


class Ticket(models.Model):
    """An incident or a work order of one customer."""

    class Source(models.TextChoices):
        CHAT = "chat", _("Live chat")
        WIDGET = "widget", _("Left in the widget")
        CONSOLE = "console", _("Console")
        API = "api", _("API")

    #: Every legal step between stages. Within a stage any status may follow any other.
    NEXT: ClassVar[dict[str, frozenset[str]]] = {
        Stage.OPEN: frozenset({Stage.PENDING, Stage.RESOLVED, Stage.CLOSED, Stage.CANCELLED}),
        Stage.PENDING: frozenset({Stage.OPEN, Stage.RESOLVED, Stage.CLOSED, Stage.CANCELLED}),
        Stage.RESOLVED: frozenset({Stage.OPEN, Stage.CLOSED}),
    }

    public_id = models.CharField(max_length=22, unique=True, default=token_urlsafe_16)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    number = models.CharField(_("number"), max_length=24, unique=True)
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="tickets", db_index=False
    )  # Indexes below begin with it.
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="tickets")
    #: Whom to ask about it, if that is not the customer.
    contact = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+")
    site = models.ForeignKey(Site, models.PROTECT, null=True, related_name="tickets")
    asset = models.ForeignKey(Asset, models.PROTECT, null=True, related_name="tickets")
    service = models.ForeignKey(Service, models.PROTECT, null=True, related_name="tickets")
    operational_category = models.ForeignKey(
        Category, models.PROTECT, null=True, related_name="operational_tickets"
    )
    product_category = models.ForeignKey(
        Category, models.PROTECT, null=True, related_name="product_tickets"
    )
    template = models.ForeignKey(TicketTemplate, models.PROTECT, null=True, related_name="tickets")

    summary = models.CharField(_("summary"), max_length=SUMMARY_CHARACTERS)
    description = models.TextField(_("description"), blank=True)
    impact = models.PositiveSmallIntegerField(choices=Impact, null=True)
    urgency = models.PositiveSmallIntegerField(choices=Urgency, null=True)
    priority = models.PositiveSmallIntegerField(choices=Priority, null=True)
    status = models.ForeignKey(Status, models.PROTECT, related_name="tickets", db_index=False)
    reason = models.ForeignKey(StatusReason, models.PROTECT, null=True, related_name="tickets")
    resolution = models.TextField(_("resolution"), blank=True)
    group = models.ForeignKey(AssignmentGroup, models.PROTECT, null=True, related_name="tickets")
    assignee = models.ForeignKey(User, models.PROTECT, null=True, related_name="assigned_tickets")
    source = models.CharField(max_length=12, choices=Source, default=Source.CONSOLE)
    #: Made by the customer's page: the same again is the same ticket.
    client_id = models.CharField(max_length=64, blank=True)
    due_at = models.DateTimeField(null=True)

    #: Rises with every change: who saves an older one is told.
    version = models.PositiveIntegerField(default=1)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    #: Since when no work is left to do; null while some is.
    settled_at = models.DateTimeField(null=True)
    #: What search looks through: the words of number, summary and customer, in small letters.
    sought = models.TextField(blank=True)

    objects: ClassVar[models.Manager[Ticket]] = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        permissions: ClassVar[list[tuple[str, str | StrPromise]]] = [
            ("work_on_tickets", "Can work on tickets of the own companies"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-created_at", "-id"], name="ticket_newest"),
            models.Index(fields=["company", "-created_at", "-id"], name="ticket_newest_of_company"),
            models.Index(fields=["status", "-created_at", "-id"], name="ticket_newest_in_status"),
            models.Index(
                fields=["company", "status", "-created_at"], name="ticket_of_company_in_status"
            ),
            models.Index(fields=["assignee", "-created_at"], name="ticket_of_assignee"),
            models.Index(fields=["customer", "-created_at"], name="ticket_of_customer"),
            models.Index(fields=["group", "-created_at", "-id"], name="ticket_newest_of_group"),
            models.Index(fields=["-updated_at", "-id"], name="ticket_changed_lately"),
            models.Index(
                Coalesce("priority", UNRANKED),
                F("created_at").desc(),
                F("id").desc(),
                name="ticket_by_priority",
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=KIND_KNOWN, name="ticket_kind_known"),
            models.CheckConstraint(condition=~Q(summary=""), name="ticket_has_a_summary"),
            models.UniqueConstraint(
                fields=["customer", "client_id"],
                condition=~Q(client_id=""),
                name="ticket_one_per_client_id",
            ),
            models.CheckConstraint(
                condition=Q(impact__range=(1, 4)) | Q(impact=None), name="ticket_impact_in_range"
            ),
            models.CheckConstraint(
                condition=Q(urgency__range=(1, 4)) | Q(urgency=None),
                name="ticket_urgency_in_range",
            ),
            models.CheckConstraint(
                condition=Q(priority=None)
                | Q(impact__isnull=False, urgency__isnull=False, priority__range=(1, 4)),
                name="ticket_priority_from_impact_and_urgency",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_final(self) -> bool:
        return self.status.stage in {Stage.CLOSED, Stage.CANCELLED}

    @property
    def is_unsettled(self) -> bool:
        return self.status.stage in {Stage.OPEN, Stage.PENDING}

    def move_to(self, status: Status, reason: StatusReason | None) -> None:
        """Take one legal step. Saving is the caller's business."""
        here, there = self.status.stage, status.stage
        if here != there and there not in self.NEXT.get(here, frozenset()):
            raise IllegalStepError(self.number, str(self.status), str(status))
        self.status, self.reason = status, reason
        if self.is_unsettled:
            self.settled_at = None
        elif self.settled_at is None:
            self.settled_at = timezone.now()

    def note_sought(self) -> None:
        """What search will find it by. Saving is the caller's business."""
        words = words_of(f"{self.number} {self.summary} {self.customer.name}")
        self.sought = " " + " ".join(words)


def begins_numbers(word: str) -> bool:
    """Whether the numbers of all tickets of a kind begin so: these are too many to gather."""
    return any(letters.lower().startswith(word) for letters in PREFIXES.values())


def words_query(words: list[str], within: Collection[Company]) -> str:
    """What PostgreSQL is asked for: words that begin so, of any company or of one of these."""
    marks = [f":{company.pk}:" for company in within] or [""]
    each = (" & ".join(f"'{mark}{word}':*" for word in words) for mark in marks)
    return " | ".join(each)


def words_of(text: str) -> list[str]:
    """Letters and digits in small: what is looked for, and what is looked through, alike."""
    return "".join(sign if sign.isalnum() else " " for sign in text.casefold()).split()
