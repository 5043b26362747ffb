"""Strings that want to be more than text: the Big List of Naughty Strings, and own ones."""

import json
from pathlib import Path

FOLDER = Path(__file__).parent / "corpus"

CALLS = ["alert(1)", "print()", "confirm`1`", "window.__x=1", "top.__x=1"]
#: {} is a call.
TAGS = [
    "<script>{}</script>",
    "<img src=x onerror={}>",
    "<svg onload={}>",
    "<svg><script>{}</script></svg>",
    "</title><script>{}</script>",
    "</textarea><img src=x onerror={}>",
    "</template><img src=x onerror={}>",
    "</script><script>{}</script>",
    "--><script>{}</script>",
    "<iframe srcdoc='<script>{}</script>'></iframe>",
    "<iframe src='javascript:{}'></iframe>",
    "<a href='javascript:{}' autofocus onfocus={} tabindex=0>x</a>",
    "<details open ontoggle={}>",
    "<input autofocus onfocus={}>",
    "<video><source onerror={}></video>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror={}>",
    "<form action='javascript:{}'><button>x</button></form>",
    "<object data='javascript:{}'></object>",
    "<embed src='javascript:{}'>",
    "<base href='javascript:{}//'>",
    "<meta http-equiv=refresh content='0;url=javascript:{}'>",
    "<link rel=stylesheet href='data:text/css,*{{}}' onload={}>",
    "<style onload={}>*{{display:none}}</style>",
    "\"><img src=x onerror={}>",
    "'><img src=x onerror={}>",
    "\" onmouseover={} autofocus onfocus={} x=\"",
    "' onmouseover={} autofocus onfocus={} x='",
    "{{{{constructor.constructor('{}')()}}}}",
    "${{{}}}",
    "`;{};`",
    "');{};('",
    "\\u003cscript\\u003e{}\\u003c/script\\u003e",
    "&lt;script&gt;{}&lt;/script&gt;",
    "&#60;img src=x onerror={}&#62;",
    "%3Cscript%3E{}%3C/script%3E",
    "javascript:{}",
    "JaVaScRiPt:{}",
    "java\tscript:{}",
    "data:text/html,<script>{}</script>",
    "https://x.example/\"onmouseover={}//",
    "https://x.example/'><img src=x onerror={}>",
    "https://javascript:{}@x.example/",
    "http://x.example/<script>{}</script>",
    "[x](javascript:{})",
    "<https://x.example/ onclick={}>",
]  # fmt: skip
ODD = [
    "\u202egnp.exe", "\u2066\u202e<script>alert(1)</script>", "\u200b\u200d\ufeff", "\x1b[31mred",
    "\r\nSet-Cookie: a=b", "A\u0300" * 50, "\U0001f469\u200d\U0001f4bb" * 10, "x" * 118,
    "\u0130\u0131\ufb03\u1e9e", "\ud7ff\ue000", "{0} %s %(name)s {name} {n} {title} {text}",
    "$& $1 $` $'", "__proto__", "constructor", "toString", "hasOwnProperty", "then", "valueOf",
    "null", "undefined", "true", "NaN", "0", "-1", "[object Object]", "data-do=end",
    "<template data-part=line>", "<li data-chat=x>", "https://x.example/" + "a" * 90,
]  # fmt: skip


def own() -> list[str]:
    """Every way in with some call, and some oddities."""
    tags = [tag.replace("{}", CALLS[n % len(CALLS)]) for n, tag in enumerate(TAGS)]
    more = [tag.replace("{}", CALLS[(n + 1) % len(CALLS)]) for n, tag in enumerate(TAGS)]
    return [text.replace("{{", "{").replace("}}", "}") for text in tags + more] + ODD


def naughty() -> list[str]:
    return list(json.loads((FOLDER / "blns.json").read_text(encoding="utf-8")))


def storable(texts: list[str]) -> list[str]:
    """Without those that no message can be: blank, or with characters that are refused."""
    kept = dict.fromkeys(text for text in texts if text.strip() and "\0" not in text)
    return [text for text in kept if not any("\ud800" <= char <= "\udfff" for char in text)]


def corpus() -> list[str]:
    return storable(naughty() + own())
