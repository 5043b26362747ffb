"""What customers are told, in the administrator's words."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from livechat.admin.configuration import ConfigurationAdmin
from livechat.models.wording import SENTENCES, SystemMessage

SAMPLES = {"agent": "Noor H.", "name": "Ada", "queue": "Service Desk"}


class SystemMessageForm(forms.ModelForm[SystemMessage]):
    code = forms.ChoiceField(
        label=_("Sentence"), choices=[(code, said.when) for code, said in SENTENCES.items()]
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, initial="en")

    class Meta:
        model = SystemMessage
        fields: ClassVar[list[str]] = ["code", "language", "text"]


@admin.register(SystemMessage)
class SystemMessageAdmin(ConfigurationAdmin[SystemMessage]):
    form = SystemMessageForm
    fields = ("code", "language", "text", "ours", "preview")
    readonly_fields = ("ours", "preview")
    list_display = ("when", "language", "text", "ours")
    list_filter = ("language",)
    search_fields = ("text",)
    search_help_text = _("Text")
    ordering: ClassVar[tuple[str, ...]] = ("code", "language")

    @admin.display(description=_("sentence"), ordering="code")
    def when(self, message: SystemMessage) -> str:
        said = SENTENCES.get(message.code)
        return str(said.when) if said else message.code

    @admin.display(description=_("unless you say otherwise"))
    def ours(self, message: SystemMessage) -> str:
        said = SENTENCES.get(message.code)
        return str(said.text) if said else ""

    @admin.display(description=_("as a customer reads it"))
    def preview(self, message: SystemMessage) -> str:
        text = message.text
        for name, sample in SAMPLES.items():
            text = text.replace(f"{{{name}}}", sample)
        return text
