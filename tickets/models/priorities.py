"""Impact by urgency: which priority a ticket has."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.models.kinds import Impact, Priority, Urgency


class PriorityRuleManager(models.Manager["PriorityRule"]):
    def priority_of(self, impact: int | None, urgency: int | None) -> int | None:
        """What the matrix says; None while one of the two is blank."""
        if impact is None or urgency is None:
            return None
        found = self.filter(impact=impact, urgency=urgency)
        return found.values_list("priority", flat=True).first()


class PriorityRule(models.Model):
    """One cell of the matrix. A migration makes all sixteen; the administrator changes them."""

    impact = models.PositiveSmallIntegerField(_("impact"), choices=Impact)
    urgency = models.PositiveSmallIntegerField(_("urgency"), choices=Urgency)
    priority = models.PositiveSmallIntegerField(
        _("priority"),
        choices=Priority,
        help_text=_("Tickets that are saved from now on have it; others keep theirs."),
    )

    objects: ClassVar[PriorityRuleManager] = PriorityRuleManager()

    class Meta:
        verbose_name = _("priority")
        verbose_name_plural = _("priorities")
        ordering: ClassVar[list[str]] = ["impact", "urgency"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["impact", "urgency"], name="priority_one_per_impact_and_urgency"
            ),
            models.CheckConstraint(
                condition=Q(impact__range=(1, 4), urgency__range=(1, 4), priority__range=(1, 4)),
                name="priority_scales_go_from_1_to_4",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_impact_display()} × {self.get_urgency_display()}"
