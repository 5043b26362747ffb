"""The lists that go out and come in: people, assets, templates, statuses and their reasons."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from tablib import Dataset

from tickets.admin.exchange.cells import (
    BETWEEN,
    CategoryOf,
    Choice,
    CompanyOf,
    CustomerOf,
    Day,
    Moment,
    Number,
    OpenTo,
    Row,
    SiteOf,
    Text,
    YesNo,
)
from tickets.admin.exchange.resource import Column, Listed, Retired, RowResource, Stored
from tickets.models import (
    Asset,
    AssignmentGroup,
    Category,
    Customer,
    Impact,
    Kind,
    RequiredField,
    Service,
    Stage,
    Status,
    StatusReason,
    TicketTemplate,
    Urgency,
)
from tickets.models.statuses import LAST_OPEN

COMPANY = gettext_lazy("The company’s external key.")
RETIRED = gettext_lazy("Yes or no.")
KIND = gettext_lazy("incident or work_order.")


class Options:
    """What all Meta classes say."""

    instance_loader_class = Stored
    skip_diff = True
    report_skipped = True
    use_transactions = False


class CustomerResource(RowResource):
    company = Column("company", CompanyOf(blank=False), COMPANY, needed=True)
    external_id = Column(
        "external_id", Text(none=True), gettext_lazy("What the company’s systems call him."),
        needed=True,
    )  # fmt: skip
    name = Column("name", Text(), gettext_lazy("First and last name."), needed=True)
    email = Column("email", Text(), gettext_lazy("E-mail address."))
    phone = Column("phone", Text(), gettext_lazy("To call back."))
    title = Column("title", Text(), gettext_lazy("What he does."))
    site = Column("site", SiteOf(), gettext_lazy("The name of one of the company’s sites."))
    vip = Column("vip", YesNo(), RETIRED)

    class Meta(Options):
        model = Customer
        import_id_fields: ClassVar[list[str]] = ["company", "external_id"]
        fields: ClassVar[tuple[str, ...]] = (
            "company", "external_id", "name", "email", "phone", "title", "site", "vip",
        )  # fmt: skip

    def stored_rows(self, dataset: Dataset | None) -> QuerySet[Customer]:
        rows = Customer.objects.select_related("company", "site")
        return rows if dataset is None else rows.filter(external_id__in=dataset["external_id"])


class AssetResource(RowResource):
    company = Column("company", CompanyOf(blank=False), COMPANY, needed=True)
    tag = Column("tag", Text(), gettext_lazy("What stands on it."), needed=True)
    name = Column("name", Text(), gettext_lazy("Such as Laptop, 14 inch."), needed=True)
    kind = Column("kind", Choice(Asset.Kind), gettext_lazy("laptop, desktop, phone, printer, …"))
    status = Column("status", Choice(Asset.Status), gettext_lazy("in_use, in_stock, …"))
    hostname = Column("hostname", Text(), gettext_lazy("Its name on the network."))
    customer = Column(
        "customer", CustomerOf(), gettext_lazy("The external id of who uses it."), name="used_by"
    )
    site = Column("site", SiteOf(), gettext_lazy("The name of one of the company’s sites."))
    in_use_since = Column("in_use_since", Day(), gettext_lazy("A date such as 2026-03-31."))

    class Meta(Options):
        model = Asset
        import_id_fields: ClassVar[list[str]] = ["company", "tag"]
        fields: ClassVar[tuple[str, ...]] = (
            "company", "tag", "name", "kind", "status", "hostname", "customer", "site",
            "in_use_since",
        )  # fmt: skip

    def stored_rows(self, dataset: Dataset | None) -> QuerySet[Asset]:
        rows = Asset.objects.select_related("company", "customer", "site")
        if dataset is not None and "used_by" in dataset.headers:
            self.fields["customer"].widget.expect(dataset["used_by"])
        return rows if dataset is None else rows.filter(tag__in=dataset["tag"])


class StatusResource(RowResource):
    kind = Column("kind", Choice(Kind), KIND, needed=True)
    name = Column("name", Text(), gettext_lazy("A row of a new name is a new status."), needed=True)
    stage = Column(
        "stage", Choice(Stage), gettext_lazy("open, pending, resolved, closed or cancelled."),
        name="category", needed=True,
    )  # fmt: skip
    order = Column("order", Number(), gettext_lazy("The lowest number stands first."))
    retired = Retired(RETIRED)

    class Meta(Options):
        model = Status
        import_id_fields: ClassVar[list[str]] = ["kind", "name"]
        fields: ClassVar[tuple[str, ...]] = ("kind", "name", "stage", "order", "retired")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        #: By kind, the open statuses that are left after the rows so far.
        self.left_open: dict[str, set[str]] = {}

    def check(self, instance: Status) -> None:
        """Each row alone could go; one of them has to stay."""
        super().check(instance)
        if instance.kind not in self.left_open:
            self.left_open[instance.kind] = self.open_now(instance.kind)
        left = self.left_open[instance.kind]
        if instance.stage == Stage.OPEN and not instance.retired_at:
            left.add(instance.name)
        elif left == {instance.name}:
            raise ValidationError({"stage": str(LAST_OPEN)})
        else:
            left.discard(instance.name)

    def open_now(self, kind: str) -> set[str]:
        found = Status.objects.filter(kind=kind, stage=Stage.OPEN, retired_at=None)
        return set(found.values_list("name", flat=True))


class StatusesOf(Text):
    """Names of statuses of the row’s kind."""

    def clean(self, value: str, row: Row | None = None, **_kwargs: Any) -> Any:
        kind = Choice(Kind).clean((row or {}).get("kind", ""))
        known = {status.name: status for status in Status.objects.filter(kind=kind)}
        names = [name.strip() for name in value.split(BETWEEN.strip()) if name.strip()]
        if unknown := [name for name in names if name not in known]:
            text = _("Not a status of its kind: %(names)s.")
            raise ValueError(text % {"names": ", ".join(unknown)})
        if not names:
            raise ValueError(_("Name at least one status."))
        return {known[name] for name in names}

    def stored(self, reason: StatusReason) -> set[Status]:
        return set(reason.statuses.all())

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> str:
        in_order = sorted(value or [], key=lambda status: (status.order, status.name))
        return BETWEEN.join(status.name for status in in_order)


class StatusReasonResource(RowResource):
    kind = Column("kind", Choice(Kind), KIND, needed=True)
    name = Column("name", Text(), gettext_lazy("A row of a new name is a new reason."), needed=True)
    statuses = Listed(
        "statuses", StatusesOf(), gettext_lazy("Names of statuses, divided by semicolons."),
        name="goes_with",
    )  # fmt: skip
    order = Column("order", Number(), gettext_lazy("The lowest number stands first."))
    retired = Retired(RETIRED)

    class Meta(Options):
        model = StatusReason
        import_id_fields: ClassVar[list[str]] = ["kind", "name"]
        fields: ClassVar[tuple[str, ...]] = ("kind", "name", "statuses", "order", "retired")

    def stored_rows(self, dataset: Dataset | None) -> QuerySet[StatusReason]:
        return StatusReason.objects.prefetch_related("statuses")

    def check(self, instance: Any) -> None:
        super().check(instance)
        chosen = vars(instance).get("chosen", {}).get("statuses")
        if chosen is None and not instance.pk:
            raise ValidationError({"statuses": _("It is needed.")})
        if chosen is not None and (wrong := instance.against_statuses(chosen)):
            raise ValidationError({"statuses": wrong})


class RequiredOf(Text):
    """Kinds with fields, such as incident: impact."""

    def clean(self, value: str, row: Row | None = None, **_kwargs: Any) -> Any:
        found = set()
        for said in filter(None, (each.strip() for each in value.split(BETWEEN.strip()))):
            kind, _colon, field = (part.strip() for part in said.partition(":"))
            if kind not in Kind.values or field not in RequiredField.Field.values:
                text = _("“%(said)s” is not written as incident: impact.")
                raise ValueError(text % {"said": said})
            found.add((kind, field))
        return found

    def stored(self, template: TicketTemplate) -> set[tuple[str, str]]:
        return {(row.kind, row.field) for row in template.required_fields.all()}

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> str:
        return BETWEEN.join(f"{kind}: {field}" for kind, field in sorted(value or []))


class TicketTemplateResource(RowResource):
    company = Column("company", CompanyOf(), gettext_lazy("Empty: for all companies."))
    name = Column("name", Text(), gettext_lazy("What agents look for."), needed=True)
    purpose = Column("purpose", Text(), gettext_lazy("When to use it."))
    for_incidents = Column("for_incidents", YesNo(), RETIRED)
    for_work_orders = Column("for_work_orders", YesNo(), RETIRED)
    active_from = Column(
        "active_from", Moment(), gettext_lazy("By your clock, such as 2026-03-31 08:00."),
        name="offered_from",
    )  # fmt: skip
    active_until = Column(
        "active_until", Moment(), gettext_lazy("Empty: until it is retired."), name="offered_until"
    )
    retired = Retired(RETIRED)
    summary = Column("summary", Text(), gettext_lazy("Filled in."))
    description = Column("description", Text(), gettext_lazy("Filled in, above the transcript."))
    impact = Column("impact", Choice(Impact), gettext_lazy("1 to 4."))
    urgency = Column("urgency", Choice(Urgency), gettext_lazy("1 to 4."))
    operational_category = Column(
        "operational_category", CategoryOf(Category.Tree.OPERATIONAL),
        gettext_lazy("A path such as Fault › Access."),
    )  # fmt: skip
    product_category = Column(
        "product_category", CategoryOf(Category.Tree.PRODUCT),
        gettext_lazy("A path such as Network › VPN."),
    )  # fmt: skip
    group = Column("group", OpenTo(AssignmentGroup), gettext_lazy("The name of an assigned group."))
    service = Column("service", OpenTo(Service), gettext_lazy("The name of a service."))
    required_fields = Listed(
        "required_fields", RequiredOf(),
        gettext_lazy("Such as incident: impact; incident: site. Empty: none."),
    )  # fmt: skip

    class Meta(Options):
        model = TicketTemplate
        import_id_fields: ClassVar[list[str]] = ["company", "name"]
        fields: ClassVar[tuple[str, ...]] = (
            "company", "name", "purpose", "for_incidents", "for_work_orders", "active_from",
            "active_until", "retired", "summary", "description", "impact", "urgency",
            "operational_category", "product_category", "group", "service", "required_fields",
        )  # fmt: skip

    def stored_rows(self, dataset: Dataset | None) -> QuerySet[TicketTemplate]:
        rows = TicketTemplate.objects.with_presets().select_related("company")
        return rows.prefetch_related("required_fields")

    def check(self, instance: Any) -> None:
        super().check(instance)
        chosen = vars(instance).get("chosen", {}).get("required_fields", set())
        kinds = set(instance.kinds)
        if wrong := sorted({kind for kind, _field in chosen} - kinds):
            text = _("The template is not for tickets of this kind: %(kinds)s.")
            raise ValidationError({"required_fields": text % {"kinds": ", ".join(wrong)}})
