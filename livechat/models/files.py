"""The files of chats."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.utils import timezone

from livechat.models.agents import Agent
from livechat.models.chats import Chat
from tickets.models import Customer, StoredFile, User


class ChatFileQuerySet(models.QuerySet["ChatFile"]):
    def readable_by(self, reader: User | Customer) -> Self:
        """Files of the chats that somebody may open: a customer, or an agent in office."""
        if isinstance(reader, Customer):
            return self.filter(chat__in=Chat.objects.of_customer(reader).values("pk"))
        if not Agent.objects.admitted().filter(user=reader).exists():
            return self.none()
        return self.filter(chat__in=Chat.objects.visible_to(reader).values("pk"))


class ChatFile(models.Model):
    """One file that was sent in a chat. Its message says what it is called."""

    chat = models.ForeignKey(Chat, models.PROTECT, related_name="files")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="in_chat")
    sent_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager[ChatFile]] = ChatFileQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.chat_id}/{self.file_id}"


def told_of(file: StoredFile) -> dict[str, Any]:
    """What a message says of its file, to both sides."""
    return {
        "id": file.public_id,
        "name": file.name,
        "size": file.size,
        "type": file.media_type,
        "image": file.is_image,
        "width": file.width,
        "height": file.height,
    }
