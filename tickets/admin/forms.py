"""What the forms of this app fill in with."""

from typing import Any

from django.contrib.admin.widgets import AdminTextInputWidget


class TimeZoneInput(AdminTextInputWidget):
    """A name that the browser completes from the page's list of time zones."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {"list": "time-zones", "autocomplete": "off", "spellcheck": "false", **(attrs or {})}
        )
