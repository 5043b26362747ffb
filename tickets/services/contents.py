"""Whether a file's content is what its extension says. Nothing is unpacked."""

from __future__ import annotations

import re
import stat
import struct
import zipfile
from collections.abc import Callable, Iterator
from typing import IO

from tickets.exceptions import FileBlockedError, FileUnlikeError
from tickets.models.filetypes import Content, FileType

CHUNK = 64 * 1024
#: With which scanners are tried out: whoever wants to see that files are looked at may send it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
#: How pages, programs and archives begin, that call themselves text.
OTHER_STARTS = (
    b"<!doctype", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<?xml", b"<?php", b"<%",
    b"<iframe", b"<img", b"<style", b"<meta", b"<!--", b"#!", b"mz\x90", b"%pdf-", b"%!ps",
    b"pk\x03\x04", b"pk\x05\x06", b"rar!", b"7z\xbc\xaf", b"{\\rtf", b"\x7felf",
    b"mime-version:", b"content-type:", b"gif87a", b"gif89a",
)  # fmt: skip
#: The list of an archive's parts, before it is read.
ENTRIES = 2_000
LIST_BYTES = 1024 * 1024
#: Of all parts together, unpacked, as the archive says.
UNPACKED_BYTES = 500 * 1024 * 1024
END = struct.Struct("<4s4H2LH")
#: Where documents keep macros and controls; and what a machine would run.
MACROS = re.compile(r"(?:^|/)(?:vbaproject\.bin$|vbadata\.xml$|activex/|basic/|scripts/)")
RUNS = (".exe", ".dll", ".scr", ".js", ".vbs", ".bat", ".cmd", ".ps1", ".lnk", ".hta", ".jar")


def chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """The stream from its beginning, piece by piece."""
    stream.seek(0)
    while piece := stream.read(CHUNK):
        yield piece


def check_content(stream: IO[bytes], kind: FileType, extension: str) -> None:
    """Refuse what is not of this kind, or could do harm. Images are checked by making them anew."""
    stream.seek(0)
    head = stream.read(CHUNK)
    stream.seek(0)
    if EICAR in head:
        raise FileBlockedError
    if check := CHECKS.get(kind.content):
        check(stream, head, kind, extension)
        stream.seek(0)


def _check_pdf(stream: IO[bytes], head: bytes, kind: FileType, extension: str) -> None:
    if not head.startswith(b"%PDF-"):
        raise FileUnlikeError(extension)


def _check_text(stream: IO[bytes], head: bytes, kind: FileType, extension: str) -> None:
    """UTF-8 or an older code page, or UTF-16 that says so; no bytes that no text has."""
    start = head[:256].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(OTHER_STARTS):
        raise FileUnlikeError(extension)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        _check_utf16(stream, extension)
        return
    for piece in chunks(stream):
        if piece.translate(None, TEXT_BYTES):
            raise FileUnlikeError(extension)


#: All but the controls that no text has; ESC is in logs with colours.
TEXT_BYTES = bytes({7, 8, 9, 10, 12, 13, 27, *range(0x20, 0x100)} - {0x7F})


def _check_utf16(stream: IO[bytes], extension: str) -> None:
    stream.seek(0)
    try:
        text = stream.read().decode("utf-16")
    except UnicodeDecodeError as error:
        raise FileUnlikeError(extension) from error
    if "\x00" in text or text[:256].lstrip().lower().encode().startswith(OTHER_STARTS):
        raise FileUnlikeError(extension)


def _check_zipped(stream: IO[bytes], head: bytes, kind: FileType, extension: str) -> None:
    """By the list of its parts, which is small and comes last; nothing is unpacked."""
    if not head.startswith(b"PK\x03\x04"):
        raise FileUnlikeError(extension)
    _check_list_size(stream, extension)
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, struct.error, NotImplementedError) as error:
        raise FileUnlikeError(extension) from error
    if any(_is_harmful(part) for part in parts) or _is_bomb(parts, stream):
        raise FileBlockedError
    names = [part.filename for part in parts]
    if kind.form == "mimetype":
        _check_mimetype(stream, names, kind, extension)
    elif kind.form and not (
        "[Content_Types].xml" in names and any(name.startswith(kind.form) for name in names)
    ):
        raise FileUnlikeError(extension)


def _check_list_size(stream: IO[bytes], extension: str) -> None:
    size = stream.seek(0, 2)
    stream.seek(max(0, size - 65_557 - 20))
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + END.size:
        raise FileUnlikeError(extension)
    _sign, _disk, _first, _here, entries, length, _start, _comment = END.unpack_from(tail, at)
    # What is so large that its numbers do not fit is too large here.
    if b"PK\x06\x07" in tail[:at][-20:] or entries > ENTRIES or length > LIST_BYTES:
        raise FileBlockedError


def _is_harmful(part: zipfile.ZipInfo) -> bool:
    """Programs, macros, links, and ways out of the folder it is unpacked in."""
    name = part.filename.replace("\\", "/").lower()
    link = stat.S_ISLNK(part.external_attr >> 16)
    outside = name.startswith("/") or ".." in name.split("/") or ":" in name
    return link or outside or name.endswith(RUNS) or bool(MACROS.search(name))


def _is_bomb(parts: list[zipfile.ZipInfo], stream: IO[bytes]) -> bool:
    """More than fits unpacked, or parts that lie over each other."""
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    return unpacked > UNPACKED_BYTES or packed > stream.seek(0, 2)


def _check_mimetype(stream: IO[bytes], names: list[str], kind: FileType, extension: str) -> None:
    """OpenDocument says what it is in its first part, which is not packed."""
    stream.seek(0)
    head = stream.read(30 + 8 + 100)
    said = head[38:].split(b"PK", 1)[0]
    if names[:1] != ["mimetype"] or not said.startswith(kind.media_type.encode()):
        raise FileUnlikeError(extension)


CHECKS: dict[Content, Callable[[IO[bytes], bytes, FileType, str], None]] = {
    Content.PDF: _check_pdf,
    Content.TEXT: _check_text,
    Content.ZIPPED: _check_zipped,
}
