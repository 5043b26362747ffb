"""Where chats wait."""

from __future__ import annotations

import re
from datetime import datetime
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from livechat.policy import Selector
from tickets.models import AssignmentGroup, Company, TicketTemplate, User, token_urlsafe_16
from tickets.models.templates import TicketTemplateQuerySet

LARGEST_CAPACITY = 50
SELECTORS: list[tuple[str, StrPromise]] = [
    (Selector.LEAST_RELATIVE_LOAD, _("least relative load")),
    (Selector.FEWEST_OPEN, _("fewest open chats")),
    (Selector.ROTATION, _("rotation")),
    (Selector.MANUAL, _("by hand")),
]


class QueueQuerySet(models.QuerySet["Queue"]):
    def active(self) -> Self:
        return self.filter(retired_at=None)

    def served_by(self, user: User) -> Self:
        """The queues whose chats this member of staff takes as an agent."""
        return self.active().filter(agents__user=user, agents__retired_at=None)

    def open_to(self, company_id: int) -> Self:
        """Where chats of this company may wait."""
        return self.filter(Q(company=company_id) | Q(company=None))

    def for_chats_of(self, company: Company) -> Queue | None:
        """Where a new chat of this company waits: its default queue, else GENERAL."""
        defaults = self.active().filter(Q(company=company) | Q(company=None), is_default=True)
        return defaults.order_by(F("company").asc(nulls_last=True)).first()


class Queue(models.Model):
    """A line of waiting chats, and the agents who take from it."""

    public_id = models.CharField(
        max_length=22, unique=True, default=token_urlsafe_16, editable=False
    )
    company = models.ForeignKey(
        Company,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="queues",
        verbose_name=_("company"),
        help_text=_("Empty: chats of all companies may wait here."),
    )
    name = models.CharField(_("name"), max_length=80)
    is_default = models.BooleanField(
        _("default queue"),
        default=False,
        help_text=_("New chats of the company wait here. A company without one uses GENERAL."),
    )
    target_seconds = models.PositiveIntegerField(
        _("waiting target"),
        null=True,
        blank=True,
        validators=[MinValueValidator(10), MaxValueValidator(86_400)],
        help_text=_("Seconds. Empty: as in the chat settings."),
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
        help_text=_("Seconds. Empty: as in the chat settings."),
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
        null=True,
        blank=True,
        help_text=_("New chats go to a free agent by themselves. Empty: as in the chat settings."),
    )
    selector = models.CharField(
        _("selector"),
        max_length=24,
        blank=True,
        choices=SELECTORS,
        help_text=_("Who gets the next chat. Empty: as in the chat settings."),
    )
    capacity = models.PositiveIntegerField(
        _("chats at once"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LARGEST_CAPACITY)],
        help_text=_(
            "How many chats an agent is given who has not chosen himself. "
            "Empty: as in the chat settings."
        ),
    )
    transfer_seconds = models.PositiveIntegerField(
        _("transfer time"),
        null=True,
        blank=True,
        validators=[MinValueValidator(10), MaxValueValidator(3_600)],
        help_text=_(
            "Seconds a transferred chat waits for the agent. Empty: as in the chat settings."
        ),
    )
    priority_seconds = models.PositiveIntegerField(
        _("priority"),
        default=0,
        validators=[MaxValueValidator(86_400)],
        help_text=_(
            "Seconds by which its chats come before others that an agent serves, as if they had "
            "waited so much longer. 0: none."
        ),
    )
    overflow_text = models.CharField(
        _("when nobody comes"),
        max_length=300,
        blank=True,
        help_text=_(
            "What customers read who may leave a ticket instead. Empty: as in the system messages."
        ),
    )
    assignment_group = models.ForeignKey(
        AssignmentGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="queues",
        verbose_name=_("assigned group"),
        help_text=_("Tickets made of its chats go there, unless a template says otherwise."),
    )
    ticket_templates = models.ManyToManyField(
        TicketTemplate,
        blank=True,
        related_name="queues",
        verbose_name=_("ticket templates"),
        help_text=_("Offered in its chats. None chosen: all templates of the chat’s company."),
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    retired_at = models.DateTimeField(
        _("retired at"),
        null=True,
        blank=True,
        help_text=_("From then on it takes no new chats; the history stays."),
    )

    objects: ClassVar[models.Manager[Queue]] = QueueQuerySet.as_manager()

    class Meta:
        verbose_name = _("queue")
        verbose_name_plural = _("queues")
        ordering: ClassVar[list[str]] = ["company__name", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["company", "name"], name="queue_name_unique_in_company"
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(company__isnull=True),
                name="queue_name_unique_without_company",
            ),
            models.UniqueConstraint(
                fields=["company"],
                condition=Q(is_default=True, company__isnull=False),
                name="queue_one_default_per_company",
            ),
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True, company__isnull=True),
                name="queue_one_general",
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(retired_at=None),
                name="queue_default_is_not_retired",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company} - {self.name}" if self.company_id else self.name

    def templates_for(self, company_id: int, now: datetime) -> TicketTemplateQuerySet:
        """The ticket templates that its chats of this company are offered now."""
        offered = TicketTemplate.objects.offered_to(company_id, now)
        chosen = self.ticket_templates.values("pk")
        return offered.filter(pk__in=chosen) if chosen.exists() else offered


class TopicQuerySet(models.QuerySet["Topic"]):
    def active(self) -> Self:
        return self.filter(retired_at=None, queue__retired_at=None)

    def offered_by(self, company: Company) -> Self:
        """What customers of this company may pick, in the administrator's order."""
        own = Q(queue__company=company) | Q(queue__company=None)
        return self.active().filter(own).order_by("order", "name", "pk")


class Topic(models.Model):
    """What a customer picks, or says, to get to a queue."""

    public_id = models.CharField(
        max_length=22, unique=True, default=token_urlsafe_16, editable=False
    )
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="topics", verbose_name=_("queue"))
    name = models.CharField(_("name"), max_length=80)
    words = models.TextField(
        _("words"),
        blank=True,
        help_text=_("One a line. A question with one of them goes here when no topic was picked."),
    )
    regions = models.TextField(
        _("regions"),
        blank=True,
        help_text=_("One a line, as in the sites. Empty: customers of all sites."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=100)
    retired_at = models.DateTimeField(
        _("retired at"),
        null=True,
        blank=True,
        help_text=_("From then on nobody can pick it; the history stays."),
    )

    objects: ClassVar[models.Manager[Topic]] = TopicQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering: ClassVar[list[str]] = ["order", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["queue", "name"], name="topic_name_unique_in_queue"),
        ]

    def __str__(self) -> str:
        return self.name

    def covers(self, region: str) -> bool:
        """Whether it is for customers of this region."""
        regions = {line.strip().casefold() for line in self.regions.splitlines()} - {""}
        return not regions or region.strip().casefold() in regions

    def is_named_in(self, text: str) -> bool:
        """Whether one of its words stands in the text, as a word of its own."""
        words = [line.strip() for line in self.words.splitlines() if line.strip()]
        pattern = "|".join(map(re.escape, words))
        return (
            bool(words) and re.search(rf"(?<!\w)({pattern})(?!\w)", text, re.IGNORECASE) is not None
        )
