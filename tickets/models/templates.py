"""Tickets filled in beforehand, and what must not stay blank."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from tickets.models.catalogue import AssignmentGroup, Category, Service
from tickets.models.keys import token_urlsafe_16
from tickets.models.kinds import Impact, Kind, Urgency
from tickets.models.people import Company
from tickets.models.statuses import KIND_KNOWN

#: What a template can fill in, in the order of the form.
PRESETS = (
    "summary", "description", "impact", "urgency", "operational_category", "product_category",
    "group", "service",
)  # fmt: skip


class TicketTemplateQuerySet(models.QuerySet["TicketTemplate"]):
    def offered(self, now: datetime) -> Self:
        """Those that can be used now."""
        begun = Q(active_from=None) | Q(active_from__lte=now)
        on = Q(active_until=None) | Q(active_until__gt=now)
        return self.filter(begun, on, retired_at=None)

    def offered_to(self, company_id: int, now: datetime) -> Self:
        """Those for tickets of this company that can be used now."""
        own = Q(company=company_id) | Q(company=None)
        return self.offered(now).filter(own).order_by("name", "pk")

    def search(self, text: str) -> Self:
        """Every word stands in the name, the summary or what it is for."""
        found = self
        for word in text.split():
            hit = Q(name__icontains=word) | Q(summary__icontains=word) | Q(purpose__icontains=word)
            found = found.filter(hit)
        return found

    def with_presets(self) -> Self:
        paths = ["operational_category", "product_category"]
        parents = [f"{name}__parent__parent__parent" for name in paths]
        return self.select_related("group", "service", *parents)


class TicketTemplate(models.Model):
    """What tickets of one sort have in common."""

    public_id = models.CharField(
        max_length=22, unique=True, default=token_urlsafe_16, editable=False
    )
    company = models.ForeignKey(
        Company,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="ticket_templates",
        verbose_name=_("company"),
        help_text=_("Empty: for tickets of all companies."),
    )
    name = models.CharField(_("name"), max_length=80)
    purpose = models.CharField(
        _("purpose"), max_length=200, blank=True, help_text=_("When to use it. Searched too.")
    )
    for_incidents = models.BooleanField(_("for incidents"), default=True)
    for_work_orders = models.BooleanField(_("for work orders"), default=False)
    active_from = models.DateTimeField(_("offered from"), null=True, blank=True)
    active_until = models.DateTimeField(_("offered until"), null=True, blank=True)
    retired_at = models.DateTimeField(
        _("retired at"),
        null=True,
        blank=True,
        help_text=_("From then on it is not offered; tickets made with it stay."),
    )

    summary = models.CharField(
        _("summary"), max_length=200, blank=True, help_text=_("Empty: the customer’s question.")
    )
    description = models.TextField(
        _("description"), blank=True, help_text=_("Stands above the transcript of the chat.")
    )
    impact = models.PositiveSmallIntegerField(_("impact"), choices=Impact, null=True, blank=True)
    urgency = models.PositiveSmallIntegerField(_("urgency"), choices=Urgency, null=True, blank=True)
    operational_category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="operational_templates",
        limit_choices_to={"tree": Category.Tree.OPERATIONAL},
        verbose_name=_("operational category"),
    )
    product_category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="product_templates",
        limit_choices_to={"tree": Category.Tree.PRODUCT},
        verbose_name=_("product category"),
    )
    group = models.ForeignKey(
        AssignmentGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="ticket_templates",
        verbose_name=_("assigned group"),
    )
    service = models.ForeignKey(
        Service,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="ticket_templates",
        verbose_name=_("service"),
    )

    objects: ClassVar[models.Manager[TicketTemplate]] = TicketTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket template")
        verbose_name_plural = _("ticket templates")
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["company", "name"], name="ticket_template_name_unique_in_company"
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(company__isnull=True),
                name="ticket_template_name_unique_without_company",
                violation_error_message=_("There is one of this name for all companies already."),
            ),
            models.CheckConstraint(
                condition=Q(for_incidents=True) | Q(for_work_orders=True),
                name="ticket_template_is_for_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(active_from=None)
                | Q(active_until=None)
                | Q(active_until__gt=F("active_from")),
                name="ticket_template_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Somebody can use it, and what it fills in fits the tickets made with it."""
        if not self.kinds:
            raise ValidationError({"for_incidents": _("Choose at least one kind of ticket.")})
        if self.active_from and self.active_until and self.active_until <= self.active_from:
            raise ValidationError({"active_until": _("Has to be later than the first.")})
        found = {name: self._against_preset(name) for name in PRESETS}
        if wrong := {name: reason for name, reason in found.items() if reason}:
            raise ValidationError(wrong)

    def _against_preset(self, name: str) -> StrPromise | None:
        value = getattr(self, name)
        if isinstance(value, Category):
            return None if name == f"{value.tree}_category" else _("It stands in the other tree.")
        if isinstance(value, AssignmentGroup | Service):
            if value.company_id not in {None, self.company_id}:
                return _("It belongs to one company, the template to others too.")
            return None
        return None

    def is_offered(self, now: datetime) -> bool:
        begun = self.active_from is None or self.active_from <= now
        return begun and not self.retired_at and (not self.active_until or now < self.active_until)

    @property
    def kinds(self) -> list[Kind]:
        chosen = {Kind.INCIDENT: self.for_incidents, Kind.WORK_ORDER: self.for_work_orders}
        return [kind for kind, wanted in chosen.items() if wanted]

    @property
    def presets(self) -> dict[str, Any]:
        """What it fills in, by the ticket's field."""
        values = {name: getattr(self, name) for name in PRESETS}
        return {name: value for name, value in values.items() if value not in (None, "")}


