"""Imports stand at the top, and doors of other apps are not entered. (Rules 1, 13)"""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import APPS, Source, app_sources, assert_none, functions

PAGES = {"console", "widget", "portal", "api", "admin", "consumers"}


def check(source: Source) -> Iterator[str]:
    for function in functions(source.tree):
        if function.name != "ready":
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield source.at(node, f"{function.name}() imports; only ready() does")
    for node, module in imported(source.tree):
        app, *rooms = module.split(".")
        if app in APPS and rooms and rooms[0] in PAGES and source.parts[0] not in {app, "config"}:
            yield source.at(node, f"{module}: another app is entered by its services and models")


def imported(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, each.name) for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node, f"{node.module}.{each.name}") for each in node.names)


def test_imports_are_where_they_belong() -> None:
    assert_none(check, app_sources())


@pytest.mark.parametrize(
    "text",
    [
        "def end():\n    from livechat import services",
        "class A:\n    def ready_now(self):\n        import json",
        "from tickets.console.views import ticket",
        "from tickets import console",
        "import knowledge.api.views",
    ],
)
def test_it_sees_one_that_does_not(text: str) -> None:
    assert list(check(Source("livechat/services/planted.py", text)))


def test_it_lets_ready_import() -> None:
    text = "class A:\n    def ready(self):\n        from livechat import receivers"

    assert not list(check(Source("livechat/apps.py", text)))
