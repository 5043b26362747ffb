"""Articles, and every text that they had."""

from __future__ import annotations

import secrets
from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from knowledge.models.reach import Audience, Reach
from knowledge.models.settings import ArticleCategory
from tickets.models import Company, User
from tickets.models.keys import token_urlsafe_16

TITLE_CHARACTERS = 120
SUMMARY_CHARACTERS = 250
KEYWORDS_CHARACTERS = 400
BODY_CHARACTERS = 40_000
FIRST_NUMBER = 1_000
LARGEST_STEP = 9
#: So many words are read in a minute.
WORDS_A_MINUTE = 200
#: What a version keeps.
TEXT = ("title", "summary", "keywords", "body")


class ArticleQuerySet(models.QuerySet["Article"]):
    def locked(self, pk: int) -> Article:
        """The article, locked, and read once it is ours."""
        return self.select_for_update(no_key=True).get(pk=pk)

    def published(self) -> Self:
        return self.filter(state=Article.State.PUBLISHED)

    def valid_on(self, day: date) -> Self:
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=day))

    def expired_on(self, day: date) -> Self:
        return self.filter(valid_until__lt=day)

    def within(self, reach: Reach) -> Self:
        """What is written for these companies and audiences, whatever its state."""
        found = self.filter(audience__in=reach.audiences)
        if reach.companies is None:
            return found
        if not reach.companies:
            return found.none()
        links = Article.companies.through.objects
        theirs = links.filter(company__in=reach.companies).values("article")
        return found.filter(Q(for_all=True) | Q(pk__in=theirs))

    def visible_to(self, user: User) -> Self:
        """What a member of staff reads: what is published, and what he may work on."""
        published = self.published().within(Reach.of_user(user))
        if not user.has_perm("knowledge.write_articles"):
            return published
        return self.filter(
            Q(pk__in=published.values("pk")) | Q(pk__in=self.editable_by(user).values("pk"))
        )

    def of_company(self, company: int) -> Self:
        """What its customers read now."""
        reach = Reach.of_company(company)
        return self.published().within(reach).valid_on(timezone.localdate())

    def editable_by(self, user: User) -> Self:
        """What an author may work on: what concerns no company but his."""
        if not user.has_perm("knowledge.write_articles"):
            return self.none()
        if user.all_companies:
            return self
        mine = Company.objects.visible_to(user).values("pk")
        links = Article.companies.through.objects
        foreign = links.exclude(company__in=mine).values("article")
        return self.filter(for_all=False).exclude(pk__in=foreign)

    def with_rows_data(self) -> Self:
        """All that a list shows of an article."""
        return self.select_related("category__parent", "owner").prefetch_related("companies")


class Article(models.Model):
    """What somebody knows, written down for others.

    The row has the text that is read. Of a published one a newer text may be waiting, in its newest
    version, for being published too.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in_review", _("in review")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    #: Every legal step. Publishing a published one publishes its newest text.
    NEXT: ClassVar[dict[str, frozenset[str]]] = {
        State.DRAFT: frozenset({State.IN_REVIEW, State.PUBLISHED, State.RETIRED}),
        State.IN_REVIEW: frozenset({State.DRAFT, State.PUBLISHED, State.RETIRED}),
        State.PUBLISHED: frozenset({State.PUBLISHED, State.RETIRED}),
        State.RETIRED: frozenset({State.DRAFT}),
    }

    public_id = models.CharField(max_length=22, unique=True, default=token_urlsafe_16)
    number = models.CharField(_("number"), max_length=24, unique=True)
    title = models.CharField(_("title"), max_length=TITLE_CHARACTERS)
    summary = models.CharField(_("summary"), max_length=SUMMARY_CHARACTERS, blank=True)
    keywords = models.CharField(_("keywords"), max_length=KEYWORDS_CHARACTERS, blank=True)
    body = models.TextField(_("text"))
    #: The body as it is read, without its signs.
    plain = models.TextField(editable=False)
    category = models.ForeignKey(
        ArticleCategory, models.PROTECT, related_name="articles", verbose_name=_("category")
    )
    audience = models.CharField(
        _("for"), max_length=10, choices=Audience, default=Audience.CUSTOMERS
    )
    companies = models.ManyToManyField(
        Company, verbose_name=_("companies"), blank=True, related_name="articles"
    )
    #: Says that it has no companies, so that lists need not look.
    for_all = models.BooleanField(default=True)
    language = models.CharField(
        _("language"), max_length=12, default="en", choices=settings.LANGUAGES
    )
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="articles", verbose_name=_("owner")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    #: The newest text, and the one that is read.
    version = models.PositiveIntegerField(default=0)
    published_version = models.PositiveIntegerField(null=True)
    #: Of a published one: somebody is to look at its newest text.
    revision_in_review = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Article]] = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        default_permissions = ("view",)
        permissions: ClassVar[list[tuple[str, str | StrPromise]]] = [
            ("write_articles", "Can write articles and send them to review"),
            ("publish_articles", "Can publish and retire articles"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "-updated_at", "-id"], name="article_state_updated"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(state="published")
                | Q(published_version__isnull=False, published_at__isnull=False),
                name="article_published_has_text",
            ),
            models.CheckConstraint(
                condition=Q(revision_in_review=False) | Q(state="published"),
                name="article_revision_of_published",
            ),
            models.CheckConstraint(
                condition=Q(audience__in=["customers", "agents"]), name="article_audience_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED

    @property
    def has_revision(self) -> bool:
        """A newer text than the one that is read."""
        return self.is_published and self.version != self.published_version

    @property
    def is_expired(self) -> bool:
        return self.valid_until is not None and self.valid_until < timezone.localdate()

    @property
    def minutes(self) -> int:
        """How long it takes to read."""
        return 1 + len(self.plain.split()) // WORDS_A_MINUTE

    @property
    def keyword_list(self) -> list[str]:
        return [word.strip() for word in self.keywords.split(",") if word.strip()]


class ArticleNumberManager(models.Manager["ArticleNumber"]):
    def take(self) -> str:
        """The next number. Its row is locked until the transaction ends."""
        row = self.select_for_update(no_key=True).get(pk=1)
        row.last += 1 + secrets.randbelow(LARGEST_STEP)
        row.save(update_fields=["last"])
        return f"KB-{row.last}"


class ArticleNumber(models.Model):
    """How far the numbers have come: one row."""

    last = models.PositiveBigIntegerField(default=FIRST_NUMBER)

    objects: ClassVar[ArticleNumberManager] = ArticleNumberManager()

    def __str__(self) -> str:
        return f"KB-{self.last}"


class ArticleVersion(models.Model):
    """One text of an article, as it was saved. Never changed."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=TITLE_CHARACTERS)
    summary = models.CharField(max_length=SUMMARY_CHARACTERS, blank=True)
    keywords = models.CharField(max_length=KEYWORDS_CHARACTERS, blank=True)
    body = models.TextField()
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    #: Copied when written.
    author_name = models.CharField(max_length=120, blank=True)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["article", "number"], name="article_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}/{self.number}"
