"""Settings of the chats that hold everywhere."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from livechat.models.queues import LARGEST_CAPACITY, SELECTORS, Queue
from livechat.policy import Selector
from livechat.targets import Targets
from tickets.models.filetypes import USUAL, validate_file_types
from tickets.services.files import Limits

MEGABYTE = 1024 * 1024


class FallsBackTo(models.TextChoices):
    """Where a transfer goes that its agent does not accept in time."""

    QUEUE = "queue", _("goes back to its queue")
    SENDER = "sender", _("goes back to who sent it")


class QueueSettings(NamedTuple):
    """What holds for a queue: its own where it has it, else the chat settings'."""

    auto_accept: bool
    selector: str
    capacity: int
    largest_capacity: int
    capacity_fixed: bool
    transfer_seconds: int
    warning_seconds: int
    target_seconds: int
    conversation_warning_seconds: int | None
    conversation_target_seconds: int | None

    @property
    def gives_chats(self) -> bool:
        """Whether chats go to agents by themselves."""
        return self.auto_accept and self.selector != Selector.MANUAL

    def capacity_of(self, chosen: int | None, limit: int | None) -> int:
        """How many chats an agent may be given who chose so many, or nothing, under his limit."""
        wanted = self.capacity if self.capacity_fixed or chosen is None else chosen
        return min(wanted, limit or self.largest_capacity, self.largest_capacity)


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
    warning_seconds = models.PositiveIntegerField(
        _("waiting warning"),
        null=True,
        blank=True,
        validators=[MinValueValidator(5), MaxValueValidator(86_400)],
        help_text=_("Seconds until a waiting time turns amber. Empty: half of the target."),
    )
    conversation_target_seconds = models.PositiveIntegerField(
        _("conversation target"),
        null=True,
        blank=True,
        validators=[MinValueValidator(10), MaxValueValidator(86_400)],
        help_text=_(
            "Seconds that an agent should have a chat at most. "
            "Handling times turn amber at half of it and red at it. Empty: no target."
        ),
    )
    conversation_warning_seconds = models.PositiveIntegerField(
        _("conversation warning"),
        null=True,
        blank=True,
        validators=[MinValueValidator(5), MaxValueValidator(86_400)],
        help_text=_("Seconds until a handling time turns amber. Empty: half of the target."),
    )
    auto_accept = models.BooleanField(
        _("auto-accept"),
        default=False,
        help_text=_("New chats go to a free agent by themselves; a queue may say otherwise."),
    )
    selector = models.CharField(
        _("selector"),
        max_length=24,
        choices=SELECTORS,
        default=Selector.LEAST_RELATIVE_LOAD,
        help_text=_("Who gets the next chat where chats are accepted automatically."),
    )
    vip_priority_seconds = models.PositiveIntegerField(
        _("priority of VIPs"),
        default=0,
        validators=[MaxValueValidator(86_400)],
        help_text=_(
            "Seconds by which chats of customers who are VIP come before others, as if they had "
            "waited so much longer. It adds to the priority of their queue. 0: none."
        ),
    )
    default_capacity = models.PositiveIntegerField(
        _("chats at once"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(LARGEST_CAPACITY)],
        help_text=_("How many chats an agent is given who has not chosen himself."),
    )
    largest_capacity = models.PositiveIntegerField(
        _("most chats at once"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(LARGEST_CAPACITY)],
        help_text=_("The most an agent may choose. Chats accepted by hand are not limited."),
    )
    capacity_fixed = models.BooleanField(
        _("agents may not choose"),
        default=False,
        help_text=_("Every agent is given as many chats as said here, or by the queue."),
    )
    unavailable_after_ending = models.BooleanField(
        _("unavailable after ending"),
        default=False,
        help_text=_("Who ends a chat is unavailable until he says otherwise."),
    )
    unavailable_at_sign_in = models.BooleanField(
        _("unavailable at sign-in"),
        default=False,
        help_text=_("Who signs in is unavailable until he says otherwise."),
    )
    transfer_seconds = models.PositiveIntegerField(
        _("transfer time"),
        default=120,
        validators=[MinValueValidator(10), MaxValueValidator(3_600)],
        help_text=_("Seconds a transferred chat waits for the agent."),
    )
    transfer_falls_back_to = models.CharField(
        _("a transfer that nobody accepts"),
        max_length=8,
        choices=FallsBackTo,
        default=FallsBackTo.QUEUE,
    )
    grace_seconds = models.PositiveIntegerField(
        _("grace"),
        default=60,
        validators=[MinValueValidator(10), MaxValueValidator(3_600)],
        help_text=_(
            "Seconds after which the chats of an agent who cannot be reached go back to their "
            "queues, at their original place."
        ),
    )
    idle_minutes = models.PositiveIntegerField(
        _("silent customer"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(1_440)],
        help_text=_(
            "Minutes without a word, after the agent spoke last, until the customer is asked."
        ),
    )
    inactive_minutes = models.PositiveIntegerField(
        _("customer without an answer"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(1_440)],
        help_text=_("Minutes a customer waits for an answer until the agent is reminded."),
    )
    cancelled_closed_after_minutes = models.PositiveIntegerField(
        _("cancelled chats are closed after"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1_440)],
        help_text=_("Minutes. Empty: the agent closes them himself."),
    )
    leave_tickets = models.BooleanField(
        _("customers may leave a ticket"),
        default=True,
        help_text=_(
            "Outside chat hours, and when nobody comes: what they ask becomes an incident."
        ),
    )
    overflow_minutes = models.PositiveIntegerField(
        _("nobody comes"),
        null=True,
        blank=True,
        default=20,
        validators=[MaxValueValidator(1_440)],
        help_text=_(
            "Minutes of waiting after which customers may leave a ticket instead. "
            "0: at once. Empty: never."
        ),
    )
    file_types = models.TextField(
        _("types of files"),
        default=USUAL,
        blank=True,
        validators=[validate_file_types],
        help_text=_(
            "What may be sent in chats, by extension, such as png pdf txt. Empty: no files."
        ),
    )
    file_megabytes = models.PositiveIntegerField(
        _("largest file"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
        help_text=_("Megabytes that a file may have."),
    )
    files_per_chat = models.PositiveIntegerField(
        _("files a chat"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("How many files both sides together may send in one chat."),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects: ClassVar[ChatSettingsManager] = ChatSettingsManager()

    class Meta:
        verbose_name = _("chat settings")
        verbose_name_plural = _("chat settings")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(pk=1), name="chat_settings_one_row"),
            models.CheckConstraint(
                condition=models.Q(default_capacity__lte=models.F("largest_capacity")),
                name="chat_settings_default_capacity_within_largest",
            ),
            models.CheckConstraint(
                condition=models.Q(question_characters__range=(100, 8000)),
                name="chat_settings_question_characters_in_range",
            ),
        ]

    def __str__(self) -> str:
        return str(_("Chat settings"))

    @property
    def file_limits(self) -> Limits:
        """What is taken now."""
        return Limits(self.file_types.split(), self.file_megabytes * MEGABYTE)

    def targets(self, queue: Queue | None = None) -> Targets:
        """What holds for waiting in this queue, or where a queue says nothing itself."""
        breach = (queue and queue.target_seconds) or self.target_seconds
        warning = (queue and queue.warning_seconds) or self.warning_seconds or breach // 2
        return Targets(min(warning, breach), breach)

    def conversation_targets(self, queue: Queue) -> Targets | None:
        """What holds for conversations of this queue; None: they may take as long as they do."""
        breach = queue.conversation_target_seconds or self.conversation_target_seconds
        if breach is None:
            return None
        own, general = queue.conversation_warning_seconds, self.conversation_warning_seconds
        return Targets(min(own or general or breach // 2, breach), breach)

    def for_queue(self, queue: Queue) -> QueueSettings:
        """What holds for this queue now."""
        targets = self.targets(queue)
        conversation = self.conversation_targets(queue)
        return QueueSettings(
            self.auto_accept if queue.auto_accept is None else queue.auto_accept,
            queue.selector or self.selector,
            queue.capacity or self.default_capacity,
            self.largest_capacity,
            self.capacity_fixed,
            queue.transfer_seconds or self.transfer_seconds,
            targets.warning,
            targets.breach,
            conversation.warning if conversation else None,
            conversation.breach if conversation else None,
        )
