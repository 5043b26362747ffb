"""The articles of chats: shared with the customer, or pinned until there is a ticket to flag."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from knowledge.models import Article
from livechat.models.chats import Chat
from tickets.models import User


class ChatArticle(models.Model):
    """An article in a chat: shared, pinned or both. Its ticket, once there is one, is told."""

    chat = models.ForeignKey(Chat, models.PROTECT, related_name="articles")
    article = models.ForeignKey(Article, models.PROTECT, related_name="in_chats")
    #: The first time; the chat's messages say each time.
    shared_at = models.DateTimeField(null=True)
    shared_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    pinned_at = models.DateTimeField(null=True)
    pinned_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    #: When the customer looked at it.
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["chat", "article"], name="chat_article_once"),
            models.CheckConstraint(
                condition=Q(shared_at__isnull=False) | Q(pinned_at__isnull=False),
                name="chat_article_shared_or_pinned",
            ),
            models.CheckConstraint(
                condition=Q(opened_at=None) | Q(opened_at__gte=F("shared_at")),
                name="chat_article_opened_once_shared",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chat_id}/{self.article_id}"


def told_of_article(article: Article) -> dict[str, Any]:
    """What a message says of its article, to both sides. Its title is the message's text."""
    return {"id": article.public_id, "number": article.number, "summary": article.summary}
