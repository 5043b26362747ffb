"""Which chats: those that wait, those that somebody may see, those that are due."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q

from livechat.models.agents import Agent
from livechat.models.hours import Place
from livechat.models.invitations import Invitation
from livechat.models.queues import Queue
from livechat.models.states import LIVE_STATUSES
from livechat.models.states import ChatStatus as Status
from tickets.models import Company, Customer, User

if TYPE_CHECKING:
    from livechat.models.chats import Chat


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

    def with_customers_data(self) -> Self:
        """The same of what its customer is shown: to plan a join of ten tables takes longer."""
        return self.select_related("customer", "queue", "agent", "ticket")
