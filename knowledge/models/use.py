"""What became of articles: read, shared, pinned, praised, and looked for in vain."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from knowledge.models.articles import Article
from tickets.models import Company, Customer, Ticket, User

COMMENT_CHARACTERS = 2_000
MISSED_CHARACTERS = 120


class Citation(models.Model):
    """An article on a ticket."""

    class Kind(models.TextChoices):
        SHARED = "shared", _("shared")
        PINNED = "pinned", _("pinned")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="citations")
    article = models.ForeignKey(Article, models.PROTECT, related_name="citations")
    kind = models.CharField(max_length=6, choices=Kind)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["ticket", "article", "kind"], name="citation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.article_id} on {self.ticket_id}"


class Feedback(models.Model):
    """Whether an article helped somebody, and what he said of it."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="feedback")
    version = models.PositiveIntegerField()
    helped = models.BooleanField(_("helped"))
    comment = models.CharField(_("comment"), max_length=COMMENT_CHARACTERS, blank=True)
    #: One of these at most: nobody, on help pages.
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(customer=None) | Q(user=None), name="feedback_of_one_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}: {'yes' if self.helped else 'no'}"


class ArticleDayManager(models.Manager["ArticleDay"]):
    def add(self, article: int, what: str) -> None:
        """One more of `what` (a field), today."""
        day, _made = self.get_or_create(article_id=article, day=timezone.localdate())
        self.filter(pk=day.pk).update(**{what: F(what) + 1})

    def take_back(self, feedback: Feedback, what: str) -> None:
        """One fewer, on the day of a word that holds no more."""
        day = timezone.localdate(feedback.created_at)
        rows = self.filter(article=feedback.article_id, day=day, **{f"{what}__gt": 0})
        rows.update(**{what: F(what) - 1})

    def totals(self, articles: list[int], since: date | None = None) -> dict[int, dict[str, int]]:
        """By article: how often each of COUNTED."""
        rows = self.filter(article__in=articles)
        if since:
            rows = rows.filter(day__gte=since)
        sums = {name: Sum(name) for name in COUNTED}
        found = rows.values_list("article").annotate(**sums)
        return {key: dict(zip(COUNTED, numbers, strict=True)) for key, *numbers in found}


COUNTED = ("views", "shares", "opened", "helped", "unhelped", "deflected", "went_on")


class ArticleDay(models.Model):
    """How often an article was used on a day."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="days", db_index=False)
    day = models.DateField()
    views = models.PositiveIntegerField(default=0)
    shares = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)
    helped = models.PositiveIntegerField(default=0)
    unhelped = models.PositiveIntegerField(default=0)
    #: A question that was answered without a chat.
    deflected = models.PositiveIntegerField(default=0)
    #: It was shared, and its chat went on all the same.
    went_on = models.PositiveIntegerField(default=0)

    objects: ClassVar[ArticleDayManager] = ArticleDayManager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["article", "day"], name="article_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.day}"


class MissedSearchManager(models.Manager["MissedSearch"]):
    def note(self, words: str, company: int | None) -> None:
        """Once more somebody looked for this and found nothing."""
        where = Company.objects.filter(pk=company).first() if company else None
        row, made = self.get_or_create(words=words[:MISSED_CHARACTERS], company=where)
        if not made:
            self.filter(pk=row.pk).update(times=F("times") + 1, last_at=timezone.now())


class MissedSearch(models.Model):
    """What was looked for and not found: an article that is wanted."""

    words = models.CharField(_("words"), max_length=MISSED_CHARACTERS)
    company = models.ForeignKey(
        Company, models.PROTECT, null=True, related_name="+", verbose_name=_("company")
    )
    times = models.PositiveIntegerField(_("times"), default=1)
    last_at = models.DateTimeField(_("last"), default=timezone.now)

    objects: ClassVar[MissedSearchManager] = MissedSearchManager()

    class Meta:
        verbose_name = _("search without result")
        verbose_name_plural = _("searches without result")
        default_permissions = ("view", "delete")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["words", "company"], name="missed_search_once"),
            models.UniqueConstraint(
                fields=["words"], condition=Q(company=None), name="missed_search_once_for_all"
            ),
        ]

    def __str__(self) -> str:
        return self.words
