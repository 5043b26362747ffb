"""Files as they go out: to those who may read them at that moment, and as nothing but files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import cast

from asgiref.sync import sync_to_async
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from tickets.models import Customer, StoredFile, User
from tickets.services.contents import CHUNK
from tickets.services.files import may_read

THUMBNAIL = "thumbnail"


class Outgoing(FileResponse):
    """Read piece by piece as it goes out, under ASGI too, where Django would read it whole."""

    block_size = CHUNK

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = iter(self)
        following = sync_to_async(lambda: next(pieces, None))
        while (piece := await following()) is not None:
            yield piece


class IsSomebody(BasePermission):
    """A customer or a member of staff. Which files he may read, the parts say that have them."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user is not None


class FileView(APIView):
    """One file, or the thumbnail of an image: `?thumbnail`."""

    permission_classes = (IsSomebody,)

    def get(self, request: Request, file: str) -> FileResponse:
        found = get_object_or_404(StoredFile, public_id=file, kept_at__isnull=False)
        reader = cast("User | Customer", request.user)
        small = THUMBNAIL in request.query_params
        if not may_read(found, reader=reader) or (small and not found.is_image):
            raise Http404
        return _sent(found, small=small)


def _sent(file: StoredFile, *, small: bool) -> FileResponse:
    """Only images made anew are shown in place; whatever else it is, no browser opens it here."""
    response = Outgoing(
        default_storage.open(file.thumbnail_as if small else file.stored_as),
        as_attachment=not file.is_image,
        filename=f"{file.name}.webp" if small else file.name,
        content_type="image/webp" if small else file.media_type,
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
