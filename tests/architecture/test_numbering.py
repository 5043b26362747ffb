"""Only `Message.objects.append` takes a number in a chat. (Rule 8)"""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import Source, app_sources, assert_none, calls

NUMBERS = {"last_seq", "last_public_seq"}
#: Where `append` is, its counting and its statements.
NUMBERERS = {f"livechat/models/{name}.py" for name in ("messages", "drafts", "appending")}
WRITERS = {"update", "create", "aupdate", "acreate", "get_or_create", "update_or_create", "Chat"}


def check(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        match node:
            case ast.Attribute(attr=name, ctx=ast.Store()) if name in NUMBERS:
                yield source.at(node, f"assigns {name}; only Message.objects.append may")
            case ast.Constant(value=str(text)) if "SET last_seq" in text:
                yield source.at(node, "sets last_seq by SQL; only Message.objects.append may")
    for call, _, name in calls(source.tree):
        given = {keyword.arg for keyword in call.keywords} & NUMBERS
        if name in WRITERS and given:
            yield source.at(call, f"{name}() writes {given}; only Message.objects.append may")


def test_one_place_numbers_messages() -> None:
    assert_none(check, (each for each in app_sources() if each.path not in NUMBERERS))


@pytest.mark.parametrize(
    "line",
    [
        "chat.last_seq = 3",
        "chat.last_public_seq += 1",
        "a, chat.last_seq = 1, 2",
        "Chat.objects.filter(pk=1).update(last_seq=F('last_seq') + 1)",
        "cursor.execute('UPDATE livechat_chat SET last_seq = 3')",
    ],
)
def test_it_sees_a_second_one(line: str) -> None:
    assert list(check(Source("livechat/services/planted.py", line)))


def test_it_lets_others_read() -> None:
    reading = (
        "class Chat(Model):\n    last_seq = IntegerField()\nif chat.last_seq > 3: f(last_seq=1)"
    )

    assert not list(check(Source("livechat/services/planted.py", reading)))
