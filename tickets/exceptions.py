"""Refusals of the tickets app."""

from collections.abc import Iterable, Mapping

from django.template.defaultfilters import filesizeformat
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
    status = 409

    def __init__(self, number: str, version: int) -> None:
        super().__init__(
            _("%(number)s was changed meanwhile. Look at it again, then save.") % {"number": number}
        )
        self.version = version


class VersionMissingError(TicketError):
    """Whoever changes a ticket from afar has to say which version he has seen."""

    code = "version_missing"
    status = 428

    def __init__(self) -> None:
        super().__init__("Send the ticket's ETag in If-Match.")


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


class ClientIdReusedError(TicketError):
    """This client id belongs to another comment of the same customer on this ticket."""

    code = "client_id_reused"

    def __init__(self) -> None:
        super().__init__(_("This client id was used for something else."))


class FileError(TicketError):
    """This file is not taken, and never will be as it is."""


class FileEmptyError(FileError):
    """There is nothing in it."""

    code = "file_empty"

    def __init__(self) -> None:
        super().__init__(_("The file is empty. Choose another one."))


class FileTooLargeError(FileError):
    """It has more than so many bytes."""

    code = "file_too_large"

    def __init__(self, most: int) -> None:
        text = _("The file is larger than %(most)s. Send a smaller one.")
        super().__init__(text % {"most": filesizeformat(most)})


class FileKindError(FileError):
    """It is of no kind that is taken, or not of the kind that it says."""

    code = "file_type"

    def __init__(self, allowed: Iterable[str]) -> None:
        text = _("Files of this type are not taken. Taken are: %(allowed)s.")
        names = ", ".join(allowed)
        super().__init__(text % {"allowed": names} if names else _("No files are taken here."))


class FileUnlikeError(FileError):
    """Its content is not what its name or its media type says."""

    code = "file_unlike"

    def __init__(self, extension: str) -> None:
        text = _("This is no %(extension)s file that can be read. Save it again and send that.")
        super().__init__(text % {"extension": extension})


class ImageTooLargeError(FileError):
    """It has more pixels than are decoded."""

    code = "image_too_large"

    def __init__(self, megapixels: int) -> None:
        text = _("The image has more than %(most)s million pixels. Send a smaller one.")
        super().__init__(text % {"most": megapixels})


class FileBlockedError(FileError):
    """It could do harm."""

    code = "file_blocked"

    def __init__(self) -> None:
        super().__init__(_("The file was blocked: it could do harm. Send what it shows as text."))


class FileQuotaError(FileError):
    """So many bytes are kept for whoever sends it, or for his company, as there may be."""

    code = "file_quota"

    def __init__(self) -> None:
        super().__init__(_("There is no room for more files. Ask the administrator."))
