"""Modules and partials say what they are for; colours can be read. (Rules 15, 19)"""

import ast
import re
from collections.abc import Iterator

import pytest

from scripts.check_contrast import TOKENS, failures
from tests.architecture.sources import Source, app_sources, assert_none, sources

INCLUDE = re.compile(r"\{%\s*include\s[^%]*%\}")


def check_module(source: Source) -> Iterator[str]:
    if source.tree.body and not ast.get_docstring(source.tree):
        yield source.at(1, "what is this module for? One line says it")


def check_page(source: Source) -> Iterator[str]:
    first_line = source.text.partition("\n")[0]
    if "partials" in source.parts and "{% comment %}Expects:" not in first_line:
        yield source.at(1, "a partial's first line: {% comment %}Expects: …{% endcomment %}")
    for found in INCLUDE.finditer(source.text):
        if not re.search(r"\sonly\s*%\}$", found[0]):
            line = source.text.count("\n", 0, found.start()) + 1
            yield source.at(line, f"{found[0]} sees all of the page: add `only`")


def test_every_module_says_what_it_is_for() -> None:
    assert_none(check_module, app_sources())


def test_partials_say_what_they_expect_and_get_only_that() -> None:
    assert_none(check_page, sources("templates", suffixes=[".html"]))


def test_colours_can_be_read() -> None:
    assert not failures(TOKENS.read_text())


def test_it_sees_a_module_without_purpose() -> None:
    assert list(check_module(Source("livechat/planted.py", "import json")))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("templates/livechat/partials/planted.html", "<p></p>"),
        ("templates/livechat/planted.html", '{% include "livechat/partials/a.html" %}'),
    ],
)
def test_it_sees_a_careless_partial(path: str, text: str) -> None:
    assert list(check_page(Source(path, text)))


def test_it_sees_a_colour_that_cannot_be_read() -> None:
    css = TOKENS.read_text()
    grey = re.sub(r"--ink: +light-dark\(oklch\(0.2", "--ink: light-dark(oklch(0.9", css)

    assert any("light: ink on canvas" in each for each in failures(grey))
