"""What the forms of this app fill in with."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget

from tickets.models import Site


def relabel(field: forms.Field, label: Callable[[Any], str]) -> None:
    """Call the choices of a field so."""
    vars(field)["label_from_instance"] = label


class TimeZoneInput(AdminTextInputWidget):
    """A name that the browser completes from the page's list of time zones."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {"list": "time-zones", "autocomplete": "off", "spellcheck": "false", **(attrs or {})}
        )


class SiteField(forms.ModelChoiceField[Any]):
    """Sites with their company, as names repeat."""

    def __init__(self, **kwargs: Any) -> None:
        rows = Site.objects.select_related("company").order_by("company__name", "name")
        super().__init__(rows, required=False, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.company}: {obj}"
