"""Settings of the chats that hold everywhere."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class ChatSettingsManager(models.Manager["ChatSettings"]):
    def current(self) -> ChatSettings:
        """The one row, which the first migration made."""
        return self.get(pk=1)


class ChatSettings(models.Model):
    """One row for all queues; a queue may say otherwise."""

    question_characters = models.PositiveIntegerField(
        _("longest question"),
        default=4000,
        validators=[MinValueValidator(100), MaxValueValidator(8000)],
        help_text=_(
            "Characters a customer may write as the first message. A later one may have 8,000."
        ),
    )
    target_seconds = models.PositiveIntegerField(
        _("waiting target"),
        default=300,
        validators=[MinValueValidator(10), MaxValueValidator(86_400)],
        help_text=_(
            "Seconds within which a waiting customer should have an agent. "
            "Waiting times turn amber at half of it and red at it."
        ),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[ChatSettingsManager] = ChatSettingsManager()

    class Meta:
        verbose_name = _("chat settings")
        verbose_name_plural = _("chat settings")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(pk=1), name="chat_settings_one_row"),
            models.CheckConstraint(
                condition=models.Q(question_characters__range=(100, 8000)),
                name="chat_settings_question_characters_in_range",
            ),
        ]

    def __str__(self) -> str:
        return str(_("Chat settings"))
