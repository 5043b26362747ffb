"""Service alerts: what is out of order just now, and who is to know."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tickets.admin.configuration import ConfigurationAdmin
from tickets.models import Service, ServiceAlert


class ServiceAlertForm(forms.ModelForm[ServiceAlert]):
    class Meta:
        model = ServiceAlert
        fields: ClassVar[list[str]] = [
            "title", "text", "service", "companies", "starts_at", "ends_at", "shown_to_customers",
        ]  # fmt: skip
        widgets: ClassVar[dict[str, Any]] = {
            "text": forms.Textarea(attrs={"rows": 4, "cols": 60}),
            "companies": FilteredSelectMultiple(gettext_lazy("companies"), is_stacked=False),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "service": gettext_lazy("What has failed. May stay empty."),
            "starts_at": gettext_lazy("By your own clock. It may lie ahead: planned maintenance."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if service := self.fields.get("service"):
            assert isinstance(service, forms.ModelChoiceField)
            usable = Q(retired_at=None) | Q(pk=self.instance.service_id)
            service.queryset = Service.objects.filter(usable)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        service, companies = cleaned.get("service"), cleaned.get("companies")
        if service and service.company and companies is not None:
            names = {"service": service, "company": service.company}
            text = _("%(service)s is a service of %(company)s alone. Choose that company.")
            if list(companies) != [service.company]:
                self.add_error("companies", text % names)
        return cleaned


class InEffectFilter(admin.SimpleListFilter):
    title = gettext_lazy("in effect")
    parameter_name = "in_effect"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("now", _("now")), ("ahead", _("ahead")), ("over", _("over"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[ServiceAlert]
    ) -> QuerySet[ServiceAlert]:
        now = timezone.now()
        if self.value() == "now":
            return queryset.filter(pk__in=ServiceAlert.objects.in_effect(now).values("pk"))
        if self.value() == "ahead":
            return queryset.filter(starts_at__gt=now)
        return queryset.filter(ends_at__lte=now) if self.value() == "over" else queryset


@admin.register(ServiceAlert)
class ServiceAlertAdmin(ConfigurationAdmin[ServiceAlert]):
    form = ServiceAlertForm
    list_display = (
        "title", "whom", "service", "starts_at", "ends_at", "in_effect_now", "shown_to_customers",
    )  # fmt: skip
    list_filter = (InEffectFilter, "shown_to_customers", "companies", "service")
    list_select_related = ("service",)
    search_fields = ("title", "text", "companies__name", "service__name")
    search_help_text = gettext_lazy("Title, text, company or service")
    ordering = ("-starts_at", "-pk")
    actions = ("end_now",)
    readonly_fields = ("preview",)
    fieldsets = (
        (None, {"fields": ("title", "text", "service", "companies")}),
        (gettext_lazy("When"), {"fields": ("starts_at", "ends_at")}),
        (gettext_lazy("Customers"), {"fields": ("shown_to_customers", "preview")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ServiceAlert]:
        return super().get_queryset(request).prefetch_related("companies")

    def save_model(self, request: HttpRequest, obj: ServiceAlert, form: Any, change: bool) -> None:
        """Its version rises: a late frame never overwrites a newer one."""
        if change:
            obj.version = F("version") + 1
        super().save_model(request, obj, form, change)
        obj.refresh_from_db(fields=["version"])

    @admin.display(description=gettext_lazy("companies"))
    def whom(self, alert: ServiceAlert) -> str:
        return ", ".join(company.name for company in alert.companies.all()) or _("all")

    @admin.display(description=gettext_lazy("in effect now"), boolean=True)
    def in_effect_now(self, alert: ServiceAlert) -> bool:
        return alert.is_in_effect(timezone.now())

    @admin.display(description=gettext_lazy("as customers see it"))
    def preview(self, alert: ServiceAlert) -> str:
        """Title and text, while it is in effect and shown to them."""
        if not alert.pk:
            return _("Shown here once it is saved.")
        if not alert.shown_to_customers:
            return _("Customers do not see it. Agents do.")
        return format_html(
            '<div class="alert-preview"><strong>{}</strong><p>{}</p></div>', alert.title, alert.text
        )

    @admin.action(description=gettext_lazy("End now"), permissions=["change"])
    @transaction.atomic
    def end_now(self, request: HttpRequest, queryset: QuerySet[ServiceAlert]) -> None:
        """Those that are in effect; others have ended, or have not begun."""
        now = timezone.now()
        chosen = set(queryset.values_list("pk", flat=True))
        alerts = list(ServiceAlert.objects.in_effect(now).filter(pk__in=chosen))
        for alert in alerts:
            alert.ends_at = now
            self.keep(request, alert)
        if alerts:
            text = ngettext("%(count)s alert is over.", "%(count)s alerts are over.", len(alerts))
            self.message_user(request, text % {"count": len(alerts)}, messages.SUCCESS)
        if rest := len(chosen) - len(alerts):
            text = ngettext(
                "%(count)s is not in effect: it is left alone.",
                "%(count)s are not in effect: they are left alone.",
                rest,
            )
            self.message_user(request, text % {"count": rest}, messages.WARNING)
