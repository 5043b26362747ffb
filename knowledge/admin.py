"""The admin holds settings: categories, synonyms, switches; and what was looked for in vain."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import quote, unquote
from django.contrib.admin.views.main import PAGE_VAR
from django.contrib.admin.widgets import FilteredSelectMultiple, RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from knowledge.models import ArticleCategory, KnowledgeSettings, MissedSearch, SynonymGroup
from tickets.services import configuration, history

M = TypeVar("M", bound=Model)
PER_PAGE = 100


class ConfigurationAdmin(admin.ModelAdmin[M]):
    """Saves, then announces what it saved. The apps beside have the like, on purpose their own."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        configuration.announce(form.instance)

    def delete_model(self, request: HttpRequest, obj: M) -> None:
        configuration.announce(obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[M]) -> None:
        for row in queryset:
            configuration.announce(row)
        super().delete_queryset(request, queryset)

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
        name = f"{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(f"admin:{name}", args=[quote(setting.pk)])


class LevelFilter(admin.SimpleListFilter):
    title = gettext_lazy("level")
    parameter_name = "level"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", gettext_lazy("first")), ("2", gettext_lazy("second"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[ArticleCategory]
    ) -> QuerySet[ArticleCategory]:
        if self.value() is None:
            return queryset
        return queryset.filter(parent__isnull=self.value() == "1")


class ArticleCategoryForm(forms.ModelForm[ArticleCategory]):
    class Meta:
        model = ArticleCategory
        fields: ClassVar[list[str]] = ["name", "parent", "position"]
        help_texts: ClassVar[dict[str, Any]] = {
            "name": gettext_lazy("As lists and help pages show it, such as VPN."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if parent := self.fields.get("parent"):
            assert isinstance(parent, forms.ModelChoiceField)
            itself = Q(pk=self.instance.pk)
            parent.queryset = ArticleCategory.objects.filter(parent=None).exclude(itself)


@admin.register(ArticleCategory)
class ArticleCategoryAdmin(ConfigurationAdmin[ArticleCategory]):
    form = ArticleCategoryForm
    list_display = ("name", "parent", "position", "article_count")
    list_filter = (LevelFilter,)
    list_select_related = ("parent",)
    search_fields = ("name", "parent__name")
    search_help_text = gettext_lazy("Name, or the one it stands in")
    ordering = ("position", "name", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ArticleCategory]:
        return super().get_queryset(request).annotate(article_count=Count("articles"))

    @admin.display(description=gettext_lazy("articles"), ordering="article_count")
    def article_count(self, category: ArticleCategory) -> int:
        return int(category.article_count)  # type: ignore[attr-defined]  # annotated above


@admin.register(SynonymGroup)
class SynonymGroupAdmin(ConfigurationAdmin[SynonymGroup]):
    fields = ("words",)
    list_display = ("words",)
    search_fields = ("words",)
    search_help_text = gettext_lazy("One of the words")


@admin.register(KnowledgeSettings)
class KnowledgeSettingsAdmin(ConfigurationAdmin[KnowledgeSettings]):
    fieldsets = (
        (gettext_lazy("Suggestions"), {"fields": ("suggest_to_agents", "suggest_to_customers")}),
        (gettext_lazy("Images"), {"fields": ("image_megabytes",)}),
        (gettext_lazy("Public help pages"), {"fields": ("portal_companies",)}),
    )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(self.address("change", KnowledgeSettings.objects.current()))

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        kwargs["widget"] = FilteredSelectMultiple(db_field.verbose_name, is_stacked=False)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(MissedSearch)
class MissedSearchAdmin(ConfigurationAdmin[MissedSearch]):
    """Read and deleted, never written here."""

    list_display = ("words", "company", "times", "last_at")
    list_filter = ("company", "last_at")
    list_select_related = ("company",)
    search_fields = ("words", "company__name")
    search_help_text = gettext_lazy("Words or company")
    ordering = ("-times", "-last_at", "pk")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
