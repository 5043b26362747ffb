"""What customers' browsers load, packed: embed.js, and the frame's modules as one script."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import brotli  # type: ignore[import-untyped]
from rjsmin import jsmin  # type: ignore[import-untyped]

FOLDER = Path(__file__).parents[1] / "static" / "livechat" / "js"
#: Our modules keep to these forms; `tests/livechat/widget/test_scripts.py` says when one does not.
IMPORT = re.compile(r'^import (\{.*?\}) from "\./(\w+)\.js";\n', re.MULTILINE)
#: Since every statement ends with a semicolon: those before a brace, and lines that end with one.
NEEDLESS = re.compile(r";(?=})|(?<=[})])\n")
EXPORT = re.compile(r"^export ((?:const|function|class) ([\w$]+))", re.MULTILINE)


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
    _gather("widget", parts)
    return Script(NEEDLESS.sub("", jsmin("".join(parts.values()))))


def _gather(name: str, parts: dict[str, str]) -> None:
    """Put a module behind those it imports, in a scope of its own, known by its number."""
    text = (FOLDER / f"{name}.js").read_text()
    for _names, imported in IMPORT.findall(text):
        if imported not in parts:
            _gather(imported, parts)
    exported = ",".join(name for _what, name in EXPORT.findall(text))
    numbers = {known: number for number, known in enumerate(parts)}
    body = EXPORT.sub(
        r"\1", IMPORT.sub(lambda found: f"const {found[1]}=${numbers[found[2]]};\n", text)
    )
    parts[name] = f"const ${len(parts)}=(()=>{{\n{body}return{{{exported}}};\n}})();\n"
