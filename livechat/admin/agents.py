"""Agents: who takes chats, how many, under which name, of which queues."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from livechat.admin.configuration import InUseFilter, RetirableAdmin, RetirableForm
from livechat.models import Agent, Chat, ChatSettings, Queue
from tickets.models import User
from tickets.services.history import record_list


def against_retiring(agent: Agent) -> list[str]:
    """Why this agent cannot go now."""
    counts = Chat.objects.live().aggregate(
        open=Count("pk", filter=Q(agent=agent.pk)),
        transferred=Count("pk", filter=Q(transferred_to=agent.pk)),
    )
    texts = [
        ngettext(
            "%(count)s chat is open with this agent. It has to be ended first.",
            "%(count)s chats are open with this agent. They have to be ended first.",
            counts["open"],
        ),
        ngettext(
            "%(count)s chat is transferred to this agent. It has to be accepted first.",
            "%(count)s chats are transferred to this agent. They have to be accepted first.",
            counts["transferred"],
        ),
    ]
    pairs = zip(texts, counts.values(), strict=True)
    return [text % {"count": count} for text, count in pairs if count]


class AgentForm(RetirableForm):
    class Meta:
        model = Agent
        fields: ClassVar[list[str]] = [
            "user", "screen_name", "screen_name_locked", "largest_capacity", "queues",
        ]  # fmt: skip
        help_texts: ClassVar[dict[str, Any]] = {
            "user": gettext_lazy(
                "The member of staff behind this agent. It cannot be changed later."
            ),
            "screen_name_locked": gettext_lazy(
                "The agent cannot change it: the name above holds, or the person’s own."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if user := self.fields.get("user"):
            assert isinstance(user, forms.ModelChoiceField)
            user.queryset = User.objects.filter(agent=None, is_active=True)

    def clean_largest_capacity(self) -> int | None:
        """More than the chat settings allow would have no effect."""
        chosen: int | None = self.cleaned_data["largest_capacity"]
        most = ChatSettings.objects.current().largest_capacity
        if chosen and chosen > most:
            text = _("The most chats at once in the chat settings is %(most)s. Raise that first.")
            raise forms.ValidationError(text % {"most": most})
        return chosen

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
        "screen_name_locked",
        "queue_count",
        "availability",
        "online",
        "load",
        "retired_at",
    )
    list_filter = (InUseFilter, "available", "online", "screen_name_locked", QueueFilter)
    list_select_related = ("user", "reason")
    search_fields = ("user__name", "user__email", "screen_name")
    search_help_text = gettext_lazy("Name, e-mail or screen name")
    ordering = ("user__name", "pk")
    filter_horizontal = ("queues",)
    settings_fieldsets = (
        (None, {"fields": ("user", "retired")}),
        (gettext_lazy("Screen name"), {"fields": ("screen_name", "screen_name_locked")}),
        (
            gettext_lazy("Chats"),
            {"fields": (("largest_capacity", "largest_in_effect"), "queues")},
        ),
    )
    now_fieldset = (gettext_lazy("Now"), {"fields": ("availability", "online", "load")})

    def get_fieldsets(self, request: HttpRequest, obj: Agent | None = None) -> Any:
        return (*self.settings_fieldsets, self.now_fieldset) if obj else self.settings_fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Agent | None = None) -> Any:
        now = ("user", "availability", "online", "load") if obj else ()
        return ("largest_in_effect", *now)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agent]:
        """With what each may be given, without a query for each."""
        most = ChatSettings.objects.values("largest_capacity")[:1]
        agents = super().get_queryset(request)
        return agents.annotate(queue_count=Count("queues"), most_of_all=Subquery(most))

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

    @admin.display(description=gettext_lazy("available"), ordering="available")
    def availability(self, agent: Agent) -> str:
        """What the agent said last, and why."""
        if agent.available and agent.capacity:
            return _("Available for %(count)s chats") % {"count": agent.capacity}
        if agent.available:
            return _("Available")
        if agent.reason:
            return _("Unavailable: %(reason)s") % {"reason": agent.reason}
        return _("Unavailable")

    @admin.display(description=gettext_lazy("open chats"), ordering="open_chats")
    def load(self, agent: Agent) -> str:
        return _("%(count)s (at most %(most)s)") % {
            "count": agent.open_chats,
            "most": self.most(agent),
        }

    @admin.display(description=gettext_lazy("in effect"))
    def largest_in_effect(self, agent: Agent) -> str:
        text = "%(most)s" if agent.largest_capacity else _("as in settings: %(most)s")
        return text % {"most": self.most(agent)}

    def most(self, agent: Agent) -> int:
        """The most he may be given; of a new agent the annotation is missing."""
        known: int | None = getattr(agent, "most_of_all", None)
        general = known or ChatSettings.objects.current().largest_capacity
        return min(agent.largest_capacity or general, general)

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
