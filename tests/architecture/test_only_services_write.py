"""Only services write: a door reads, and calls one service. (Rule 2)"""

import ast
from collections.abc import Iterator
from functools import cache

import pytest

from tests.architecture.sources import Source, app_sources, assert_none, calls, chain, functions

DOORS = {"consumers", "console", "widget", "portal", "api", "admin", "management"}
DOORS |= {"admin.py", "clock.py", "receivers.py", "routing.py", "middleware.py", "checks.py"}
#: They make what an administrator makes by hand in the admin, or work to look at; the last removes
#: it again.
ALLOWED = {
    "livechat/management/demo_desk.py",
    "livechat/management/demo_knowledge.py",
    "livechat/management/commands/demo.py",
    "tickets/management/commands/make_tickets.py",
    "livechat/management/replaying/rows.py",
}

READING = {
    *("aggregate", "alias", "all", "annotate", "as_manager", "contains", "count", "dates"),
    *("datetimes", "db_manager", "defer", "difference", "distinct", "earliest", "exclude"),
    *("exists", "explain", "filter", "first", "get", "get_queryset", "in_bulk", "intersection"),
    *("iterator", "last", "latest", "none", "only", "order_by", "prefetch_related", "reverse"),
    *("select_for_update", "select_related", "union", "using", "values", "values_list"),
}
READING |= {f"a{verb}" for verb in READING}
#: Writing, whatever it is called on.
SAVING = {"save", "delete", "asave", "adelete", "save_base", "get_or_create", "update_or_create"}
SAVING |= {"bulk_create", "bulk_update", "aget_or_create", "aupdate_or_create", "abulk_create"}
WRITING = SAVING | {"create", "update", "acreate", "aupdate", "execute", "executemany"}
#: What is saved or deleted in these is no row of ours.
NO_ROWS = {"session", "cache", "caches"}


def is_door(source: Source) -> bool:
    return source.path not in ALLOWED and bool(DOORS & set(source.parts[1:]))


def check(source: Source) -> Iterator[str]:
    for call, receiver, name in calls(source.tree):
        if name in SAVING and receiver and not NO_ROWS & set(receiver):
            yield source.at(call, f"a door writes: .{name}(); call a service")
        elif "objects" in receiver and not is_allowed(receiver, name, source):
            yield source.at(call, f"a door calls .objects….{name}(), which may write")


def is_allowed(receiver: list[str], name: str, source: Source) -> bool:
    """Reading, a claim, an attempt counted, and the clock's sweeping up of what has run out."""
    counted = name == "take" and receiver[0] == "Throttle"
    swept = name == "forget_expired" and source.parts[-1] == "clock.py"
    reading = name in READING | reading_methods() or name.startswith("claim")
    return reading or counted or swept


@cache
def reading_methods() -> frozenset[str]:
    """The methods of our own querysets that neither write nor call what does."""
    methods: set[str] = set()
    called: dict[str, set[str]] = {}
    for source in app_sources():
        if {"models", "models.py"} & set(source.parts):
            methods |= set(methods_of_querysets(source.tree))
            for function in functions(source.tree):
                called.setdefault(function.name, set()).update(verbs_of(function))
    writers = set(WRITING)
    while more := {name for name, verbs in called.items() if verbs & writers} - writers:
        writers |= more
    return frozenset(methods - writers)


def methods_of_querysets(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            bases = {name for base in node.bases for name in chain(base)}
            if any(base.endswith(("QuerySet", "Manager")) for base in bases):
                yield from (method.name for method in functions(node))


def verbs_of(function: ast.AST) -> set[str]:
    """What it calls, but for lists' `append`, which is not messages'."""
    return {
        name for _, receiver, name in calls(function) if name != "append" or "objects" in receiver
    }


def test_doors_write_nothing() -> None:
    assert_none(check, filter(is_door, app_sources()))


@pytest.mark.parametrize(
    "line",
    [
        "chat.save(update_fields=['status'])",
        "form.save()",
        "Chat.objects.filter(pk=1).delete()",
        "Chat.objects.create(queue=queue)",
        "Chat.objects.filter(pk=1).update(status='ended')",
        "Message.objects.bulk_create(rows)",
        "Message.objects.append([chat], [draft])",
        "await Chat.objects.acreate()",
        "Lease.objects.forget_expired(now)",
        "Agent.objects.take(agent.pk, now)",
    ],
)
def test_it_sees_a_door_that_writes(line: str) -> None:
    assert list(check(Source("livechat/console/planted.py", f"async def view():\n    {line}")))


@pytest.mark.parametrize(
    "line",
    [
        "Chat.objects.visible_to(user).filter(pk=1).first()",
        "seen.update(a=1)",
        "request.session.save()",
        "closing.end_chat(chat.pk, by=1)",
        "Mail.objects.claim_due(now)",
        "Throttle.objects.take('sign-in', who)",
    ],
)
def test_it_lets_a_door_read(line: str) -> None:
    assert not list(check(Source("livechat/console/planted.py", line)))
