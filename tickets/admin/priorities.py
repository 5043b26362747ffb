"""Priorities: one page with the whole matrix, saved together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tickets.admin.configuration import PER_PAGE, ConfigurationAdmin
from tickets.models import Impact, Priority, PriorityRule, Urgency
from tickets.services import history

HELP = gettext_lazy(
    "Which priority a ticket has by its impact and urgency. Tickets that are saved from now on "
    "have it; others keep theirs."
)


class MatrixForm(forms.Form):
    """A choice for each cell, by impact and urgency."""

    def __init__(self, rules: dict[tuple[int, int], PriorityRule], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.rules = rules
        for (impact, urgency), rule in rules.items():
            names = {"impact": Impact(impact).label, "urgency": Urgency(urgency).label}
            self.fields[f"cell-{impact}-{urgency}"] = forms.TypedChoiceField(
                choices=Priority.choices,
                coerce=int,
                initial=rule.priority,
                label=_("Priority for impact %(impact)s and urgency %(urgency)s") % names,
            )

    def rows(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        for impact in Impact:
            cells = [self[f"cell-{impact.value}-{urgency.value}"] for urgency in Urgency]
            yield str(impact.label), cells

    def changed(self) -> list[PriorityRule]:
        """The rules that have another priority now."""
        found = []
        for (impact, urgency), rule in self.rules.items():
            priority = self.cleaned_data[f"cell-{impact}-{urgency}"]
            if priority != rule.priority:
                rule.priority = priority
                found.append(rule)
        return found


@admin.register(PriorityRule)
class PriorityRuleAdmin(ConfigurationAdmin[PriorityRule]):
    search_fields = ("impact", "urgency")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A migration has made all sixteen."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PriorityRule | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        page = require_http_methods(["GET", "HEAD", "POST"])(self.matrix_view)
        told = require_safe(self.all_history_view)
        name = "tickets_priorityrule"
        return [
            path("", self.admin_site.admin_view(page), name=f"{name}_changelist"),
            path("history/", self.admin_site.admin_view(told), name=f"{name}_all_history"),
            path("<path:object_id>/change/", self.admin_site.admin_view(self.to_matrix)),
            *super().get_urls(),
        ]

    def to_matrix(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A cell has no page of its own."""
        return HttpResponseRedirect(reverse("admin:tickets_priorityrule_changelist"))

    def matrix_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self.save_matrix(request)
        rules = {(rule.impact, rule.urgency): rule for rule in PriorityRule.objects.all()}
        return self.matrix_page(request, MatrixForm(rules))

    @transaction.atomic
    def save_matrix(self, request: HttpRequest) -> HttpResponse:
        """All cells, or none."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        locked = PriorityRule.objects.select_for_update(no_key=True)
        form = MatrixForm({(rule.impact, rule.urgency): rule for rule in locked}, request.POST)
        if not form.is_valid():
            return self.matrix_page(request, form)
        for rule in form.changed():
            self.keep(request, rule)
        self.message_user(request, _("The priorities are saved."), messages.SUCCESS)
        return HttpResponseRedirect(request.path)

    def matrix_page(self, request: HttpRequest, form: MatrixForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": capfirst(self.opts.verbose_name_plural),
            "opts": self.opts,
            "form": form,
            "urgencies": Urgency.labels,
            "help": HELP,
            "may_change": self.has_change_permission(request),
        }
        return TemplateResponse(request, "admin/tickets/priorityrule/matrix.html", context)

    def all_history_view(self, request: HttpRequest) -> HttpResponse:
        """Who changed which cell, when, from what to what."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        rules = {str(rule.pk): rule for rule in PriorityRule.objects.all()}
        found = history.entries_of_all(PriorityRule.objects.all())
        page = self.get_paginator(request, found, PER_PAGE).get_page(request.GET.get(PAGE_VAR, 1))
        entries = []
        for entry in page.object_list:
            rule = rules[entry.object_pk]
            told = history.readable(rule, [entry])
            entries += [replace(each, deed=f"{rule}: {each.deed}") for each in told]
        title = capfirst(self.opts.verbose_name_plural)
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of %(name)s") % {"name": self.opts.verbose_name_plural},
            "module_name": title,
            "opts": self.opts,
            "entries": entries,
            "page": page,
            "page_var": PAGE_VAR,
        }
        return TemplateResponse(request, "admin/object_history.html", context)
