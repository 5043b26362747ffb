"""What a file is called: cleaned so that its name is only ever a name."""

from __future__ import annotations

import re
import unicodedata

from tickets.models.files import NAME_CHARACTERS

#: Of every file system at least one knows no more.
NAME_BYTES = 200
RESERVED = re.compile(r'[<>:"|?*]')
DEVICES = re.compile(r"(?i)(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)")
#: An extension that some machine would run or open as a page, before the last one.
ACTIVE = re.compile(
    r"(?i)\.(?=(?:exe|com|bat|cmd|scr|pif|msi|msp|cpl|lnk|hta|jar|js|jse|mjs|vbs?|vbe|wsf|ps1|psm1|"
    r"sh|py|pl|rb|php\d?|phtml|phar|aspx?|jspx?|cgi|html?|xhtml|shtml|svgz?|xml|xslt?|swf|htaccess|"
    r"url|reg|app|dll|docm|xlsm|pptm)(?:\.|$))"
)
#: Controls, what turns or hides text, and what cannot be stored.
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean_name(name: str) -> str:
    """The last part of a path, without what cannot be seen or is reserved, in at most 200 bytes."""
    composed = unicodedata.normalize("NFC", name[:4096])
    seen = "".join(char for char in composed if unicodedata.category(char) not in UNSEEN)
    last = re.split(r"[/\\]", seen)[-1]
    plain = RESERVED.sub("_", " ".join(last.split())).strip(". ")
    if not plain:
        return "file"
    if last.lstrip().startswith("."):
        plain = f"_{plain}"
    if DEVICES.match(plain):
        plain = f"_{plain}"
    stem, dot, extension = plain.rpartition(".")
    return _fitted(ACTIVE.sub("_", stem) if dot else plain, f"{dot}{extension}" if dot else "")


def extension_of(name: str) -> str:
    """What stands behind the last full stop, in small letters; nothing when there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def _fitted(stem: str, ending: str) -> str:
    """Shortened before the extension."""
    ending = ending[:20]
    stem = stem[: NAME_CHARACTERS - len(ending)]
    while len((stem + ending).encode()) > NAME_BYTES:
        stem = stem[:-1]
    return (stem.rstrip(". ") or "file") + ending
