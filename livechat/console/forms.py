"""What agents may send."""

from django import forms

from livechat.models import Agent
from tickets.models import User

SCREEN_NAME_CHARACTERS = Agent._meta.get_field("screen_name").max_length


class ProfileForm(forms.Form):
    screen_name = forms.CharField(max_length=SCREEN_NAME_CHARACTERS, required=False)
    theme = forms.ChoiceField(choices=User.Theme.choices, required=False)
    single_keys = forms.BooleanField(required=False)
