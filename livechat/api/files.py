"""Files that are sent in chats, by both sides."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.files.uploadedfile import UploadedFile
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from livechat.api.authentication import Reach, reach_of
from livechat.api.posting import answer_to, throttle
from livechat.api.serializers import ClientIdField, EpochField, checked
from livechat.models import Chat, ChatSettings
from livechat.services.conversation import attach_file
from tickets.exceptions import FileTooLargeError
from tickets.services.files import Upload

#: What a form adds to its file.
FORM_BYTES = 64 * 1024
#: The one thing that may stand behind a media type; it says nothing that we go by.
BESIDE_TYPE = {"charset"}


class AttachSerializer(serializers.Serializer[Chat]):
    client_id = ClientIdField()
    file = serializers.FileField(allow_empty_file=True)
    epoch = EpochField()


def upload_of(file: UploadedFile[bytes]) -> Upload:
    """What came in the form, with all that was said of it."""
    beside = set(file.content_type_extra or {}) - BESIDE_TYPE
    media_type = "; ".join([file.content_type or "", *sorted(beside)])
    assert file.file is not None  # Django's parser has made it.
    return Upload(file.name or "", media_type, file.size or 0, file.file)


class FileActions(GenericViewSet[Chat]):
    """Its chats are those that the caller may address."""

    forms: ClassVar[list[type[BaseParser]]] = [MultiPartParser]

    def perform_authentication(self, request: Request) -> None:
        """With a session the CSRF check reads the form: what is too large by itself comes first."""
        if self.action == "files":
            most = ChatSettings.objects.current().file_limits.size
            if int(request.META.get("CONTENT_LENGTH") or 0) > most + FORM_BYTES:
                raise FileTooLargeError(most)
        super().perform_authentication(request)

    @action(detail=True, methods=["post"], parser_classes=forms)
    def files(self, request: Request, public_id: str) -> Response:
        reach = reach_of(request, Reach)
        chat = get_object_or_404(reach.addressable(), public_id=public_id)
        throttle((f"upload_{'agent' if reach.staff else 'customer'}", str(reach.person.pk)))
        body: dict[str, Any] = checked(AttachSerializer, request.data)
        outcome = attach_file(
            upload_of(body["file"]),
            chat=chat.public_id,
            sender=reach.sender_in(chat),
            by=reach.person,
            client_id=body["client_id"],
            epoch=body["epoch"],
        )
        return answer_to(outcome, chat=chat.public_id, client_id=body["client_id"])
