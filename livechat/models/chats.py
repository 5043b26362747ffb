"""One conversation: its statuses, its legal steps, who may see it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import reduce
from operator import or_
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livechat.exceptions import ChatEndedError, InvalidTransitionError, NotYoursError
from livechat.models.agents import Agent
from livechat.models.hours import Place
from livechat.models.invitations import Invitation
from livechat.models.queues import Queue, Topic
from livechat.models.settings import ChatSettings
from livechat.policy import rank_time
from livechat.targets import Step
from tickets.models import Company, Customer, Ticket, User, token_urlsafe_16

SUBJECT_CHARACTERS = 160


class ChatQuerySet(models.QuerySet["Chat"]):
    def live(self) -> Self:
        return self.filter(status__in=LIVE_STATUSES)

    def waiting(self) -> Self:
        """Chats that nobody has, oldest first."""
        return self.filter(status=Status.QUEUED).order_by("rank_time", "pk")

    def locked(self, pk: int) -> Chat:
        """The chat, locked. Once a transaction, at its start.

        Read anew once it is ours: PostgreSQL joins what a waiting lock finds changed to the rows
        that it found before, and a chat that went to another queue or agent meanwhile has none.
        """
        self.select_for_update(no_key=True).only("pk").get(pk=pk)
        return self.select_related("customer", "queue", "agent").get(pk=pk)

    def queue_of_first(self, queues: Collection[int], closed: Collection[Place]) -> int | None:
        """The queue of these in which the chat waits that comes first over all of them.

        Chats where it is closed for their company come after all others.
        """
        first = self.waiting().filter(queue__in=queues)
        shut = (Q(customer__company=company, queue=queue) for company, queue in closed)
        able = first.exclude(reduce(or_, shut)) if closed else first
        found = able.values_list("queue", flat=True).first()
        return found or (first.values_list("queue", flat=True).first() if closed else None)

    def accepted_last(self, queue_id: int) -> tuple[datetime, datetime | None] | None:
        """When the chat of this queue that got an agent last began to wait, and got him."""
        got = self.filter(queue=queue_id, accepted_at__isnull=False).order_by("-accepted_at")
        return got.values_list("queued_at", "accepted_at").first()

    def next_of(self, queue_id: int, *, closed: Collection[int] = ()) -> Chat | None:
        """The first that waits in a queue and that nobody else is looking at, locked.

        Chats of companies whose hours are over just now keep nobody else waiting.
        """
        return (
            self.waiting()
            .filter(queue=queue_id)
            .exclude(customer__company__in=closed)
            .select_related("customer", "queue")
            .select_for_update(of=("self",), no_key=True, skip_locked=True)
            .first()
        )

    def ahead_of(self, chat: Chat) -> Self:
        """Chats that wait in the same line and come first."""
        earlier = Q(rank_time__lt=chat.rank_time) | Q(rank_time=chat.rank_time, pk__lt=chat.pk)
        return self.filter(earlier, status=Status.QUEUED, queue=chat.queue_id)

    def visible_to(self, user: User) -> Self:
        """The chats a member of staff may open. Every staff door reads through here."""
        queues = Queue.objects.served_by(user).values("pk")
        invited = Invitation.objects.open().filter(agent__user=user).values("chat")
        return self.filter(
            Q(agent__user=user)
            | Q(transferred_to__user=user)
            | Q(status=Status.QUEUED, queue__in=queues)
            | Q(pk__in=invited)
        )

    def addressable_by(self, user: User) -> Self:
        """Chats he is told others have, and those he is in, whatever their queue."""
        return self.filter(
            Q(queue__in=Queue.objects.served_by(user).values("pk"))
            | Q(agent__user=user)
            | Q(transferred_to__user=user)
            | Q(pk__in=Invitation.objects.open().filter(agent__user=user).values("chat"))
        )

    def supervised_by(self, user: User) -> Self:
        """The chats of the companies that he supervises."""
        if not user.has_perm("livechat.supervise_chats"):
            return self.none()
        return self.filter(customer__company__in=Company.objects.visible_to(user).values("pk"))

    def acceptable_by(self, user: User) -> Self:
        """Chats of his queues, whoever has them by now: who is late is told who was faster."""
        return self.filter(
            Q(queue__in=Queue.objects.served_by(user).values("pk"))
            | Q(agent__user=user)
            | Q(transferred_to__user=user)
        )

    def unlocked(self) -> Self:
        """Locks those that nobody else holds, and leaves the others out: it never waits."""
        return self.select_for_update(of=("self",), no_key=True, skip_locked=True)

    def due(self, now: datetime) -> Self:
        """Chats whose next action's time has come, longest due first."""
        return self.live().filter(next_action_at__lte=now).order_by("next_action_at")

    def target_due(self, now: datetime) -> Self:
        """Chats of whose target a step has come that was not told, longest due first."""
        return self.filter(target_at__lte=now).order_by("target_at")

    def with_the_lost(self, since: datetime) -> Self:
        """Chats whose agent is out of reach since then, or that are transferred to nobody there."""
        lost = Agent.objects.filter(online=False)
        # Who was never there has no `offline_since`; what he has is given the same time.
        held = Q(status=Status.ASSIGNED, left_at=None, accepted_at__lte=since)
        gone = Q(offline_since=None) | Q(offline_since__lte=since)
        return self.filter(
            held & Q(agent__in=lost.filter(gone))
            | Q(status=Status.TRANSFERRED, transferred_to__in=lost)
        ).order_by("pk")

    def silent_since(self, moment: datetime) -> Self:
        """Nobody has spoken since, the agent last, and the customer was not asked about it yet."""
        spoken = Q(messages__sender="c", messages__posted_at__gt=F("idle_asked_at"))
        silent = self.filter(status=Status.ASSIGNED, left_at=None, unanswered_since=None)
        asked = silent.filter(last_message_at__lt=moment)
        return asked.filter(Q(idle_asked_at=None) | spoken).distinct()

    def without_next_action(self) -> Self:
        """What must never be: a chat that is not over and that nothing looks after."""
        return self.live().filter(Q(next_action="") | Q(next_action_at=None))

    def of_customer(self, customer: Customer) -> Self:
        """The chats of one customer. Every customer's door reads through here."""
        return self.filter(customer=customer)

    def changed_since(self, moment: datetime) -> Self:
        """Live chats touched since then, and chats that ended since then. Both by index."""
        return self.filter(
            Q(status__in=LIVE_STATUSES, updated_at__gte=moment) | Q(ended_at__gte=moment)
        )

    def with_pages_data(self) -> Self:
        """All that a list or a page shows of a chat, in one query."""
        return self.select_related(
            "customer__company",
            "customer__site",
            "queue__company",
            "agent__user",
            "transferred_to__user",
            "transferred_by__user",
            "ticket__status",
        )


class NextAction(models.TextChoices):
    """What the clock does with a chat when its time comes."""

    ROUTE = "route", _("look for an agent")
    GIVE_BACK = "give_back", _("give back a transfer that nobody accepted")
    LOOK = "look", _("look whether somebody is silent")
    CLOSE = "close", _("close what the customer has left")


class Chat(models.Model):
    """One conversation, from the customer's first message to its end."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("waiting")
        ASSIGNED = "assigned", _("with an agent")
        TRANSFERRED = "transferred", _("waits for one agent")
        ENDED = "ended", _("ended")
        ABANDONED = "abandoned", _("abandoned")
        CANCELLED = "cancelled", _("cancelled")

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


Status = Chat.Status
LIVE_STATUSES = (Status.QUEUED, Status.ASSIGNED, Status.TRANSFERRED)
#: Live for its customer: not over, and not left by him.
LIVE = Q(status__in=LIVE_STATUSES, left_at=None)


def rank_time_of(queued_at: datetime, queue: Queue, customer: Customer) -> datetime:
    """When it would have come, had the priority of its queue and its customer been waiting."""
    vip = ChatSettings.objects.current().vip_priority_seconds if customer.vip else 0
    return rank_time(queued_at, queue.priority_seconds + vip)
