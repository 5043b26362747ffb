"""What all settings of this app have in common. Livechat has the like, on purpose its own."""

from __future__ import annotations

from typing import Any, TypeVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.contrib.admin.views.main import PAGE_VAR
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import (
    PROTECT,
    Count,
    ForeignObjectRel,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.models.retiring import hold
from tickets.services import configuration, history

M = TypeVar("M", bound=Model)
PER_PAGE = 100


class ConfigurationAdmin(admin.ModelAdmin[M]):
    """Saves, then announces what it saved. The one road past the services."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self.announce(form.instance)
        for formset in formsets:
            for row in [*formset.new_objects, *(row for row, _names in formset.changed_objects)]:
                self.announce(row)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Without the windows that open beside a choice, and with no more than our own words."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
            field.help_text = kwargs.get("help_text", db_field.help_text)
        return field

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def delete_model(self, request: HttpRequest, obj: M) -> None:
        self.announce(obj)
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[M]) -> None:
        for row in queryset:
            self.announce(row)
        super().delete_queryset(request, queryset)

    def announce(self, setting: Model) -> None:
        configuration.announce(setting)

    def keep(self, request: HttpRequest, setting: M) -> None:
        """Save what an action changed, and announce it."""
        self.save_model(request, setting, None, True)
        self.announce(setting)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Reasons in words instead of a list of thousands of rows."""
        reasons = [
            reason if len(objs) == 1 else f"{row}: {reason}"
            for row in objs
            for reason in self.against_deleting(row)
        ]
        names = [f"{capfirst(self.opts.verbose_name)}: {row}" for row in objs]
        # Django asks for the list as a whole only; some of its rows may be out of his reach.
        beyond = {
            str(self.opts.verbose_name)
            for row in objs
            if not self.has_delete_permission(request, row)
        }
        return names, {str(self.opts.verbose_name_plural): len(objs)}, beyond, reasons

    def against_deleting(self, setting: M) -> list[str]:
        """Why this row has to stay: what points to it."""
        reasons = []
        for model, points_here in relations_to(setting).items():
            if count := model._base_manager.filter(points_here).distinct().count():
                name = model._meta.verbose_name_plural
                reasons.append(_("%(count)s %(name)s") % {"count": count, "name": name})
        return reasons

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Who changed this row, when, from what to what."""
        setting = self.get_object(request, unquote(object_id))
        if setting is None:
            raise Http404
        if not self.has_view_or_change_permission(request, setting):
            raise PermissionDenied
        paginator = self.get_paginator(request, history.entries_of(setting), PER_PAGE)
        page = paginator.get_page(request.GET.get(PAGE_VAR, 1))
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(name)s") % {"name": setting},
            "subtitle": None,
            "module_name": str(capfirst(self.opts.verbose_name_plural)),
            "object": setting,
            "opts": self.opts,
            "entries": history.readable(setting, page.object_list),
            "page": page,
            "page_var": PAGE_VAR,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/object_history.html", context)

    def address(self, page: str, setting: M) -> str:
        return reverse(
            f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=[quote(setting.pk)]
        )


def relations_to(setting: Model) -> dict[type[Model], Q]:
    """By model, how its rows point to this one; also by fields that have no name on this side."""
    found: dict[type[Model], Q] = {}
    for relation in setting._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and holds(relation):
            model = relation.related_model
            found[model] = found.get(model, Q()) | Q(**{relation.field.name: setting})
    return found


def holds(relation: ForeignObjectRel) -> bool:
    """Of those without a name on this side the protecting ones: a history does without its user."""
    by_name = not relation.hidden and not relation.related_model._meta.auto_created
    return by_name or getattr(relation, "on_delete", None) is PROTECT


def count_of(model: type[Model], counted: str | Count) -> Coalesce:
    """How many rows each has by this name, counted apart from other counts of the same list."""
    rows = model._base_manager.filter(pk=OuterRef("pk")).order_by()
    count = counted if isinstance(counted, Count) else Count(counted)
    return Coalesce(Subquery(rows.annotate(count=count).values("count")), 0)


def against_retiring(setting: Model) -> list[str]:
    """What its model and the apps above say would be stranded, a sentence each."""
    ask = getattr(setting, "against_retiring", None)
    return [*(ask() if ask else []), *configuration.stranded(setting)]


class RetirableForm(forms.ModelForm[Any]):
    """A switch instead of a moment: retired since now, or not."""

    retired = forms.BooleanField(label=gettext_lazy("Retired"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["retired"].initial = self.instance.retired_at is not None
        self.fields["retired"].help_text = self.instance._meta.get_field("retired_at").help_text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("retired"):
            self.instance.retired_at = None
        elif self.instance.retired_at is None:
            hold(self.instance)
            self.instance.retired_at = timezone.now()
            for reason in against_retiring(self.instance):
                self.add_error("retired", reason)
        return cleaned


class RetirableAdmin(ConfigurationAdmin[M]):
    """Settings that go out of the choices and stay in the history."""

    actions: tuple[str, ...] = ("retire", "bring_back")

    @admin.action(description=gettext_lazy("Retire"), permissions=["change"])
    @transaction.atomic
    def retire(self, request: HttpRequest, queryset: QuerySet[M]) -> None:
        for setting in queryset.filter(retired_at=None):
            hold(setting)
            if reasons := against_retiring(setting):
                text = f"{setting}: {' '.join(reasons)}"
                self.message_user(request, text, messages.ERROR)
                continue
            setting.retired_at = timezone.now()  # type: ignore[attr-defined]  # retirable
            self.keep(request, setting)
            text = _("“%(name)s” is retired.") % {"name": setting}
            self.message_user(request, text, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Bring back"), permissions=["change"])
    @transaction.atomic
    def bring_back(self, request: HttpRequest, queryset: QuerySet[M]) -> None:
        for setting in queryset.exclude(retired_at=None):
            setting.retired_at = None  # type: ignore[attr-defined]  # retirable
            self.keep(request, setting)
            text = _("“%(name)s” is back.") % {"name": setting}
            self.message_user(request, text, messages.SUCCESS)


class InUseFilter(admin.SimpleListFilter):
    title = gettext_lazy("in use")
    parameter_name = "in_use"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", _("in use")), ("no", _("retired"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[M]) -> QuerySet[M]:
        if self.value() is None:
            return queryset
        return queryset.filter(retired_at__isnull=self.value() == "yes")


def warn(request: HttpRequest, setting: Model) -> None:
    """Say what a row that was switched off leaves behind."""
    for sentence in configuration.left_behind(setting):
        messages.warning(request, sentence)
