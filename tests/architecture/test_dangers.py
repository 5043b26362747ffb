"""What has no place in pages and code: text from people is text, errors are named."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import Source, app_sources, assert_none, calls, sources

#: In templates and scripts.
MARKUP = {
    r"\|\s*safe(seq)?\b": "people's text is escaped",
    r"\{%\s*autoescape\s+off": "people's text is escaped",
    r"\b(innerHTML|outerHTML|insertAdjacentHTML)\b": "nodes are built, not parsed; textContent",
    r"document\.write": "nodes are built, not parsed",
    r"\bjavascript:": "no script in addresses",
    r"\b(eval\(|new Function\b)": "no script from text",
}
#: In templates alone.
INLINE = {
    r"<[^>]*\sstyle\s*=": "no inline style: a class in a stylesheet",
    r"<style\b": "no inline style: a stylesheet",
    r"<script\b(?![^>]*\bsrc=)": "no inline script: a module",
    r"<[^>]*\son[a-z]+\s*=": "no inline script: a listener in a module",
}
PYTHON = {"mark_safe", "SafeString", "csrf_exempt"}
#: Where what comes out is clean: knowledge.markdown lets nh3 take away all that it does not know.
CLEANED = {"knowledge/templatetags/articles.py": {"mark_safe", "SafeString"}}
TOO_WIDE = {"Exception", "BaseException"}


def check_markup(source: Source) -> Iterator[str]:
    rules = {**MARKUP, **INLINE} if source.path.endswith(".html") else MARKUP
    for pattern, reason in rules.items():
        for found in re.finditer(pattern, source.text, re.IGNORECASE):
            line = source.text.count("\n", 0, found.start()) + 1
            yield source.at(line, f"{found[0].strip()!r}: {reason}")


def check_python(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        match node:
            case ast.alias(name=name) | ast.Attribute(attr=name) if name in PYTHON - CLEANED.get(
                source.path, set()
            ):
                yield source.at(node, f"{name} has no place here")
            case ast.ExceptHandler(type=caught) if is_too_wide(caught):
                yield source.at(node, "catches everything: name what can go wrong")
    for call, _, name in calls(source.tree):
        if name == "suppress" and any(map(is_too_wide, call.args)):
            yield source.at(call, "suppresses everything: name what can go wrong")


def is_too_wide(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(map(is_too_wide, caught.elts))
    return caught is None or (isinstance(caught, ast.Name) and caught.id in TOO_WIDE)


def test_pages_and_scripts_hold_no_danger() -> None:
    pages = sources("templates", suffixes=[".html"])

    assert_none(check_markup, [*pages, *app_sources(".html", ".js", ".mjs")])


def test_python_holds_no_danger() -> None:
    assert_none(check_python, app_sources())


@pytest.mark.parametrize(
    "text",
    [
        "{{ message.body|safe }}",
        "{% autoescape off %}",
        "<p style='color: red'>",
        "<p\n  class='a'\n  style='color: red'>",
        "<style>p {}</style>",
        "<script>alert(1)</script>",
        "<button onclick='end()'>",
        "<a href='javascript:end()'>",
    ],
)
def test_it_sees_danger_in_a_page(text: str) -> None:
    assert list(check_markup(Source("templates/planted.html", text)))


@pytest.mark.parametrize(
    "text",
    ["row.innerHTML = body", "row.insertAdjacentHTML('x', y)", "document.write(x)", "eval(x)"],
)
def test_it_sees_danger_in_a_script(text: str) -> None:
    assert list(check_markup(Source("livechat/static/livechat/js/planted.js", text)))


@pytest.mark.parametrize(
    "text",
    [
        "from django.utils.safestring import mark_safe",
        "from django.views.decorators.csrf import csrf_exempt",
        "try:\n    end()\nexcept Exception:\n    pass",
        "try:\n    end()\nexcept (ValueError, BaseException) as error:\n    raise",
        "try:\n    end()\nexcept:\n    raise",
        "with contextlib.suppress(Exception):\n    end()",
    ],
)
def test_it_sees_danger_in_python(text: str) -> None:
    assert list(check_python(Source("livechat/console/planted.py", text)))


def test_it_lets_a_module_and_a_named_error_pass() -> None:
    page = '<script type="module" src="/static/console.js"></script><p class="style">on = 1</p>'
    code = "try:\n    end()\nexcept (ChatError, OSError):\n    pass"

    assert not list(check_markup(Source("templates/planted.html", page)))
    assert not list(check_python(Source("livechat/console/planted.py", code)))
