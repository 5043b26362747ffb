"""Files as nobody should send them, made here: names, contents, and both at odds."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from PIL import Image, PngImagePlugin

from tickets.services.contents import EICAR

MEGABYTE = 1024 * 1024
XML = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!doctype html><script>alert(1)</script>"


class Sent(NamedTuple):
    """A file as it is sent, the code it is refused with, or what it is called when it is not."""

    label: str
    name: str
    media_type: str
    content: bytes
    code: str = ""
    called: str = ""


def picture(form: str = "PNG", size: tuple[int, int] = (12, 8), **more: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "teal").save(made, form, **more)
    return made.getvalue()


def archive(*names: str, first: bytes = b"", link: bool = False) -> bytes:
    """A zip file of small parts; `first` is the content of the first one, not packed."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as parts:
        for number, name in enumerate(names):
            part = zipfile.ZipInfo(name)
            if link:
                part.external_attr = 0o120777 << 16
            parts.writestr(part, first if not number and first else b"/etc/passwd")
    return made.getvalue()


def document(*more: str) -> bytes:
    return archive("[Content_Types].xml", "word/document.xml", *more)


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width: int, height: int, *chunks: bytes) -> bytes:
    """A PNG that says it is so large, with nothing in it."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = png_chunk(b"IDAT", zlib.compress(b"\0" * 100))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + pixels + png_chunk(b"IEND", b"")


def gif_of(width: int, height: int, frames: int = 1) -> bytes:
    """A GIF of this canvas, with so many frames of one pixel."""
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"!\xf9\x04\0\x01\0\0\0" + b",\0\0\0\0\x01\0\x01\0\0" + b"\x02\x02D\x01\0"
    return head + frame * frames + b";"


def jpeg_of(width: int, height: int) -> bytes:
    real = bytearray(picture("JPEG"))
    at = real.index(b"\xff\xc0")
    real[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(real)


def webp_of(width: int, height: int) -> bytes:
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    data = b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + canvas
    return b"RIFF" + struct.pack("<I", 4 + len(data)) + b"WEBP" + data


def bomb(unpacked: int) -> bytes:
    """A document that says its parts are so large."""
    made = bytearray(document())
    at = made.rindex(b"PK\x01\x02")
    made[at + 24 : at + 28] = struct.pack("<I", unpacked)
    return bytes(made)


def overlapping() -> bytes:
    """Parts that lie over each other: together they are longer than the file."""
    made = bytearray(document())
    at = made.rindex(b"PK\x01\x02")
    made[at + 20 : at + 24] = struct.pack("<I", 10 * MEGABYTE)
    return bytes(made)


def boasting() -> bytes:
    """An archive whose end says that 60,000 parts follow."""
    made = bytearray(document())
    at = made.rindex(b"PK\x05\x06")
    made[at + 10 : at + 12] = struct.pack("<H", 60_000)
    return bytes(made)


def with_text(zipped: bytes) -> bytes:
    return png_of(2, 2, png_chunk(b"zTXt", b"Comment\0\0" + zipped))


#: Of good text files; and what they are called afterwards.
NAMES = [
    ("path", "../../etc/passwd.txt", "passwd.txt"),
    ("windows path", "C:\\Windows\\system.txt", "system.txt"),
    ("url path", "http://evil.example/a.txt", "a.txt"),
    ("zero width", "re\u200bport\ufeff.txt", "report.txt"),
    ("right to left", "photo\u202etxt.cfg", "phototxt.cfg"),
    ("isolates", "\u2066a\u2069.txt", "a.txt"),
    ("tags", "a\U000e0041.txt", "a.txt"),
    ("device", "CON.txt", "_CON.txt"),
    ("device with more", "com1.report.txt", "_com1.report.txt"),
    ("lpt", "LPT9.log", "_LPT9.log"),
    ("reserved", 'a:b*c?d|e<f>".txt', "a_b_c_d_e_f__.txt"),
    ("stream", "a.txt::$DATA.txt", "a.txt__$DATA.txt"),
    ("hidden", ".profile.txt", "_profile.txt"),
    ("spaces", "  a  b  .txt", "a b.txt"),
    ("upper", "NOTES.TXT", "NOTES.TXT"),
    ("double", "invoice.exe.txt", "invoice_exe.txt"),
    ("double page", "page.html.txt", "page_html.txt"),
    ("double php", "shell.php5.txt", "shell_php5.txt"),
    ("version", "profile-3.4.txt", "profile-3.4.txt"),
    ("markup", "<img src=x onerror=alert(1)>.txt", "_img src=x onerror=alert(1)_.txt"),
    ("formula", "=cmd|' /C calc'!A0.txt", "C calc'!A0.txt"),
    ("255 bytes", "b" * 251 + ".txt", "b" * 116 + ".txt"),
    ("wide letters", "ä" * 250 + ".txt", "ä" * 98 + ".txt"),
    ("emoji", "🙂" * 100 + ".txt", "🙂" * 49 + ".txt"),
]
#: Of what is no text file, or nothing.
REFUSED_NAMES = [
    ("nothing", ""),
    ("no extension", "README"),
    ("only dots", "..."),
    ("parent", ".."),
    ("program", "setup.exe"),
    ("NUL cut", "a.txt\x00.exe"),
    ("turned program", "cfgtxt\u202e.exe"),
    ("page", "a.html"),
    ("picture page", "a.svg"),
    ("server settings", ".htaccess"),
    ("shortcut", "a.lnk"),
    ("script", "a.js"),
    ("space behind", "a.exe "),
    ("dot behind", "a.exe."),
    ("archive", "a.zip"),
    ("macros", "a.docm"),
    ("look-alike", "a.t\u0445t"),
    ("path into", "a.txt/b.exe"),
    ("too long", "a" * 4000 + ".exe"),
]
PNG, JPEG = picture(), picture("JPEG")
OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
PACKED = zlib.compress(bytes(80 * MEGABYTE))
LINKED = archive("[Content_Types].xml", "word/a", link=True)
UNLIKE, BLOCKED, TOO_LARGE = "file_unlike", "file_blocked", "image_too_large"
#: Under good names: what is not what the name says, or does harm.
CONTENTS = [
    ("empty", "a.txt", "text/plain", b"", "file_empty"),
    ("a byte too much", "a.txt", "text/plain", b"a" * (10 * MEGABYTE + 1), "file_too_large"),
    ("svg as png", "a.png", "image/png", XML, UNLIKE),
    ("svg type", "a.png", "image/svg+xml", PNG, UNLIKE),
    ("svg type with more", "a.png", "image/svg+xml; x", PNG, UNLIKE),
    ("html as png", "a.png", "image/png", HTML, UNLIKE),
    ("html as text", "a.txt", "text/plain", HTML, UNLIKE),
    ("html after a mark", "a.txt", "text/plain", b"\xef\xbb\xbf\n " + HTML, UNLIKE),
    ("html in UTF-16", "a.txt", "text/plain", HTML.decode().encode("utf-16"), UNLIKE),
    ("html type", "a.txt", "text/html", b"Hello", UNLIKE),
    ("xml as text", "a.log", "text/plain", XML, UNLIKE),
    ("script as text", "a.txt", "text/plain", b"#!/bin/sh\nrm -rf /\n", UNLIKE),
    ("php as text", "a.csv", "text/csv", b"<?php system($_GET[0]);", UNLIKE),
    ("program as text", "a.txt", "text/plain", b"MZ\x90\x00\x03" + bytes(60), UNLIKE),
    ("NUL in text", "a.txt", "text/plain", b"Hello" + bytes(3), UNLIKE),
    ("NUL late in text", "a.txt", "text/plain", b"a" * 200_000 + b"\0", UNLIKE),
    ("png as jpeg", "a.jpg", "image/jpeg", PNG, UNLIKE),
    ("jpeg as png", "a.png", "image/png", JPEG, UNLIKE),
    ("jpeg type", "a.png", "image/jpeg", PNG, UNLIKE),
    ("half a png", "a.png", "image/png", picture(size=(99, 99))[:120], UNLIKE),
    ("half a jpeg", "a.jpg", "image/jpeg", JPEG[:200], UNLIKE),
    ("png head alone", "a.png", "image/png", PNG[:8], UNLIKE),
    ("zip as png", "a.png", "image/png", document(), UNLIKE),
    ("mail as png", "a.png", "image/png", b"MIME-Version: 1.0\n\n", UNLIKE),
    ("packed text", "a.png", "image/png", with_text(PACKED), UNLIKE),
    ("pixel flood", "a.png", "image/png", png_of(50_000, 50_000), TOO_LARGE),
    ("wide flood", "a.png", "image/png", png_of(2**31 - 1, 1), TOO_LARGE),
    ("gif flood", "a.gif", "image/gif", gif_of(65_535, 65_535), TOO_LARGE),
    ("jpeg flood", "a.jpg", "image/jpeg", jpeg_of(65_500, 65_500), TOO_LARGE),
    ("webp flood", "a.webp", "image/webp", webp_of(16_000, 16_000), TOO_LARGE),
    ("page as pdf", "a.pdf", "application/pdf", HTML, UNLIKE),
    ("pdf behind a page", "a.pdf", "application/pdf", HTML + b"%PDF-1.7", UNLIKE),
    ("pdf type", "a.pdf", "text/html", b"%PDF-1.7", UNLIKE),
    ("EICAR", "a.txt", "text/plain", EICAR, BLOCKED),
    ("EICAR in a document", "a.pdf", "application/pdf", b"%PDF-1.7 " + EICAR, BLOCKED),
    ("text as document", "a.docx", OFFICE, b"Hello", UNLIKE),
    ("archive as document", "a.docx", OFFICE, archive("a.txt"), UNLIKE),
    ("table as document", "a.docx", OFFICE, archive("[Content_Types].xml", "xl/a"), UNLIKE),
    ("macros inside", "a.docx", OFFICE, document("word/vbaProject.bin"), BLOCKED),
    ("controls inside", "a.docx", OFFICE, document("word/activeX/activeX1.bin"), BLOCKED),
    ("scripts inside", "a.odt", ODT, archive("mimetype", "Scripts/python/a.py"), BLOCKED),
    ("program inside", "a.docx", OFFICE, document("word/embeddings/a.exe"), BLOCKED),
    ("way out", "a.docx", OFFICE, document("../../etc/cron.d/a"), BLOCKED),
    ("absolute way out", "a.docx", OFFICE, document("/etc/cron.d/a"), BLOCKED),
    ("link inside", "a.docx", OFFICE, LINKED, BLOCKED),
    ("says 2 GB unpacked", "a.docx", OFFICE, bomb(2**31), BLOCKED),
    ("overlapping parts", "a.docx", OFFICE, overlapping(), BLOCKED),
    ("60,000 parts", "a.docx", OFFICE, boasting(), BLOCKED),
    ("half an archive", "a.docx", OFFICE, document()[:60], UNLIKE),
    ("no open document", "a.odt", ODT, document(), UNLIKE),
    ("other open document", "a.odt", ODT, archive("mimetype", first=b"application/x"), UNLIKE),
]  # fmt: skip


def polyglots() -> Iterator[Sent]:
    """Good images with something behind, before or beside the pixels: taken, and it is gone."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", HTML.decode())
    for label, name, kind, content in [
        ("page behind a png", "a.png", "image/png", picture() + HTML),
        ("archive behind a jpeg", "a.jpg", "image/jpeg", picture("JPEG") + archive("a.exe")),
        ("script in a comment", "a.png", "image/png", picture(pnginfo=info)),
        ("script in a jpeg comment", "a.jpg", "image/jpeg", picture("JPEG", comment=HTML)),
        ("php behind a gif", "a.php.gif", "image/gif", gif_of(3, 3) + b"<?php system(1);"),
        ("script in a profile", "a.jpg", "image/jpeg", picture("JPEG", icc_profile=HTML)),
        ("many frames", "a.gif", "image/gif", gif_of(3, 3, frames=100_000)),
    ]:
        yield Sent(label, name, kind, content, "", name.replace(".php.", "_php."))


HELLO = ("text/plain", b"Hello\n")
ALL = [
    *(Sent(label, name, *HELLO, "", called) for label, name, called in NAMES),
    *(Sent(label, name, *HELLO, "file_type") for label, name in REFUSED_NAMES),
    *(Sent(*sent) for sent in CONTENTS),
    *polyglots(),
]
