"""What customers' browsers load, packed: embed.js, and the frame's modules as one script."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import brotli  # type: ignore[import-untyped]
from django.conf import settings
from rjsmin import jsmin  # type: ignore[import-untyped]

FOLDER = Path(__file__).parents[1] / "static" / "livechat" / "js"
#: Where the modules lie that all pages share: one tree with the others once they are served.
SHARED = "../../parley/"
SHARED_FOLDER = settings.BASE_DIR / "config" / "static" / "parley"
#: Our modules keep to these forms; `tests/livechat/widget/test_scripts.py` says when one does not.
IMPORT = re.compile(r'^import \{.*?\} from "((?:\./|\.\./\.\./parley/)\w+\.js)";\n', re.MULTILINE)
#: Shorter, and nobody edits what is joined.
CONST = re.compile(r"\bconst\b")
#: Since every statement ends with a semicolon: those before a brace, and lines that end with one.
NEEDLESS = re.compile(r";(?=})|(?<=[})])\n")
EXPORT = re.compile(r"^export (?=(?:const|function|class) )", re.MULTILINE)


@dataclass(frozen=True)
class Script:
    """A script's text, and as it goes out to a browser that takes it packed."""

    text: str

    @cached_property
    def bodies(self) -> dict[str, bytes]:
        plain = self.text.encode()
        packed = {"br": brotli.compress(plain, quality=11), "gzip": gzip.compress(plain, mtime=0)}
        return {**packed, "": plain}

    @cached_property
    def version(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()[:20]


@cache
def embed() -> Script:
    return Script(jsmin((FOLDER / "embed.js").read_text()))


@cache
def widget() -> Script:
    """One request in the place of fifteen, and smaller than they are packed one by one."""
    parts: dict[str, str] = {}
    _gather("./widget.js", parts)
    packed = jsmin("".join(parts.values()))
    return Script(NEEDLESS.sub("", CONST.sub("let", packed)))


def place_of(module: str) -> Path:
    """Where the file of an import lies."""
    if module.startswith(SHARED):
        return SHARED_FOLDER / module.removeprefix(SHARED)
    return FOLDER / module


def _gather(module: str, parts: dict[str, str]) -> None:
    """Put a module behind those it imports, all in one scope: no two use the same name."""
    text = place_of(module).read_text()
    for imported in IMPORT.findall(text):
        if imported not in parts:
            _gather(imported, parts)
    parts[module] = EXPORT.sub("", IMPORT.sub("", text))
