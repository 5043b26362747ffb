"""What holds for all chats: one row, always there."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livechat.admin.configuration import ConfigurationAdmin
from livechat.models import Agent, ChatSettings, Queue
from livechat.services import attention, configuration


class ChatSettingsForm(forms.ModelForm[ChatSettings]):
    class Meta:
        model = ChatSettings
        fields: ClassVar[list[str]] = [
            "auto_accept", "selector", "vip_priority_seconds", "default_capacity",
            "largest_capacity", "capacity_fixed", "unavailable_at_sign_in",
            "unavailable_after_ending", "transfer_seconds", "transfer_falls_back_to",
            "grace_seconds", "idle_minutes", "inactive_minutes",
            "cancelled_closed_after_minutes", "warning_seconds", "target_seconds",
            "conversation_warning_seconds", "conversation_target_seconds", "question_characters",
            "leave_tickets", "overflow_minutes", "file_types", "file_megabytes", "files_per_chat",
        ]  # fmt: skip
        widgets: ClassVar[dict[str, Any]] = {
            "file_types": AdminTextareaWidget(attrs={"rows": 2, "spellcheck": "false"}),
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "auto_accept": gettext_lazy(
                "New chats go to a free agent by themselves. Off: agents accept them by hand. "
                "A queue may say otherwise."
            ),
            "transfer_falls_back_to": gettext_lazy(
                "To its queue it goes at its original place. To who sent it only if he is "
                "available; else to the queue."
            ),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._check_capacity(cleaned)
        self._check_warning(cleaned, "")
        self._check_warning(cleaned, "conversation_")
        return cleaned

    def clean_file_types(self) -> str:
        """In small letters, each once, without the full stop that people write before them."""
        names = self.cleaned_data["file_types"].lower().replace(",", " ").split()
        return " ".join(dict.fromkeys(name.removeprefix(".") for name in names))

    def _check_capacity(self, cleaned: dict[str, Any]) -> None:
        chosen, most = cleaned.get("default_capacity"), cleaned.get("largest_capacity")
        if chosen and most and chosen > most:
            text = _("An agent may have no more than %(most)s chats at once, as said below.")
            self.add_error("default_capacity", text % {"most": most})

    def _check_warning(self, cleaned: dict[str, Any], of: str) -> None:
        name, target_name = f"{of}warning_seconds", f"{of}target_seconds"
        warning, target = cleaned.get(name), cleaned.get(target_name)
        if warning and target and warning >= target:
            text = _("The target is %(target)s s: the warning has to come before it.")
            self.add_error(name, text % {"target": target})
        elif warning and not target and target_name not in self.errors:
            self.add_error(name, _("There is no target for it to come before."))


@admin.register(ChatSettings)
class ChatSettingsAdmin(ConfigurationAdmin[ChatSettings]):
    form = ChatSettingsForm
    fieldsets = (
        (
            gettext_lazy("Who gets the next chat"),
            {"fields": ("auto_accept", "selector", "vip_priority_seconds")},
        ),
        (
            gettext_lazy("How many chats an agent has"),
            {"fields": ("default_capacity", "largest_capacity", "capacity_fixed")},
        ),
        (
            gettext_lazy("When agents are unavailable by themselves"),
            {"fields": ("unavailable_at_sign_in", "unavailable_after_ending")},
        ),
        (
            gettext_lazy("Transfers, and agents who are lost"),
            {"fields": ("transfer_seconds", "transfer_falls_back_to", "grace_seconds")},
        ),
        (
            gettext_lazy("Silence"),
            {"fields": ("idle_minutes", "inactive_minutes", "cancelled_closed_after_minutes")},
        ),
        (
            gettext_lazy("Waiting times"),
            {"fields": ("warning_seconds", "target_seconds")},
        ),
        (
            gettext_lazy("Conversation times"),
            {"fields": ("conversation_warning_seconds", "conversation_target_seconds")},
        ),
        (gettext_lazy("Questions"), {"fields": ("question_characters",)}),
        (
            gettext_lazy("When nobody can take a chat"),
            {"fields": ("leave_tickets", "overflow_minutes")},
        ),
        (
            gettext_lazy("Files"),
            {"fields": ("file_types", "file_megabytes", "files_per_chat")},
        ),
    )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(self.address("change", ChatSettings.objects.current()))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        if "vip_priority_seconds" in form.changed_data:
            configuration.rank_anew(form.instance)
        if "cancelled_closed_after_minutes" in form.changed_data:
            attention.plan_left_chats()
        super().save_related(request, form, formsets, change)
        if "largest_capacity" in form.changed_data:
            self.name_the_cut(request, form.instance.largest_capacity)

    def name_the_cut(self, request: HttpRequest, most: int) -> None:
        """Who says more for himself gets no more than this from now on."""
        queues = Queue.objects.active().select_related("company").filter(capacity__gt=most)
        agents = Agent.objects.active().select_related("user").filter(largest_capacity__gt=most)
        for setting in [*queues, *agents]:
            text = _("“%(name)s” says more than %(most)s for itself. %(most)s holds there now.")
            messages.warning(request, text % {"name": setting, "most": most})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ChatSettings | None = None) -> bool:
        return False
