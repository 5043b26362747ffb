"""What agents may send."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livechat.models import Agent, AvailabilityReason, Invitation
from livechat.models.notifications import WAYS, NewsKind, Ways
from tickets.models import Kind, User

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


class NewTicketForm(forms.Form):
    """Which ticket. `filled`: the fields of its form were sent too."""

    kind = forms.ChoiceField(choices=Kind.choices)
    template = forms.CharField(max_length=22, required=False)
    filled = forms.BooleanField(required=False)


class EndForm(forms.Form):
    """`answer`: what becomes of the ticket; with `resolve`, status and reason are public ids."""

    RESOLVE, END = "resolve", "end"

    answer = forms.ChoiceField(choices=[(RESOLVE, RESOLVE), (END, END)], required=False)
    status = forms.CharField(max_length=22, required=False)
    reason = forms.CharField(max_length=22, required=False)


class AbandonForm(forms.Form):
    """What the ticket becomes: a status and its reason by public id, `status.reason`."""

    ending = forms.CharField(max_length=45, required=False)

    @property
    def chosen(self) -> tuple[str, str]:
        status, _dot, reason = self.cleaned_data["ending"].partition(".")
        return status, reason
