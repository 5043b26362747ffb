"""What customers were told first of their wait, and how it came."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from livechat.models.chats import Chat
from livechat.models.queues import Queue
from livechat.policy import PROMISES_JUDGED, is_kept


class WaitPromiseManager(models.Manager["WaitPromise"]):
    def settle(self, chat: Chat, at: datetime) -> None:
        """The chat has an agent, for the first time: so long it was."""
        waited = int((at - chat.queued_at).total_seconds())
        standing = self.filter(chat=chat, settled_at=None)
        standing.update(settled_at=at, waited_seconds=waited)

    def kept_lately(self, queue_id: int) -> list[bool]:
        """Of the promises of a queue that were settled last, whether each was kept."""
        settled = self.filter(queue=queue_id, settled_at__isnull=False).order_by("-settled_at")
        rows = settled.values_list("least_minutes", "most_minutes", "waited_seconds")
        return [
            is_kept((least, most), waited or 0) for least, most, waited in rows[:PROMISES_JUDGED]
        ]


class WaitPromise(models.Model):
    """The wait that a queue's estimate named for a new chat, told or not; and the real one."""

    chat = models.OneToOneField(Chat, models.PROTECT, related_name="wait_promise")
    #: Where it waited then: a chat may be passed on.
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="+")
    least_minutes = models.PositiveSmallIntegerField()
    #: 0 is the open end.
    most_minutes = models.PositiveSmallIntegerField()
    waited_seconds = models.PositiveIntegerField(null=True)
    settled_at = models.DateTimeField(null=True)

    objects: ClassVar[WaitPromiseManager] = WaitPromiseManager()

    class Meta:
        verbose_name = _("promised wait")
        verbose_name_plural = _("promised waits")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["queue", "-settled_at"],
                condition=Q(settled_at__isnull=False),
                name="promise_settled_in_queue",
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(settled_at=None, waited_seconds=None)
                | Q(settled_at__isnull=False, waited_seconds__isnull=False),
                name="promise_settled_says_how_long_it_was",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chat_id}: {self.least_minutes}-{self.most_minutes or ''}"
