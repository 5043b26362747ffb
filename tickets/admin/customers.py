"""Customers: the people who ask, as far as somebody said who they are."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.admin.configuration import count_of, relations_to
from tickets.admin.exchange.door import ExchangeAdmin
from tickets.admin.exchange.resources import CustomerResource
from tickets.admin.forms import SiteField
from tickets.models import Customer
from tickets.services.history import record_fields, stored_fields
from tickets.services.people import note_new_name


class CustomerForm(forms.ModelForm[Customer]):
    site = SiteField(
        label=gettext_lazy("Site"),
        help_text=gettext_lazy("Where he works. Agents see what the clock says there."),
    )

    class Meta:
        model = Customer
        fields: ClassVar[list[str]] = [
            "company", "name", "email", "phone", "title", "site", "vip", "external_id",
        ]  # fmt: skip
        help_texts: ClassVar[dict[str, Any]] = {
            "company": gettext_lazy("Whose person this is."),
            "name": gettext_lazy("First and last name, as agents see it."),
            "email": gettext_lazy("To write to. Nobody is recognised by it."),
            "phone": gettext_lazy("To call back."),
            "title": gettext_lazy("What he does, such as Route planner, Operations."),
            "vip": gettext_lazy("Marked in the console."),
            "external_id": gettext_lazy(
                "What the company’s own systems call this person: the page’s signature and "
                "imports find him by it."
            ),
        }

    def clean_company(self) -> Any:
        """Whoever has chats, tickets or assets of a company stays its customer."""
        company = self.cleaned_data["company"]
        if self.instance.pk and company.pk != self.instance.company_id:
            for model, points_here in relations_to(self.instance).items():
                if count := model._base_manager.filter(points_here).count():
                    name = model._meta.verbose_name_plural
                    text = _("%(count)s %(name)s belong to him and to his company.")
                    raise ValidationError(text % {"count": count, "name": name})
        return company


class KnownFilter(admin.SimpleListFilter):
    """Whoever asked once without a name would bury the others."""

    title = gettext_lazy("who")
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("anonymous", _("anonymous")), ("all", _("all"))]

    def choices(self, changelist: Any) -> Any:
        """The usual choice is called by its name."""
        usual, *others = super().choices(changelist)
        yield {**usual, "display": _("with an external id")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Customer]) -> QuerySet[Customer]:
        if self.value() == "all":
            return queryset
        return queryset.filter(external_id__isnull=self.value() == "anonymous")


@admin.register(Customer)
class CustomerAdmin(ExchangeAdmin[Customer]):
    resource = CustomerResource
    form = CustomerForm
    fields = (
        "company", "name", "email", "phone", "title", "site", "vip", "external_id", "verified",
        "created_at",
    )  # fmt: skip
    readonly_fields = ("verified", "created_at")
    list_display = (
        "name_shown", "company", "site", "title", "email", "vip", "external_id", "asset_count",
        "ticket_count",
    )  # fmt: skip
    list_filter = (KnownFilter, "vip", "company", "site__region")
    list_select_related = ("company", "site")
    search_fields = ("name", "email", "phone", "external_id", "title")
    search_help_text = gettext_lazy("Name, e-mail, phone, external id or title")
    ordering = ("name", "pk")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        counts = {
            "asset_count": count_of(Customer, "assets"),
            "ticket_count": count_of(Customer, "tickets"),
        }
        return super().get_queryset(request).annotate(**counts)

    @admin.display(description=gettext_lazy("name"), ordering="name")
    def name_shown(self, customer: Customer) -> str:
        return str(customer)

    @admin.display(description=gettext_lazy("assets"), ordering="asset_count")
    def asset_count(self, customer: Customer) -> int:
        return int(customer.asset_count)  # type: ignore[attr-defined]  # annotated above

    @admin.display(description=gettext_lazy("tickets"), ordering="ticket_count")
    def ticket_count(self, customer: Customer) -> int:
        return int(customer.ticket_count)  # type: ignore[attr-defined]  # annotated above

    def save_model(self, request: HttpRequest, obj: Customer, form: Any, change: bool) -> None:
        """Chats write customers too, and leave no history: here it is written by hand."""
        before = stored_fields(obj)
        super().save_model(request, obj, form, change)
        record_fields(obj, before=before)
        if change and before.get("name") != obj.name:
            note_new_name(obj.pk)
