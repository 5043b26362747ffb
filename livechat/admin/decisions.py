"""Routing decisions: why a chat went to an agent, or to nobody yet. To be read, not changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from livechat.admin.routing_now import routing_now
from livechat.admin.verdicts import WORDS, names_of, reasons_of
from livechat.models import Agent, Queue, RoutingDecision

#: So many reasons stand in the list; the decision's own page has all.
SHOWN = 4


def moment(value: datetime) -> str:
    """To the second, as attempts follow each other closely."""
    return date_format(timezone.localtime(value), "j M H:i:s")


def saying(text: str) -> Q:
    """That the verdicts, as `get_queryset` writes them, hold this."""
    return Q(said__contains=text)


class DecisionList(ChangeList):
    """A page of decisions with the names of all who were considered."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        page = list(self.result_list)
        names = names_of(page)
        for decision in page:
            vars(decision)["names"] = names
        self.result_list = page


class CodeFilter(admin.SimpleListFilter):
    """A code that somebody got, or the attempt."""

    title = gettext_lazy("reason")
    parameter_name = "code"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(code.value, str(words)) for code, words in WORDS.items()]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[RoutingDecision]
    ) -> QuerySet[RoutingDecision]:
        chosen = self.value()
        return queryset.filter(saying(f'"{chosen}"')) if chosen else queryset


class OutcomeFilter(admin.SimpleListFilter):
    title = gettext_lazy("outcome")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("waits", _("nobody yet, still waiting")),
            ("nobody", _("nobody")),
            *RoutingDecision.How.choices,
        ]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[RoutingDecision]
    ) -> QuerySet[RoutingDecision]:
        chosen = self.value()
        if chosen is None:
            return queryset
        if chosen == "waits":
            return queryset.filter(agent=None, is_open=True)
        return queryset.filter(how="" if chosen == "nobody" else chosen)


class QueueFilter(admin.SimpleListFilter):
    title = gettext_lazy("queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(queue.pk), str(queue)) for queue in Queue.objects.select_related("company")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[RoutingDecision]
    ) -> QuerySet[RoutingDecision]:
        chosen = self.value()
        if chosen is None or not chosen.isdecimal():
            return queryset
        return queryset.filter(chat__queue=int(chosen))


@admin.register(RoutingDecision)
class RoutingDecisionAdmin(admin.ModelAdmin[RoutingDecision]):
    list_display = ("last", "chat", "queue", "outcome", "reasons", "attempts")
    list_filter = (OutcomeFilter, CodeFilter, "selector", QueueFilter)
    list_select_related = ("chat__queue__company", "agent__user")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("chat__public_id", "agent__screen_name", "agent__user__name")
    search_help_text = gettext_lazy("Id of the chat, or name of an agent who was considered")
    ordering = ("-last_at", "-pk")
    fields = ("chat", "queue", "outcome", "selector", "all_reasons", "times", "first", "last")
    change_form_template = "admin/livechat/routingdecision/change_form.html"
    change_list_template = "admin/livechat/routingdecision/change_list.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: RoutingDecision | None = None
    ) -> bool:
        return False

    def has_delete_permission(
        self, request: HttpRequest, obj: RoutingDecision | None = None
    ) -> bool:
        return False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return DecisionList

    def get_queryset(self, request: HttpRequest) -> QuerySet[RoutingDecision]:
        """`said`: the verdicts as text, as every database can search them."""
        return super().get_queryset(request).annotate(said=Cast("verdicts", TextField()))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[RoutingDecision], search_term: str
    ) -> tuple[QuerySet[RoutingDecision], bool]:
        """By chat, or by an agent who was considered, whoever got it."""
        term = search_term.strip()
        if not term:
            return queryset, False
        named = Q(screen_name__icontains=term) | Q(user__name__icontains=term)
        wanted = Q(chat__public_id=term)
        for agent in Agent.objects.filter(named).values_list("pk", flat=True)[:20]:
            wanted |= Q(agent=agent) | saying(f'[{agent}, "')
        return queryset.filter(wanted), False

    def get_urls(self) -> list[URLPattern]:
        now = path(
            "now/",
            self.admin_site.admin_view(require_safe(self.now_view)),
            name="livechat_routing_now",
        )
        return [now, *super().get_urls()]

    def now_view(self, request: HttpRequest) -> HttpResponse:
        return routing_now(self, request)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = {"title": _("Routing decisions")}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        words = {"title": _("Routing decision"), "subtitle": None}
        return super().change_view(request, object_id, form_url, {**words, **(extra_context or {})})

    @admin.display(description=gettext_lazy("last"), ordering="last_at")
    def last(self, decision: RoutingDecision) -> str:
        return moment(decision.last_at)

    @admin.display(description=gettext_lazy("first"), ordering="first_at")
    def first(self, decision: RoutingDecision) -> str:
        return moment(decision.first_at)

    @admin.display(description=gettext_lazy("times"), ordering="times")
    def attempts(self, decision: RoutingDecision) -> str:
        if decision.times == 1:
            return "1"
        since = date_format(timezone.localtime(decision.first_at), "H:i:s")
        return _("%(times)s since %(since)s") % {"times": decision.times, "since": since}

    @admin.display(description=gettext_lazy("queue"))
    def queue(self, decision: RoutingDecision) -> str:
        return str(decision.chat.queue)

    @admin.display(description=gettext_lazy("outcome"))
    def outcome(self, decision: RoutingDecision) -> str:
        if decision.agent:
            how = RoutingDecision.How(decision.how).label
            return f"{decision.agent.display_name}: {how}"
        return _("nobody yet") if decision.is_open else _("nobody then")

    @admin.display(description=gettext_lazy("reasons"))
    def reasons(self, decision: RoutingDecision) -> str:
        return self.lines(decision, SHOWN)

    @admin.display(description=gettext_lazy("reasons"))
    def all_reasons(self, decision: RoutingDecision) -> str:
        return self.lines(decision, len(decision.verdicts))

    def lines(self, decision: RoutingDecision, shown: int) -> str:
        """Every reason a line, a mark at those who can be given it."""
        names = vars(decision).get("names") or names_of([decision])
        reasons = reasons_of(decision, names)
        lines = format_html_join(
            "",
            '<li data-code="{}">{}</li>',
            [
                (each.code, f"{each.who} {each.words} ({each.load})" if each.who else each.words)
                for each in reasons[:shown]
            ],
        )
        if more := len(reasons) - shown if len(reasons) > shown else 0:
            rest = _("and %(count)s more") % {"count": more}
            lines = format_html("{}<li>{}</li>", lines, rest)
        return format_html('<ul class="reasons">{}</ul>', lines) if reasons else "–"
