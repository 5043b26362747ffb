"""The shape of a service, and who may announce. (Rules 3, 6, 10, 16)"""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import Source, app_sources, assert_none, calls, chain

ROOMS_OF_RULES = {
    "services",
    "services.py",
    "models",
    "models.py",
    "policy.py",
    "events.py",
    "events",
}
ANNOUNCERS = {"services", "services.py", "receivers.py"}
STORING = {"save", "append", "create", "bulk_create", "get_or_create", "update_or_create"}
#: What is saved in these is no row: a file in its storage, an image as a file.
NO_ROWS = {"default_storage", "pixels"}
WAITING = {"sleep", "Timer", "call_later", "call_at"}


def is_service(source: Source) -> bool:
    return bool({"services", "services.py"} & set(source.parts))


def check(source: Source) -> Iterator[str]:
    for call, receiver, name in calls(source.tree):
        if name == "publish_all" and not ANNOUNCERS & set(source.parts):
            yield source.at(call, "only services and receivers announce")
        if name in WAITING and ROOMS_OF_RULES & set(source.parts):
            yield source.at(call, f"{name}(): waiting is a column and a line of the clock")
        named = {keyword.arg for keyword in call.keywords}
        bare = not named & {"update_fields", "force_insert"}  # A new row overwrites nothing.
        if saves_a_row(receiver, name) and bare and is_service(source):
            yield source.at(call, "save() without update_fields overwrites what others wrote")
    if is_service(source):
        yield from misshapen(source)


def misshapen(source: Source) -> Iterator[str]:
    for node in source.tree.body:
        if isinstance(node, ast.AsyncFunctionDef):
            yield source.at(node, f"{node.name}: services are sync")
        if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
            continue
        if is_atomic(node) and len(node.args.args) > 1:
            yield source.at(node, f"{node.name}: one subject, then keywords only")
        if not ast.get_docstring(node):
            yield source.at(node, f"{node.name}: what happens? A service has a docstring")
        if writes(node) and not is_atomic(node):
            yield source.at(node, f"{node.name} writes and is not @transaction.atomic")


def writes(function: ast.FunctionDef) -> bool:
    """Whether it stores rows itself. One UPDATE alone needs no transaction around it."""
    stored = ((receiver, name) for _, receiver, name in calls(function) if name in STORING)
    return any("objects" in names or saves_a_row(names, name) for names, name in stored)


def saves_a_row(receiver: list[str], name: str) -> bool:
    return name == "save" and bool(receiver) and not NO_ROWS & set(receiver)


def is_atomic(function: ast.FunctionDef) -> bool:
    return any(chain(each)[-1:] == ["atomic"] for each in function.decorator_list)


def test_services_have_their_shape() -> None:
    assert_none(check, app_sources())


GOOD = '''
@transaction.atomic(durable=True)
def end_chat(chat_id: int, *, by: int) -> Chat:
    """Close the chat of agent `by`."""
    chat.save(update_fields=["status"])
    events.publish_all([])
'''


def test_it_lets_a_good_one_pass() -> None:
    assert not list(check(Source("livechat/services/planted.py", GOOD)))


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ('update_fields=["status"]', ""),
        ("@transaction.atomic(durable=True)", ""),
        ("*, by", "by"),
        ('"""Close the chat of agent `by`."""', ""),
        ("\ndef", "\nasync def"),
        ("chat.save", "time.sleep(1); chat.save"),
    ],
)
def test_it_sees_a_bad_one(good: str, bad: str) -> None:
    assert list(check(Source("livechat/services/planted.py", GOOD.replace(good, bad))))


def test_it_sees_a_door_that_announces() -> None:
    line = "events.publish_all([ChatChanged.of(chat)])"

    assert list(check(Source("livechat/console/planted.py", line)))
