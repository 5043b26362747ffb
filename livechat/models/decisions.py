"""Why a chat went to an agent, or to nobody yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from livechat.models.agents import Agent
from livechat.models.chats import Chat
from livechat.models.queues import SELECTORS
from livechat.policy import Verdict

KEPT_DAYS = 7


class RoutingDecisionManager(models.Manager["RoutingDecision"]):
    def note(
        self, chat: Chat, verdicts: Sequence[Verdict], now: datetime, *, selector: str = ""
    ) -> None:
        """Nobody was found. The same verdicts again only count."""
        said = encoded(verdicts)
        standing = self.filter(chat=chat, agent=None, is_open=True)
        same = standing.filter(verdicts=said, selector=selector)
        if same.update(last_at=now, times=F("times") + 1):
            return
        standing.update(is_open=False)
        self.create(chat=chat, verdicts=said, selector=selector, first_at=now, last_at=now)

    def settle(
        self,
        chat: Chat,
        agent: Agent,
        how: str,
        verdicts: Sequence[Verdict],
        now: datetime,
        *,
        selector: str = "",
    ) -> None:
        """The chat went to this agent."""
        self.close(chat)
        self.create(
            chat=chat,
            agent=agent,
            how=how,
            selector=selector,
            verdicts=encoded(verdicts),
            is_open=False,
            first_at=now,
            last_at=now,
        )

    def close(self, chat: Chat) -> None:
        """Nobody is looked for any more."""
        self.filter(chat=chat, is_open=True).update(is_open=False)

    def forget_expired(self, now: datetime) -> int:
        return self.filter(is_open=False, last_at__lt=now - timedelta(days=KEPT_DAYS)).delete()[0]


class RoutingDecision(models.Model):
    """One attempt to find an agent, or several with the same verdicts."""

    class How(models.TextChoices):
        """Which way a chat came to its agent."""

        AUTO = "auto", _("given automatically")
        CLICK = "click", _("accepted by hand")
        TRANSFER = "transfer", _("accepted from a transfer")
        RETURN = "return", _("given back")

    chat = models.ForeignKey(Chat, models.PROTECT, related_name="decisions")
    agent = models.ForeignKey(Agent, models.PROTECT, null=True, related_name="decisions")
    how = models.CharField(max_length=10, choices=How, blank=True)
    #: The one in force then; empty when none was asked, as with a chat accepted by hand.
    selector = models.CharField(_("selector"), max_length=24, choices=SELECTORS, blank=True)
    #: `[agent pk or null, code, open chats, capacity]` of everybody who was considered.
    verdicts = models.JSONField(default=list)
    is_open = models.BooleanField(default=True)
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    objects: ClassVar[RoutingDecisionManager] = RoutingDecisionManager()

    class Meta:
        verbose_name = _("routing decision")
        verbose_name_plural = _("routing decisions")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["chat", "-last_at"], name="decision_of_chat"),
            models.Index(fields=["last_at"], name="decision_age"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["chat"], condition=Q(is_open=True), name="decision_one_open_per_chat"
            ),
            models.CheckConstraint(
                condition=Q(agent=None, how="") | (Q(agent__isnull=False) & ~Q(how="")),
                name="decision_says_how_it_went_to_its_agent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chat_id}: {self.agent_id or '-'}"


def encoded(verdicts: Sequence[Verdict]) -> list[list[int | str | None]]:
    """In the order of the agents: the same verdicts make the same row."""
    rows = sorted(verdicts, key=lambda verdict: verdict.agent or 0)
    return [[row.agent, row.code.value, row.open_chats, row.capacity] for row in rows]
