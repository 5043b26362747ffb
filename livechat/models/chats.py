"""One conversation: its statuses, its legal steps, who may see it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, TypeAlias

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livechat.exceptions import ChatEndedError, InvalidTransitionError, NotYoursError
from livechat.models.agents import Agent
from livechat.models.chat_rows import ChatQuerySet
from livechat.models.queues import Queue, Topic
from livechat.models.settings import ChatSettings
from livechat.models.states import LIVE, LIVE_STATUSES, ChatStatus, NextAction
from livechat.policy import rank_time
from livechat.targets import Step
from tickets.models import Customer, Ticket, token_urlsafe_16

__all__ = [
    "LIVE",
    "LIVE_STATUSES",
    "SUBJECT_CHARACTERS",
    "Chat",
    "ChatQuerySet",
    "NextAction",
    "Status",
    "rank_time_of",
]

SUBJECT_CHARACTERS = 160


class Chat(models.Model):
    """One conversation, from the customer's first message to its end."""

    Status: TypeAlias = ChatStatus

    class Source(models.TextChoices):
        WEB = "web", _("Web")
        API = "api", _("API")
        VIRTUAL_AGENT = "virtual_agent", _("Virtual agent")

    #: Every legal step. A status without an entry is final.
    NEXT: ClassVar[dict[str, frozenset[str]]] = {
        Status.QUEUED: frozenset({Status.ASSIGNED, Status.CANCELLED}),
        Status.ASSIGNED: frozenset(
            {Status.ENDED, Status.ABANDONED, Status.TRANSFERRED, Status.QUEUED}
        ),
        Status.TRANSFERRED: frozenset({Status.ASSIGNED, Status.QUEUED, Status.CANCELLED}),
    }

    public_id = models.CharField(max_length=22, unique=True, default=token_urlsafe_16)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="chats")
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="chats")
    agent = models.ForeignKey(Agent, models.PROTECT, null=True, related_name="chats")
    #: Copied when accepted: a later change of the screen name changes no chat.
    agent_name = models.CharField(max_length=120, blank=True)
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, related_name="chats")
    #: Who is to take over, from whom; only while it is transferred.
    transferred_to = models.ForeignKey(
        Agent, models.PROTECT, null=True, related_name="transferred_chats"
    )
    transferred_by = models.ForeignKey(Agent, models.PROTECT, null=True, related_name="+")
    #: Who let it go last, and when: for a while he is not given it again.
    let_go_by = models.ForeignKey(Agent, models.PROTECT, null=True, related_name="+")
    let_go_at = models.DateTimeField(null=True)
    #: Open invitations, for the message path: "i9 m15 p12", the first of them not answered.
    invitees = models.CharField(max_length=200, blank=True)
    #: What was made of it; one at most, and of no other chat.
    ticket = models.OneToOneField(Ticket, models.PROTECT, null=True, related_name="chat")
    #: Up to this line the conversation stands in the ticket.
    ticketed_seq = models.PositiveIntegerField(default=0)
    source = models.CharField(max_length=16, choices=Source, default=Source.WEB)
    client_id = models.CharField(max_length=64)
    status = models.CharField(max_length=12, choices=Status, default=Status.QUEUED)
    subject = models.CharField(max_length=SUBJECT_CHARACTERS)

    version = models.PositiveIntegerField(default=1)
    owner_epoch = models.PositiveIntegerField(default=0)
    last_seq = models.PositiveIntegerField(default=0)
    last_public_seq = models.PositiveIntegerField(default=0)

    created_at = models.DateTimeField(default=timezone.now)
    #: Never reset: who is given back keeps his place.
    queued_at = models.DateTimeField(default=timezone.now)
    #: `queued_at` less what priorities grant; lowest comes first.
    rank_time = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, db_index=True)
    #: The customer cancelled while an agent had the chat.
    left_at = models.DateTimeField(null=True)
    last_message_at = models.DateTimeField(null=True)
    #: When a silent customer was asked whether he is still there.
    idle_asked_at = models.DateTimeField(null=True)
    #: Since when the customer waits for a reply; null when an agent wrote last.
    unanswered_since = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(default=timezone.now)
    next_action = models.CharField(
        max_length=12, choices=NextAction, blank=True, default=NextAction.ROUTE
    )
    next_action_at = models.DateTimeField(null=True, default=timezone.now)
    #: How far the target that runs was told, as a `targets.Step`; and when the next step comes.
    target_told = models.PositiveSmallIntegerField(default=0)
    target_at = models.DateTimeField(null=True, default=timezone.now)

    objects: ClassVar[models.Manager[Chat]] = ChatQuerySet.as_manager()

    class Meta:
        verbose_name = _("chat")
        verbose_name_plural = _("chats")
        # None on last_seq, version, updated_at: it would end HOT updates of the hottest row.
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["queue", "rank_time"],
                condition=Q(status="queued"),
                name="chat_waiting_in_queue",
            ),
            models.Index(
                fields=["agent", "-accepted_at"],
                condition=Q(status__in=["queued", "assigned", "transferred"]),
                name="chat_live_of_agent",
            ),
            models.Index(
                fields=["status"],
                condition=Q(status__in=["queued", "assigned", "transferred"]),
                name="chat_live",
            ),
            models.Index(
                fields=["transferred_to"],
                condition=Q(status="transferred"),
                name="chat_transferred_to",
            ),
            models.Index(
                fields=["next_action_at"],
                condition=Q(status__in=["queued", "assigned", "transferred"]),
                name="chat_due",
            ),
            models.Index(
                fields=["target_at"], condition=Q(target_at__isnull=False), name="chat_target_due"
            ),
            models.Index(fields=["-created_at", "-id"], name="chat_newest"),
            models.Index(fields=["queue", "-accepted_at"], name="chat_accepted_in_queue"),
            models.Index(fields=["queue", "-ended_at"], name="chat_ended_in_queue"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["customer", "client_id"], name="chat_started_once"),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(status__in=["queued", "assigned", "transferred"], left_at=None),
                name="chat_one_live_per_customer",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "queued",
                        "assigned",
                        "transferred",
                        "ended",
                        "abandoned",
                        "cancelled",
                    ]
                ),
                name="chat_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["queued", "cancelled", "transferred"], agent=None)
                | Q(status__in=["assigned", "ended", "abandoned"], agent__isnull=False),
                name="chat_agent_matches_status",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["queued", "assigned", "transferred"], ended_at=None)
                | Q(status__in=["ended", "abandoned", "cancelled"], ended_at__isnull=False),
                name="chat_ended_at_matches_status",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="transferred", transferred_to__isnull=False, transferred_by__isnull=False
                )
                | (~Q(status="transferred") & Q(transferred_to=None, transferred_by=None)),
                name="chat_transfer_matches_status",
            ),
            models.CheckConstraint(
                condition=Q(
                    ~Q(next_action=""),
                    status__in=["queued", "assigned", "transferred"],
                    next_action_at__isnull=False,
                )
                | Q(
                    status__in=["ended", "abandoned", "cancelled"],
                    next_action="",
                    next_action_at=None,
                ),
                name="chat_has_next_action_until_it_is_over",
            ),
            models.CheckConstraint(
                condition=Q(
                    Q(target_told__lt=2, target_at__isnull=False)
                    | Q(target_told=2, target_at=None),
                    status__in=["queued", "assigned", "transferred"],
                    left_at=None,
                )
                | Q(~Q(status__in=["queued", "transferred"]), target_told=0, target_at=None),
                name="chat_target_at_while_a_step_is_left",
            ),
            models.CheckConstraint(
                condition=Q(last_public_seq__lte=F("last_seq")), name="chat_public_seq_within_seq"
            ),
            models.CheckConstraint(
                condition=Q(ticket=None, ticketed_seq=0)
                | Q(ticket__isnull=False, ticketed_seq__lte=F("last_seq")),
                name="chat_ticketed_seq_within_seq",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_live(self) -> bool:
        return self.status in LIVE_STATUSES

    @property
    def takes_files(self) -> bool:
        """The virtual agent’s other end has no way to show them."""
        return self.source != Chat.Source.VIRTUAL_AGENT

    @property
    def status_for_customer(self) -> str:
        """Once he has left, it is cancelled for him, whatever its agent still has to do."""
        return Status.CANCELLED if self.left_at else self.status

    @property
    def agent_in_charge(self) -> int | None:
        """Whose load it counts to: a chat that its customer has left counts to nobody's."""
        assigned = self.status == Status.ASSIGNED and self.left_at is None
        return self.agent_id if assigned else None

    def move_to(self, status: Status) -> None:
        """Take one legal step. Saving is the caller's business."""
        if status not in self.NEXT.get(self.status, frozenset()):
            raise InvalidTransitionError(
                _("A chat that is %(now)s cannot become %(next)s.")
                % {"now": Status(self.status).label, "next": status.label}
            )
        self.status = status
        if not self.is_live:
            self.next_action, self.next_action_at = "", None
            self.target_told, self.target_at = Step.NONE, None
        self.version += 1
        self.updated_at = timezone.now()

    def require_owner(self, agent_id: int) -> None:
        """Refuse whoever does not have this chat now."""
        if not self.is_live:
            raise ChatEndedError
        if self.status != Status.ASSIGNED or self.agent_id != agent_id:
            raise NotYoursError


Status: TypeAlias = ChatStatus


def rank_time_of(queued_at: datetime, queue: Queue, customer: Customer) -> datetime:
    """When it would have come, had the priority of its queue and its customer been waiting."""
    vip = ChatSettings.objects.current().vip_priority_seconds if customer.vip else 0
    return rank_time(queued_at, queue.priority_seconds + vip)
