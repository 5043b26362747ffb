"""Assets: the laptops, phones and printers that people ask about."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from tickets.admin.configuration import count_of
from tickets.admin.exchange.door import ExchangeAdmin
from tickets.admin.exchange.resources import AssetResource
from tickets.admin.forms import SiteField
from tickets.models import Asset


class AssetForm(forms.ModelForm[Asset]):
    site = SiteField(
        label=gettext_lazy("Site"),
        help_text=gettext_lazy("Where it stands, if it does not move with who uses it."),
    )

    class Meta:
        model = Asset
        fields: ClassVar[list[str]] = [
            "company", "tag", "name", "kind", "status", "hostname", "customer", "site",
            "in_use_since",
        ]  # fmt: skip
        help_texts: ClassVar[dict[str, Any]] = {
            "company": gettext_lazy("Whose it is. The tag is known by once in a company."),
            "hostname": gettext_lazy("Its name on the network, such as lt-20417.halden.example."),
            "kind": gettext_lazy("What it is."),
            "status": gettext_lazy("Retired ones stay with their tickets and are not offered."),
            "customer": gettext_lazy("Who has it. May stay empty."),
            "in_use_since": gettext_lazy("May stay empty."),
        }


@admin.register(Asset)
class AssetAdmin(ExchangeAdmin[Asset]):
    resource = AssetResource
    form = AssetForm
    fields = (
        "company", "tag", "name", "kind", "status", "hostname", "customer", "site", "in_use_since",
    )  # fmt: skip
    autocomplete_fields = ("customer",)
    list_display = (
        "tag", "name", "kind", "status", "company", "customer", "site", "ticket_count",
    )  # fmt: skip
    list_filter = ("status", "kind", "company")
    list_select_related = ("company", "customer", "site")
    search_fields = ("tag", "name", "hostname", "customer__name", "customer__email")
    search_help_text = gettext_lazy("Tag, name, hostname, or who uses it")
    ordering = ("company__name", "tag", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Asset]:
        return super().get_queryset(request).annotate(ticket_count=count_of(Asset, "tickets"))

    @admin.display(description=gettext_lazy("tickets"), ordering="ticket_count")
    def ticket_count(self, asset: Asset) -> int:
        return int(asset.ticket_count)  # type: ignore[attr-defined]  # annotated above
