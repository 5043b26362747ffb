"""Refusals of the tickets app."""

from collections.abc import Mapping

from django.utils.translation import gettext as _


class TicketError(Exception):
    """The domain says no. `code` is for machines, the text for people."""

    code = "ticket_error"


class ThrottledError(TicketError):
    """Too many attempts; again in `wait` seconds."""

    code = "rate_limited"

    def __init__(self, wait: int) -> None:
        super().__init__(f"Too many attempts. Try again in {wait} s.")
        self.wait = wait


class TicketFieldsError(TicketError):
    """Some fields are blank that must not be, or do not fit. `fields`: a sentence for each."""

    code = "fields_wrong"

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(_("The ticket is not saved. %(why)s") % {"why": " ".join(fields.values())})
        self.fields = dict(fields)


class TicketChangedError(TicketError):
    """Somebody saved it meanwhile. `version` is the one that holds now."""

    code = "version_conflict"

    def __init__(self, number: str, version: int) -> None:
        super().__init__(
            _("%(number)s was changed meanwhile. Look at it again, then save.") % {"number": number}
        )
        self.version = version


class TicketNotOpenError(TicketError):
    """No work is left to do on it: it cannot be resolved, or edited, any more."""

    code = "ticket_not_open"

    def __init__(self, number: str, status: str) -> None:
        super().__init__(
            _("%(number)s is %(status)s already.") % {"number": number, "status": status}
        )


class IllegalStepError(TicketError):
    """The ticket cannot take this step from where it is."""

    code = "illegal_step"

    def __init__(self, number: str, now: str, wanted: str) -> None:
        values = {"number": number, "now": now, "wanted": wanted}
        super().__init__(_("%(number)s is %(now)s and cannot become %(wanted)s.") % values)


class BadTextError(TicketError):
    """The text cannot be stored: blank, too long, or with signs that no text has."""

    code = "bad_text"
