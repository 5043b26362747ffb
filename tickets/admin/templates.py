"""Ticket templates, and the fields that must not stay blank."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.admin.configuration import (
    ConfigurationAdmin,
    InUseFilter,
    RetirableAdmin,
    RetirableForm,
    count_of,
)
from tickets.admin.exchange.door import ExchangeAdmin
from tickets.admin.exchange.resources import TicketTemplateResource
from tickets.admin.forms import relabel
from tickets.models import AssignmentGroup, Category, RequiredField, Service, TicketTemplate
from tickets.models.templates import PRESETS
from tickets.services.fields import label_of
from tickets.services.history import record_list

#: What a chat knows without a template.
FROM_CHAT = {"description", "contact", "site", "group"}


class PathField(forms.ModelChoiceField[Any]):
    """Categories of one tree, with those above them."""

    def __init__(self, tree: str, **kwargs: Any) -> None:
        rows = Category.objects.filter(tree=tree).with_path()
        super().__init__(rows, required=False, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.path)


class TicketTemplateForm(RetirableForm):
    operational_category = PathField(
        Category.Tree.OPERATIONAL,
        label=gettext_lazy("Operational category"),
        help_text=gettext_lazy("What is to be done."),
    )
    product_category = PathField(
        Category.Tree.PRODUCT,
        label=gettext_lazy("Product category"),
        help_text=gettext_lazy("With what."),
    )

    class Meta:
        model = TicketTemplate
        fields: ClassVar[list[str]] = [
            "name", "company", "purpose", "for_incidents", "for_work_orders", "active_from",
            "active_until", *PRESETS,
        ]  # fmt: skip
        widgets: ClassVar[dict[str, Any]] = {
            "description": forms.Textarea(attrs={"rows": 4, "cols": 60}),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "name": gettext_lazy("What agents look for, such as Remote access fault."),
            "for_incidents": gettext_lazy("Agents can make an incident with it."),
            "for_work_orders": gettext_lazy("Agents can make a work order with it."),
            "active_from": gettext_lazy("Empty: at once."),
            "active_until": gettext_lazy("Empty: until it is retired."),
            "impact": gettext_lazy("How many are hit. Empty: agents choose."),
            "urgency": gettext_lazy("How soon it has to be solved. Empty: agents choose."),
            "group": gettext_lazy("Who works on it. Empty: the group of the chat’s queue."),
            "service": gettext_lazy("What has failed, or is wanted."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"operational_category", "product_category", "group", "service"}:
            if field := self.fields.get(name):
                assert isinstance(field, forms.ModelChoiceField)
                assert field.queryset is not None
                now = getattr(self.instance, f"{name}_id")
                usable = field.queryset.filter(Q(retired_at=None) | Q(pk=now))
                field.queryset = usable
                if name in {"group", "service"}:
                    field.queryset = usable.select_related("company")
                    relabel(field, with_company)


def with_company(row: AssignmentGroup | Service) -> str:
    return f"{row} ({row.company})" if row.company else str(row)


class RequiredFieldForm(forms.ModelForm[RequiredField]):
    class Meta:
        model = RequiredField
        fields: ClassVar[list[str]] = ["kind", "field", "template"]
        help_texts: ClassVar[dict[str, Any]] = {
            "kind": gettext_lazy("Of the ticket."),
            "field": gettext_lazy(
                "A ticket is not saved while it is blank. Summary, customer and status are "
                "required in any case."
            ),
        }


class RequiredFieldInline(admin.TabularInline[RequiredField, TicketTemplate]):
    model = RequiredField
    form = RequiredFieldForm
    fields = ("kind", "field")
    extra = 0


class OfferedFilter(admin.SimpleListFilter):
    title = gettext_lazy("offered now")
    parameter_name = "offered"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", _("yes")), ("no", _("no"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[TicketTemplate]
    ) -> QuerySet[TicketTemplate]:
        if self.value() is None:
            return queryset
        now = TicketTemplate.objects.offered(timezone.now()).values("pk")
        return (
            queryset.filter(pk__in=now) if self.value() == "yes" else queryset.exclude(pk__in=now)
        )


@admin.register(TicketTemplate)
class TicketTemplateAdmin(ExchangeAdmin[TicketTemplate], RetirableAdmin[TicketTemplate]):
    resource = TicketTemplateResource
    form = TicketTemplateForm
    inlines = (RequiredFieldInline,)
    list_display = (
        "name", "company_name", "for_kinds", "purpose", "ticket_count", "offered_now", "retired_at",
    )  # fmt: skip
    list_filter = (InUseFilter, OfferedFilter, "for_incidents", "for_work_orders", "company")
    list_select_related = ("company",)
    search_fields = ("name", "purpose", "summary", "company__name")
    search_help_text = gettext_lazy("Name, purpose, summary or company")
    ordering = ("name", "pk")
    readonly_fields = ("left_blank",)
    fieldsets = (
        (None, {"fields": ("name", "company", "purpose", "for_incidents", "for_work_orders")}),
        (
            gettext_lazy("When it is offered"),
            {"fields": ("active_from", "active_until", "retired")},
        ),
        (gettext_lazy("What it fills in"), {"fields": PRESETS}),
        (gettext_lazy("What agents still fill in"), {"fields": ("left_blank",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[TicketTemplate]:
        counted = count_of(TicketTemplate, "tickets")
        return super().get_queryset(request).annotate(ticket_count=counted)

    @admin.display(description=gettext_lazy("company"), ordering="company__name")
    def company_name(self, template: TicketTemplate) -> str:
        return str(template.company or _("all"))

    @admin.display(description=gettext_lazy("for"))
    def for_kinds(self, template: TicketTemplate) -> str:
        return ", ".join(str(kind.label) for kind in template.kinds)

    @admin.display(description=gettext_lazy("tickets"), ordering="ticket_count")
    def ticket_count(self, template: TicketTemplate) -> int:
        return int(template.ticket_count)  # type: ignore[attr-defined]  # annotated above

    @admin.display(description=gettext_lazy("offered now"), boolean=True)
    def offered_now(self, template: TicketTemplate) -> bool:
        return template.is_offered(timezone.now())

    @admin.display(description=gettext_lazy("blank after Create ticket"))
    def left_blank(self, template: TicketTemplate) -> str:
        """By kind: the required fields that it does not fill in."""
        if not template.pk:
            return _("Shown here once it is saved.")
        lines = [(capfirst(kind.label), self.blanks(template, kind)) for kind in template.kinds]
        rows = format_html_join("", "<div><dt>{}</dt> <dd>{}</dd></div>", lines)
        return format_html('<dl class="rules">{}</dl>', rows)

    def blanks(self, template: TicketTemplate, kind: str) -> str:
        names = [
            _("%(field)s (unless the chat says)") % {"field": label_of(name)}
            if name in FROM_CHAT
            else label_of(name)
            for name in RequiredField.objects.of(kind, template)
            if name not in template.presets and name != "description"
        ]
        return ", ".join(names) or _("Nothing: the ticket is created at once.")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Its required fields stand in its own history."""
        before = required_by(form.instance)
        super().save_related(request, form, formsets, change)
        after = required_by(form.instance)
        name = "required_fields"
        record_list(form.instance, name=name, added=after - before, removed=before - after)


def required_by(template: TicketTemplate) -> set[str]:
    return {str(row) for row in template.required_fields.all()}


class ScopeFilter(admin.SimpleListFilter):
    title = gettext_lazy("where")
    parameter_name = "where"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("all", _("in every ticket")), ("template", _("with a template"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[RequiredField]
    ) -> QuerySet[RequiredField]:
        if self.value() is None:
            return queryset
        return queryset.filter(template__isnull=self.value() == "all")


@admin.register(RequiredField)
class RequiredFieldAdmin(ConfigurationAdmin[RequiredField]):
    form = RequiredFieldForm
    fields = ("kind", "field", "template")
    list_display = ("field", "kind", "template_name")
    list_filter = ("kind", ScopeFilter, "field")
    list_select_related = ("template",)
    search_fields = ("field", "template__name")
    search_help_text = gettext_lazy("Field or template")
    ordering = ("kind", "template__name", "field", "pk")

    @admin.display(description=gettext_lazy("template"), ordering="template__name")
    def template_name(self, row: RequiredField) -> str:
        return str(row.template or _("in every ticket"))
