"""What agents may send."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livechat.models import Agent, AvailabilityReason, Invitation
from livechat.models.notifications import WAYS, NewsKind, Ways
from tickets.models import User

SCREEN_NAME_CHARACTERS = Agent._meta.get_field("screen_name").max_length
REASON_CHARACTERS = AvailabilityReason._meta.get_field("label").max_length


class ProfileForm(forms.Form):
    screen_name = forms.CharField(max_length=SCREEN_NAME_CHARACTERS, required=False)
    theme = forms.ChoiceField(choices=User.Theme.choices, required=False)
    single_keys = forms.BooleanField(required=False)


class NotificationsForm(forms.Form):
    """One box for each kind of news and way to be told; a box that is not ticked is not sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in (f"{kind}-{way}" for kind in NewsKind.values for way in WAYS):
            self.fields[name] = forms.BooleanField(required=False)

    def choices(self) -> dict[str, Ways]:
        chosen = self.cleaned_data
        return {kind: {way: chosen[f"{kind}-{way}"] for way in WAYS} for kind in NewsKind.values}


class AvailabilityForm(forms.Form):
    """`take`: off, on, or how many chats at once. `reason`: the label of one, when off."""

    OFF = "off"

    take = forms.RegexField(r"\A(?:off|on|[1-9][0-9]?)\Z")
    reason = forms.CharField(max_length=REASON_CHARACTERS, required=False)


class TransferForm(forms.Form):
    """`kind` says which of the two counts."""

    QUEUE, AGENT = "queue", "agent"

    kind = forms.ChoiceField(choices=[(QUEUE, QUEUE), (AGENT, AGENT)])
    queue = forms.CharField(max_length=22, required=False)
    agent = forms.CharField(max_length=22, required=False)
    remark = forms.CharField(required=False, strip=False)

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or {}
        if not chosen.get(chosen.get("kind", "")):
            raise forms.ValidationError(_("Choose an agent or a queue."))
        return chosen


class InviteForm(forms.Form):
    agent = forms.CharField(
        max_length=22, error_messages={"required": gettext_lazy("Choose an agent.")}
    )
    role = forms.ChoiceField(choices=Invitation.Role.choices)
