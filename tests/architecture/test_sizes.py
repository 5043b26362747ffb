"""Functions have at most 50 lines, files at most 400. (Rule 12)"""

from collections.abc import Iterator

from tests.architecture.sources import APPS, Source, assert_none, functions, sources

FUNCTION_LINES = 50
FILE_LINES = 400
WRITTEN_BY_HAND = (".py", ".js", ".mjs", ".css", ".html", ".sh")


def own_files() -> Iterator[Source]:
    return sources(*APPS, "templates", "tests", "benchmarks", "scripts", suffixes=WRITTEN_BY_HAND)


def check(source: Source) -> Iterator[str]:
    lines = len(source.text.splitlines())
    if lines > FILE_LINES:
        yield source.at(lines, f"{lines} lines; split it by subject (at most {FILE_LINES})")
    if source.path.endswith(".py"):
        yield from long_functions(source)


def long_functions(source: Source) -> Iterator[str]:
    for function in functions(source.tree):
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > FUNCTION_LINES:
            yield source.at(
                function, f"{function.name} has {lines} lines (at most {FUNCTION_LINES})"
            )


def test_nothing_is_too_long() -> None:
    assert_none(check, own_files())


def test_it_sees_what_is_too_long() -> None:
    function = Source("livechat/planted.py", "def long():\n" + "    pass\n" * FUNCTION_LINES)
    stylesheet = Source("config/static/planted.css", "a {}\n" * (FILE_LINES + 1))

    assert list(check(function)) == ["livechat/planted.py:1: long has 51 lines (at most 50)"]
    assert list(check(stylesheet))
