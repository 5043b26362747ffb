"""Agents: who takes chats, under which name, of which queues."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from livechat.admin.configuration import InUseFilter, RetirableAdmin, RetirableForm
from livechat.models import Agent, Chat, Queue
from tickets.models import User
from tickets.services.history import record_list


def against_retiring(agent: Agent) -> list[str]:
    """Why this agent cannot go now."""
    open_chats = Chat.objects.live().filter(agent=agent.pk).count()
    if not open_chats:
        return []
    text = ngettext(
        "%(count)s chat is open with this agent. It has to be ended first.",
        "%(count)s chats are open with this agent. They have to be ended first.",
        open_chats,
    )
    return [text % {"count": open_chats}]


class AgentForm(RetirableForm):
    class Meta:
        model = Agent
        fields: ClassVar[list[str]] = ["user", "screen_name", "queues"]
        help_texts: ClassVar[dict[str, Any]] = {
            "user": gettext_lazy(
                "The member of staff behind this agent. It cannot be changed later."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user := self.fields.get("user"):
            assert isinstance(user, forms.ModelChoiceField)
            user.queryset = User.objects.filter(agent=None, is_active=True)

    def against_retiring(self) -> list[str]:
        return against_retiring(self.instance)


class QueueFilter(admin.SimpleListFilter):
    title = gettext_lazy("queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(queue.pk), str(queue)) for queue in Queue.objects.select_related("company")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Agent]) -> QuerySet[Agent]:
        chosen = self.value()
        if chosen is None or not chosen.isdecimal():
            return queryset
        return queryset.filter(pk__in=Agent.objects.filter(queues=int(chosen)))


@admin.register(Agent)
class AgentAdmin(RetirableAdmin[Agent]):
    form = AgentForm
    list_display = (
        "name",
        "email",
        "screen_name",
        "queue_count",
        "online",
        "open_chats",
        "retired_at",
    )
    list_filter = (InUseFilter, "online", QueueFilter)
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email", "screen_name")
    search_help_text = gettext_lazy("Name, e-mail or screen name")
    ordering = ("user__name", "pk")
    filter_horizontal = ("queues",)

    def get_fields(self, request: HttpRequest, obj: Agent | None = None) -> Any:
        now = ("online", "open_chats") if obj else ()
        return ("user", "screen_name", "queues", "retired", *now)

    def get_readonly_fields(self, request: HttpRequest, obj: Agent | None = None) -> Any:
        return ("user", "online", "open_chats") if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agent]:
        return super().get_queryset(request).annotate(queue_count=Count("queues"))

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = Queue.objects.select_related("company")
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("name"), ordering="user__name")
    def name(self, agent: Agent) -> str:
        return agent.user.name

    @admin.display(description=gettext_lazy("e-mail"), ordering="user__email")
    def email(self, agent: Agent) -> str:
        return agent.user.email

    @admin.display(description=gettext_lazy("queues"), ordering="queue_count")
    def queue_count(self, agent: Agent) -> int:
        return int(agent.queue_count)  # type: ignore[attr-defined]  # annotated above

    def against_retiring(self, setting: Agent) -> list[str]:
        return against_retiring(setting)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The history of each queue tells who came and who went, as that of the agent does."""
        agent = form.instance
        before = set(agent.queues.all())
        super().save_related(request, form, formsets, change)
        chosen = set(form.cleaned_data["queues"])
        for queue in chosen - before:
            record_list(queue, name="agents", added=[str(agent)], removed=[])
        for queue in before - chosen:
            record_list(queue, name="agents", added=[], removed=[str(agent)])
        self._warn(request, agent.user)

    def _warn(self, request: HttpRequest, user: User) -> None:
        if not user.has_perm("livechat.use_console"):
            text = _("%(name)s may not open the console yet: give the group Agent to this user.")
            messages.warning(request, text % {"name": user.name})
