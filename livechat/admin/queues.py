"""Queues, and who serves them."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from livechat.admin.configuration import InUseFilter, RetirableAdmin, RetirableForm
from livechat.models import Agent, Chat, ChatSettings, Queue
from tickets.services.history import record_list


def against_retiring(queue: Queue) -> list[str]:
    """Why this queue cannot go out of use now."""
    reasons = []
    waiting = Chat.objects.waiting().filter(queue=queue.pk).count()
    if waiting:
        reasons.append(
            ngettext(
                "%(count)s chat waits in it. It has to be accepted or cancelled first.",
                "%(count)s chats wait in it. They have to be accepted or cancelled first.",
                waiting,
            )
            % {"count": waiting}
        )
    if queue.is_default:
        reasons.append(_("New chats wait in it: make another queue the default first."))
    return reasons


class QueueForm(RetirableForm):
    agents = forms.ModelMultipleChoiceField(
        Agent.objects.none(),
        label=gettext_lazy("Agents"),
        required=False,
        widget=FilteredSelectMultiple(gettext_lazy("agents"), is_stacked=False),
        help_text=gettext_lazy("Who sees and accepts its waiting chats. Applies at once."),
    )

    class Meta:
        model = Queue
        fields: ClassVar[list[str]] = ["company", "name", "is_default", "target_seconds"]
        help_texts: ClassVar[dict[str, Any]] = {
            "name": gettext_lazy("Agents see it behind the company’s: Company - Queue."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        serving = Agent.objects.filter(queues=self.instance.pk) if self.instance.pk else None
        self.serving = set(serving or [])
        offered = Agent.objects.filter(
            Q(retired_at=None, user__is_active=True)
            | Q(pk__in=[agent.pk for agent in self.serving])
        )
        agents = self.fields["agents"]
        assert isinstance(agents, forms.ModelMultipleChoiceField)
        agents.queryset = offered.select_related("user")
        agents.initial = list(self.serving)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.instance.pk:
            before = Queue.objects.get(pk=self.instance.pk)
            self._check_company(before, cleaned)
            self._check_default(before, cleaned)
        self._check_other_default(cleaned)
        return cleaned

    def against_retiring(self) -> list[str]:
        return against_retiring(self.instance)

    def _check_company(self, before: Queue, cleaned: dict[str, Any]) -> None:
        if cleaned.get("company") == before.company:
            return
        if before.is_default and before.company is None:
            self.add_error("company", _("GENERAL takes the chats of all companies."))
        elif Chat.objects.filter(queue=before.pk).exists():
            self.add_error("company", _("It has chats of its company. Make a new queue instead."))

    def _check_default(self, before: Queue, cleaned: dict[str, Any]) -> None:
        if before.is_default and before.company is None and not cleaned.get("is_default"):
            text = _("Chats of companies without a default queue wait here. It stays the default.")
            self.add_error("is_default", text)

    def _check_other_default(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("is_default") or "company" not in cleaned:
            return
        others = Queue.objects.filter(is_default=True, company=cleaned["company"])
        if other := others.exclude(pk=self.instance.pk).first():
            text = _("The default is “%(name)s”. Use “Make default” in the list to take its place.")
            self.add_error("is_default", text % {"name": other.name})


@admin.register(Queue)
class QueueAdmin(RetirableAdmin[Queue]):
    form = QueueForm
    list_display = (
        "name", "company", "is_default", "waiting_count", "agent_count", "target", "retired_at",
    )  # fmt: skip
    list_filter = (InUseFilter, "is_default", "company")
    list_select_related = ("company",)
    search_fields = ("name", "company__name")
    search_help_text = gettext_lazy("Name of queue or company")
    ordering = ("company__name", "name")
    actions = ("make_default", "retire", "bring_back")
    readonly_fields = ("target_in_effect",)
    fieldsets = (
        (None, {"fields": ("company", "name", "is_default", "retired")}),
        (gettext_lazy("Waiting"), {"fields": ("target_seconds", "target_in_effect")}),
        (gettext_lazy("Who serves it"), {"fields": ("agents",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Queue]:
        waiting = Chat.objects.filter(queue=OuterRef("pk"), status=Chat.Status.QUEUED).order_by()
        count = waiting.values("queue").annotate(count=Count("pk")).values("count")
        active = Q(agents__retired_at=None, agents__user__is_active=True)
        general = ChatSettings.objects.values("target_seconds")[:1]
        queues = super().get_queryset(request)
        return queues.annotate(
            waiting_count=Coalesce(Subquery(count), 0),
            agent_count=Count("agents", filter=active),
            general_target=Subquery(general),
        )

    @admin.display(description=gettext_lazy("waiting"), ordering="waiting_count")
    def waiting_count(self, queue: Queue) -> int:
        return int(queue.waiting_count)  # type: ignore[attr-defined]  # annotated above

    @admin.display(description=gettext_lazy("agents"), ordering="agent_count")
    def agent_count(self, queue: Queue) -> int:
        return int(queue.agent_count)  # type: ignore[attr-defined]  # annotated above

    @admin.display(description=gettext_lazy("waiting target"), ordering="target_seconds")
    def target(self, queue: Queue) -> str:
        if queue.target_seconds:
            return _("%(seconds)s s") % {"seconds": queue.target_seconds}
        general = queue.general_target  # type: ignore[attr-defined]  # annotated above
        return _("as in settings: %(seconds)s s") % {"seconds": general}

    @admin.display(description=gettext_lazy("in effect"))
    def target_in_effect(self, queue: Queue) -> str:
        seconds = queue.target_seconds or ChatSettings.objects.current().target_seconds
        text = _("%(seconds)s s") if queue.target_seconds else _("as in settings: %(seconds)s s")
        return text % {"seconds": seconds}

    def against_retiring(self, setting: Queue) -> list[str]:
        return against_retiring(setting)

    def against_deleting(self, setting: Queue) -> list[str]:
        reasons = super().against_deleting(setting)
        return (
            [*reasons, _("new chats, as it is a default queue")] if setting.is_default else reasons
        )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Its agents' open pages follow: who came, and who went."""
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
