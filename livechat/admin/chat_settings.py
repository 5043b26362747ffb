"""What holds for all chats: one row, always there."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from livechat.admin.configuration import ConfigurationAdmin
from livechat.models import ChatSettings


@admin.register(ChatSettings)
class ChatSettingsAdmin(ConfigurationAdmin[ChatSettings]):
    fields = ("target_seconds", "question_characters")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(self.address("change", ChatSettings.objects.current()))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ChatSettings | None = None) -> bool:
        return False
