"""The kinds of files that are known: how each is served, and what browsers call it."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class Content(StrEnum):
    """How the content is looked at."""

    IMAGE = "image"
    PDF = "pdf"
    TEXT = "text"
    ZIPPED = "zipped"


class FileType(NamedTuple):
    """What an extension stands for. `said`: the media types a sender may give for it."""

    media_type: str
    content: Content
    said: frozenset[str]
    #: What an image is called by its decoder; the folder of an office document's parts.
    form: str = ""


#: Browsers that do not know an extension say this, or nothing.
UNKNOWN = frozenset({"", "application/octet-stream"})
OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."


def _image(name: str) -> FileType:
    return FileType(f"image/{name}", Content.IMAGE, frozenset({f"image/{name}"}), name.upper())


def _text(media_type: str, *said: str) -> FileType:
    return FileType(media_type, Content.TEXT, UNKNOWN | {media_type, "text/plain", *said})


def _office(media_type: str, form: str) -> FileType:
    return FileType(media_type, Content.ZIPPED, UNKNOWN | {media_type}, form)


KNOWN: dict[str, FileType] = {
    "png": _image("png"),
    "jpg": _image("jpeg"),
    "jpeg": _image("jpeg"),
    "gif": _image("gif"),
    "webp": _image("webp"),
    "pdf": FileType("application/pdf", Content.PDF, UNKNOWN | {"application/pdf"}),
    "txt": _text("text/plain"),
    "log": _text("text/plain", "text/x-log"),
    "md": _text("text/plain", "text/markdown", "text/x-markdown"),
    "cfg": _text("text/plain"),
    "conf": _text("text/plain"),
    "ini": _text("text/plain"),
    "csv": _text("text/csv", "application/vnd.ms-excel", "application/csv"),
    "json": _text("application/json"),
    "docx": _office(f"{OOXML}wordprocessingml.document", "word/"),
    "xlsx": _office(f"{OOXML}spreadsheetml.sheet", "xl/"),
    "pptx": _office(f"{OOXML}presentationml.presentation", "ppt/"),
    "odt": _office(f"{ODF}text", "mimetype"),
    "ods": _office(f"{ODF}spreadsheet", "mimetype"),
    "odp": _office(f"{ODF}presentation", "mimetype"),
    "zip": FileType(
        "application/zip",
        Content.ZIPPED,
        UNKNOWN | {"application/zip", "application/x-zip-compressed"},
    ),
}
#: Without archives: what is in them nobody has looked at.
USUAL = " ".join(name for name in KNOWN if name != "zip")


def validate_file_types(text: str) -> None:
    """Extensions that are known, in any order."""
    for name in text.split():
        if name not in KNOWN:
            raise ValidationError(
                _("“%(name)s” is not known. Known are: %(known)s."),
                params={"name": name, "known": ", ".join(KNOWN)},
            )
