"""The admin holds settings: categories, synonyms, switches; and what was looked for in vain."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy

from knowledge.models import ArticleCategory, KnowledgeSettings, MissedSearch, SynonymGroup
from tickets.admin.configuration import ConfigurationAdmin, count_of


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
        counts = {"article_count": count_of(ArticleCategory, "articles")}
        return super().get_queryset(request).annotate(**counts)

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