class RequiredFieldManager(models.Manager["RequiredField"]):
    def of(self, kind: str, template: TicketTemplate | None = None) -> list[str]:
        """The fields that must not stay blank: the kind's, and the template's besides."""
        wanted = Q(template=None) | Q(template=template) if template else Q(template=None)
        names = set(self.filter(wanted, kind=kind).values_list("field", flat=True))
        return [name for name in RequiredField.Field.values if name in names]


class RequiredField(models.Model):
    """A ticket of this kind is not saved while this field is blank."""

    class Field(models.TextChoices):
        """In the order of the form. Summary, customer and status are always required."""

        DESCRIPTION = "description", _("Description")
        IMPACT = "impact", _("Impact")
        URGENCY = "urgency", _("Urgency")
        OPERATIONAL_CATEGORY = "operational_category", _("Operational category")
        PRODUCT_CATEGORY = "product_category", _("Product category")
        CONTACT = "contact", _("Contact")
        SITE = "site", _("Site")
        GROUP = "group", _("Assigned group")
        ASSIGNEE = "assignee", _("Assignee")
        ASSET = "asset", _("Asset")
        SERVICE = "service", _("Service")
        DUE_AT = "due_at", _("Due")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    field = models.CharField(_("field"), max_length=24, choices=Field)
    template = models.ForeignKey(
        TicketTemplate,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="required_fields",
        verbose_name=_("template"),
        help_text=_("Empty: in every ticket of this kind."),
    )

    objects: ClassVar[RequiredFieldManager] = RequiredFieldManager()

    class Meta:
        verbose_name = _("required field")
        verbose_name_plural = _("required fields")
        ordering: ClassVar[list[str]] = ["kind", "field"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["kind", "field", "template"], name="required_field_once_per_template"
            ),
            models.UniqueConstraint(
                fields=["kind", "field"],
                condition=Q(template__isnull=True),
                name="required_field_once_per_kind",
                violation_error_message=_("It is required in every ticket of this kind already."),
            ),
            models.CheckConstraint(condition=KIND_KNOWN, name="required_field_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_field_display()}"

    def clean(self) -> None:
        """A template that is not for a kind has nothing to say of its tickets."""
        if self.template and self.kind and self.kind not in self.template.kinds:
            raise ValidationError({"kind": _("The template is not for tickets of this kind.")})
