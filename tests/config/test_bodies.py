"""Bodies that are too long: not read, or read no further."""

import asyncio
import json

import pytest
from django.conf import settings

from config.bodies import BoundedBodies

CHAT = "/api/v1/chats/abc/messages/"
FILES = "/api/v1/chats/abc/files/"


def ask(path, pieces, declared=None):
    """What is answered, and how many pieces were read."""
    left, sent, read = list(pieces), [], []

    async def receive():
        read.append(left.pop(0))
        return {"type": "http.request", "body": read[-1], "more_body": bool(left)}

    async def send(message):
        sent.append(message)

    async def application(scope, receive, send):
        while (await receive())["more_body"]:
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})

    headers = [(b"content-length", str(declared).encode())] if declared is not None else []
    scope = {"type": "http", "path": path, "headers": headers}
    asyncio.run(BoundedBodies(application)(scope, receive, send))
    return sent, len(read)


def test_a_short_body_passes():
    sent, read = ask(CHAT, [b"a", b"b"], 2)

    assert (sent[0]["status"], read) == (200, 2)


@pytest.mark.parametrize(("path", "most"), [(CHAT, "BODY_BYTES"), (FILES, "UPLOAD_BYTES")])
def test_what_says_it_is_too_long_is_not_read(path, most):
    sent, read = ask(path, [b"a"], getattr(settings, most) + 1)

    assert (sent[0]["status"], read) == (413, 0)
    assert json.loads(sent[1]["body"])["code"] == "body_too_large"
    assert ask(path, [b"a"], getattr(settings, most))[0][0]["status"] == 200


@pytest.mark.parametrize("declared", [None, 10, "many"])
def test_what_says_nothing_or_lies_is_read_no_further(declared):
    piece = b"a" * 300_000

    sent, read = ask(CHAT, [piece] * 10, declared)

    assert (sent[0]["status"], read) == (413, 4)
