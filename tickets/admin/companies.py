"""Companies, their sites, and what their developers need."""

from __future__ import annotations

from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tickets.admin.configuration import InUseFilter, RetirableAdmin, RetirableForm, count_of
from tickets.admin.forms import TimeZoneInput
from tickets.models import Company, Site
from tickets.services.history import record_deed
from tickets.services.identity import identity_secret


class CompanyForm(RetirableForm):
    class Meta:
        model = Company
        fields: ClassVar[list[str]] = [
            "name", "external_key", "allowed_origins", "time_zone", "language",
        ]  # fmt: skip
        widgets: ClassVar[dict[str, Any]] = {
            "allowed_origins": forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
            "time_zone": TimeZoneInput,
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "name": gettext_lazy("As agents and the company’s people know it."),
            "time_zone": gettext_lazy("Where the company is at home, such as Europe/Berlin."),
            "language": gettext_lazy("Of the widget on the company’s pages."),
        }

    def clean_allowed_origins(self) -> str:
        """One a line, each once."""
        return "\n".join(dict.fromkeys(self.cleaned_data["allowed_origins"].split()))


class SiteForm(RetirableForm):
    class Meta:
        model = Site
        fields: ClassVar[list[str]] = ["name", "region", "time_zone"]
        widgets: ClassVar[dict[str, Any]] = {"time_zone": TimeZoneInput}
        help_texts: ClassVar[dict[str, Any]] = {
            "name": gettext_lazy("Such as Rotterdam, Building 4."),
            "region": gettext_lazy("Groups sites, such as Benelux. May stay empty."),
            "time_zone": gettext_lazy("Agents see what the clock says there."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["retired"].help_text = _("No longer offered for customers; the history stays.")


class SiteInline(admin.TabularInline[Site, Company]):
    model = Site
    form = SiteForm
    fields = ("name", "region", "time_zone", "retired")
    extra = 0
    show_change_link = False


@admin.register(Company)
class CompanyAdmin(RetirableAdmin[Company]):
    form = CompanyForm
    fieldsets = (
        (None, {"fields": ("name", "external_key", "time_zone", "language", "retired")}),
        (gettext_lazy("Widget"), {"fields": ("allowed_origins",)}),
    )
    inlines = (SiteInline,)
    list_display = (
        "name",
        "external_key",
        "time_zone",
        "site_count",
        "customer_count",
        "retired_at",
    )
    list_filter = (InUseFilter, "language")
    search_fields = ("name", "external_key", "allowed_origins", "public_id")
    search_help_text = gettext_lazy("Name, external key or address of a page")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Company]:
        counts = {
            "site_count": count_of(Company, "sites"),
            "customer_count": count_of(Company, "customers"),
        }
        return super().get_queryset(request).annotate(**counts)

    @admin.display(description=gettext_lazy("sites"), ordering="site_count")
    def site_count(self, company: Company) -> int:
        return int(company.site_count)  # type: ignore[attr-defined]  # annotated above

    @admin.display(description=gettext_lazy("customers"), ordering="customer_count")
    def customer_count(self, company: Company) -> int:
        return int(company.customer_count)  # type: ignore[attr-defined]  # annotated above

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        origin = settings.PUBLIC_ORIGIN or f"{request.scheme}://{request.get_host()}"
        extra = {
            "time_zones": sorted(available_timezones()),
            "script": f"{origin}{reverse('widget:embed')}",
        }
        return super().changeform_view(
            request, object_id, form_url, {**extra, **(extra_context or {})}
        )

    def get_urls(self) -> list[URLPattern]:
        page = require_http_methods(["GET", "POST"])(self.identification_view)
        return [
            path(
                "<path:object_id>/identification/",
                self.admin_site.admin_view(page),
                name="tickets_company_identification",
            ),
            *super().get_urls(),
        ]

    def identification_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The secret, shown when asked for; its rotation; how it is used."""
        company = self.get_object(request, unquote(object_id))
        if company is None:
            raise Http404
        if not self.has_change_permission(request, company):
            raise PermissionDenied
        if "rotate" in request.POST:
            self.rotate(request, company.pk)
            return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Signed identity of %(name)s") % {"name": company},
            "opts": self.opts,
            "object": company,
            "secret": self.shown_secret(company) if "show" in request.POST else "",
        }
        return TemplateResponse(request, "admin/tickets/company/identification.html", context)

    def shown_secret(self, company: Company) -> str:
        record_deed(company, code="secret_shown")
        return identity_secret(company)

    @transaction.atomic
    def rotate(self, request: HttpRequest, company_id: int) -> None:
        """A new secret; the one before stays valid."""
        company = Company.objects.select_for_update().get(pk=company_id)
        company.identity_version += 1
        self.keep(request, company)
        text = _("There is a new secret. The one before it stays valid until the next rotation.")
        self.message_user(request, text, messages.SUCCESS)
