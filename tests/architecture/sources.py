"""The project's own files, as the architecture tests read them."""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
APPS = ("config", "livechat", "knowledge", "tickets")
#: Not written here, or made by a program.
FOREIGN = ("migrations", "node_modules", "vendor", "__pycache__", "results")


@dataclass(frozen=True)
class Source:
    """One file: its path from the project's root, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def parts(self) -> tuple[str, ...]:
        return PurePosixPath(self.path).parts

    def at(self, node: ast.AST | int, reason: str) -> str:
        line = node if isinstance(node, int) else getattr(node, "lineno", 1)
        return f"{self.path}:{line}: {reason}"


def sources(*folders: str, suffixes: Iterable[str] = (".py",)) -> Iterator[Source]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            own = not set(FOREIGN) & set(path.relative_to(ROOT).parts)
            if own and path.suffix in suffixes and path.is_file():
                yield Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))


def app_sources(*suffixes: str) -> Iterator[Source]:
    return sources(*APPS, suffixes=suffixes or (".py",))


def assert_none(check: Callable[[Source], Iterable[str]], among: Iterable[Source]) -> None:
    """Fail with all that is wrong, a line each."""
    found = "\n".join(found for source in among for found in check(source))
    assert not found, f"\n{found}"


def chain(node: ast.AST) -> list[str]:
    """The names in `a.b().c[0].d`, from the left."""
    match node:
        case ast.Attribute(value=value, attr=name):
            return [*chain(value), name]
        case ast.Name(id=name):
            return [name]
        case ast.Call(func=inner) | ast.Subscript(value=inner) | ast.Await(value=inner):
            return chain(inner)
        case _:
            return []


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, list[str], str]]:
    """Every `receiver.name(…)`: the call, the names of its receiver, its own name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (names := chain(node.func)):
            yield node, names[:-1], names[-1]


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
