"""Files as they go out: as nothing but files."""

from __future__ import annotations

from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.core.files.storage import default_storage
from django.http import FileResponse

from tickets.models import StoredFile
from tickets.services.contents import CHUNK


class Outgoing(FileResponse):
    """Read piece by piece as it goes out, under ASGI too, where Django would read it whole."""

    block_size = CHUNK

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = iter(self)
        following = sync_to_async(lambda: next(pieces, None))
        while (piece := await following()) is not None:
            yield piece


def outgoing(file: StoredFile, *, small: bool = False, public: bool = False) -> FileResponse:
    """Only images made anew are shown in place; whatever else it is, no browser opens it here.

    `small`: an image's thumbnail. `public`: anybody may have it, in a frame without an origin too.
    """
    response = Outgoing(
        default_storage.open(file.thumbnail_as if small else file.stored_as),
        as_attachment=not file.is_image,
        filename=f"{file.name}.webp" if small else file.name,
        content_type="image/webp" if small else file.media_type,
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "cross-origin" if public else "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "public, max-age=60" if public else "no-store"
    return response
