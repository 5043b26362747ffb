"""What a reader sends."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knowledge.models.use import COMMENT_CHARACTERS

ANSWERS: list[tuple[str, Any]] = [("yes", _("Yes")), ("no", _("No"))]


class FeedbackForm(forms.Form):
    """Whether an article helped."""

    helped = forms.ChoiceField(label=_("Did this help?"), choices=ANSWERS, widget=forms.RadioSelect)
    comment = forms.CharField(
        label=_("What was missing, or wrong?"),
        max_length=COMMENT_CHARACTERS,
        required=False,
        widget=forms.Textarea(attrs={"class": "ctl", "rows": 4}),
    )

    @property
    def said_yes(self) -> bool:
        return bool(self.cleaned_data["helped"] == "yes")
