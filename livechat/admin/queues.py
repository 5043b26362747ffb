"""Queues, and who serves them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livechat.admin.configuration import InUseFilter, RetirableAdmin
from livechat.admin.in_effect import all_in_effect, beside, general_of
from livechat.admin.places import free_places, with_counts
from livechat.admin.queue_form import QueueForm, against_retiring
from livechat.models import Agent, ChatSettings, Queue
from livechat.policy import Selector
from livechat.services import configuration
from tickets.services.history import record_list


class QueueList(ChangeList):
    """A page of queues with what holds for them and what is free in them now."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        settings, page = ChatSettings.objects.current(), list(self.result_list)
        free = free_places(page, settings, timezone.now())
        for queue in page:
            vars(queue).update(general=settings, free_count=free[queue.pk])
        self.result_list = page


class AutoAcceptFilter(admin.SimpleListFilter):
    """By what is in effect, whether a queue says it itself or not."""

    title = gettext_lazy("auto-accept")
    parameter_name = "auto_accept"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("on", _("on")), ("off", _("off"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Queue]) -> QuerySet[Queue]:
        if self.value() is None:
            return queryset
        wanted = self.value() == "on"
        meant = Q(auto_accept=wanted)
        if ChatSettings.objects.current().auto_accept == wanted:
            meant |= Q(auto_accept=None)
        return queryset.filter(meant)


@admin.register(Queue)
class QueueAdmin(RetirableAdmin[Queue]):
    form = QueueForm
    list_display = (
        "name", "company", "is_default", "waiting_count", "agent_count", "free_count",
        "rules", "retired_at",
    )  # fmt: skip
    list_filter = (InUseFilter, "is_default", AutoAcceptFilter, "company")
    list_select_related = ("company",)
    search_fields = ("name", "company__name")
    search_help_text = gettext_lazy("Name of queue or company")
    ordering = ("company__name", "name")
    actions = ("make_default", "retire", "bring_back")
    readonly_fields = (
        "auto_accept_in_effect", "selector_in_effect", "capacity_in_effect",
        "transfer_in_effect", "warning_in_effect", "target_in_effect",
        "conversation_warning_in_effect", "conversation_target_in_effect",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": ("company", "name", "is_default", "retired")}),
        (
            gettext_lazy("Routing"),
            {
                "description": gettext_lazy(
                    "A queue may have its own rules. What is left empty is as in the chat "
                    "settings; what is in effect now stands beside it."
                ),
                "fields": (
                    ("auto_accept", "auto_accept_in_effect"),
                    ("selector", "selector_in_effect"),
                    ("capacity", "capacity_in_effect"),
                    ("transfer_seconds", "transfer_in_effect"),
                    "priority_seconds",
                ),
            },
        ),
        (
            gettext_lazy("Waiting"),
            {
                "fields": (
                    ("warning_seconds", "warning_in_effect"),
                    ("target_seconds", "target_in_effect"),
                    "overflow_text",
                )
            },
        ),
        (
            gettext_lazy("Conversations"),
            {
                "fields": (
                    ("conversation_warning_seconds", "conversation_warning_in_effect"),
                    ("conversation_target_seconds", "conversation_target_in_effect"),
                )
            },
        ),
        (gettext_lazy("Tickets"), {"fields": ("assignment_group", "ticket_templates")}),
        (gettext_lazy("Who serves it"), {"fields": ("agents",)}),
    )
    auto_accept_in_effect = beside("auto_accept")
    selector_in_effect = beside("selector")
    capacity_in_effect = beside("capacity")
    transfer_in_effect = beside("transfer_seconds")
    warning_in_effect = beside("warning_seconds")
    target_in_effect = beside("target_seconds")
    conversation_warning_in_effect = beside("conversation_warning_seconds")
    conversation_target_in_effect = beside("conversation_target_seconds")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return QueueList

    def get_queryset(self, request: HttpRequest) -> QuerySet[Queue]:
        return with_counts(super().get_queryset(request))

    @admin.display(description=gettext_lazy("waiting"), ordering="waiting_count")
    def waiting_count(self, queue: Queue) -> int:
        return int(queue.waiting_count)  # type: ignore[attr-defined]  # annotated by with_counts

    @admin.display(description=gettext_lazy("agents"), ordering="agent_count")
    def agent_count(self, queue: Queue) -> int:
        return int(queue.agent_count)  # type: ignore[attr-defined]  # annotated by with_counts

    @admin.display(description=gettext_lazy("free now"))
    def free_count(self, queue: Queue) -> int:
        return int(queue.free_count)  # type: ignore[attr-defined]  # counted by QueueList

    @admin.display(description=gettext_lazy("in effect"))
    def rules(self, queue: Queue) -> str:
        return all_in_effect(queue)

    def against_retiring(self, setting: Queue) -> list[str]:
        return against_retiring(setting)

    def against_deleting(self, setting: Queue) -> list[str]:
        reasons = super().against_deleting(setting)
        return (
            [*reasons, _("new chats, as it is a default queue")] if setting.is_default else reasons
        )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Its agents' open pages follow: who came, and who went."""
        if change and "priority_seconds" in form.changed_data:
            configuration.rank_anew(form.instance)
        super().save_related(request, form, formsets, change)
        queue, chosen = form.instance, set(form.cleaned_data["agents"])
        came, gone = chosen - form.serving, form.serving - chosen
        # By agent, as the history of each keeps it.
        for agent in came:
            agent.queues.add(queue)
        for agent in gone:
            agent.queues.remove(queue)
        record_list(queue, name="agents", added=map(str, came), removed=map(str, gone))
        for agent in came | gone:
            self.announce(agent)
        self.warn_of_nobody(request, queue)

    def warn_of_nobody(self, request: HttpRequest, queue: Queue) -> None:
        """Where chats go by themselves, somebody has to be there for them."""
        rules = general_of(queue).for_queue(queue)
        by_itself = rules.auto_accept and rules.selector != Selector.MANUAL
        if queue.retired_at or not by_itself:
            return
        if not Agent.objects.active().filter(queues=queue.pk).exists():
            text = _("Chats of “%(name)s” go to a free agent by themselves, but nobody serves it.")
            messages.warning(request, text % {"name": queue})

    @admin.action(description=gettext_lazy("Make default for its company"), permissions=["change"])
    @transaction.atomic
    def make_default(self, request: HttpRequest, queryset: QuerySet[Queue]) -> None:
        """The mark goes from one queue to another; no chat starts in between without one."""
        if queryset.count() != 1:
            self.message_user(request, _("Choose one queue."), messages.ERROR)
            return
        queue = queryset.get()
        if queue.retired_at:
            self.message_user(request, _("A retired queue takes no chats."), messages.ERROR)
            return
        for other in Queue.objects.filter(company=queue.company, is_default=True):
            other.is_default = False
            self.keep(request, other)
        queue.is_default = True
        self.keep(request, queue)
        text = _("New chats wait in “%(name)s” from now on.") % {"name": queue}
        self.message_user(request, text, messages.SUCCESS)
