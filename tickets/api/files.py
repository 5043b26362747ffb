"""Files, to those who may read them at that moment."""

from __future__ import annotations

from typing import cast

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from tickets.downloads import outgoing
from tickets.models import Customer, StoredFile, User
from tickets.services.files import may_read

THUMBNAIL = "thumbnail"


class IsSomebody(BasePermission):
    """A customer or a member of staff. Which files he may read, the parts say that have them."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user is not None


class FileView(APIView):
    """One file, or the thumbnail of an image: `?thumbnail`."""

    permission_classes = (IsSomebody,)

    def get(self, request: Request, file: str) -> FileResponse:
        reader = cast("User | Customer", request.user)
        found = get_object_or_404(StoredFile, public_id=file)
        small = THUMBNAIL in request.query_params
        if not may_read(found, reader=reader) or (small and not found.is_image):
            raise Http404
        return outgoing(found, small=small)
