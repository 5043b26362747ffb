"""How long a request's body may be: refused before Django puts it on the disk."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from django.conf import settings

from config.errors import PROBLEM, problem_body
from livechat.protocol import DETAILS, Code

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]

UPLOADS = re.compile(r"/api/v1/chats/[^/]+/files/|/console/articles/images/")


class BodyTooLargeError(Exception):
    """More came than may; whoever reads it stops here."""


class BoundedBodies:
    """Lets a body pass that is short enough. What says it is longer is not read at all."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        most = settings.BODY_BYTES
        if UPLOADS.fullmatch(scope["path"]):
            most = settings.UPLOAD_BYTES
        if _declared(scope) > most:
            return await _refuse(send)
        taken = 0

        async def bounded() -> dict[str, Any]:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise BodyTooLargeError
            return message

        try:
            await self.application(scope, bounded, send)
        except BodyTooLargeError:
            await _refuse(send)


def _declared(scope: dict[str, Any]) -> int:
    said = dict(scope["headers"]).get(b"content-length", b"0")
    return int(said) if said.isdigit() else 0


async def _refuse(send: Send) -> None:
    body = orjson.dumps(
        problem_body(413, Code.BODY_TOO_LARGE, DETAILS[Code.BODY_TOO_LARGE], request=None)
    )
    headers = [(b"content-type", PROBLEM.encode()), (b"content-length", str(len(body)).encode())]
    headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
