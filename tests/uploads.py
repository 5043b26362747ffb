"""Files as browsers send them: a form with one file, its name and media type as they stand."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.hostile_files import Sent

BOUNDARY = "parley-form"
KIND = f"multipart/form-data; boundary={BOUNDARY}"
NOTES = Sent("notes", "notes.txt", "text/plain", b"Hello\n")


def form(sent: Sent = NOTES, **fields: Any) -> bytes:
    """Also what no browser would send: the name is quoted, and otherwise left as it is."""
    name = sent.name.replace("\\", "\\\\").replace('"', '\\"')
    lines = [
        f"--{BOUNDARY}\r\n"
        f'Content-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        for field, value in fields.items()
    ]
    head = (
        f"--{BOUNDARY}\r\n"
        f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: {sent.media_type}\r\n\r\n"
    )
    return b"".join([*lines, head.encode(), sent.content, f"\r\n--{BOUNDARY}--\r\n".encode()])


def upload(
    browser: Client, chat: str, sent: Sent = NOTES, client_id: str = "upload-0001", **more: Any
) -> HttpResponse:
    """Send it into a chat."""
    headers = more.pop("headers", {})
    body = form(sent, client_id=client_id, **more)
    path = f"/api/v1/chats/{chat}/files/"
    return browser.generic("POST", path, body, content_type=KIND, headers=headers)
