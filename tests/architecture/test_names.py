"""One word per thing, and no room for what belongs nowhere. (Rules 13, 22)"""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import Source, app_sources, assert_none

NO_ROOMS = {"utils", "util", "common", "helpers", "helper", "misc", "core", "shared"}
#: docs/glossary.md says why. Only names count: texts on the screen may say it otherwise.
SYNONYMS = {
    "visitor": "customer",
    "guest": "customer",
    "requester": "customer",
    "operator": "agent",
    "department": "queue",
    "reassign": "transfer",
    "grab": "accept",
    "whisper": "invitation",
    "barge": "invitation",
    "sla": "target",
}


def check(source: Source) -> Iterator[str]:
    for part in source.parts:
        if part.removesuffix(".py") in NO_ROOMS:
            yield source.at(1, f"{part}: say whose it is, there is no shared kernel")
    for node, name in names(source.tree):
        for word in words(name) & SYNONYMS.keys():
            yield source.at(node, f"{name}: the word here is {SYNONYMS[word]}, not {word}")


def names(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """The names that a module gives."""
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                yield node, name
            case ast.AsyncFunctionDef(name=name) | ast.arg(arg=name):
                yield node, name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield node, name


def words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def test_names_say_what_the_glossary_says() -> None:
    assert_none(check, app_sources())


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("livechat/utils.py", ""),
        ("livechat/common/dates.py", ""),
        ("livechat/models/planted.py", "class VisitorQuerySet: pass"),
        ("livechat/models/planted.py", "department = ForeignKey(Queue)"),
        ("livechat/services/planted.py", "def reassign_chat(chat_id): pass"),
        ("livechat/services/planted.py", "def end(operator_id): pass"),
        ("livechat/services/planted.py", "self.sla = 3"),
    ],
)
def test_it_sees_another_word(path: str, text: str) -> None:
    assert list(check(Source(path, text)))
