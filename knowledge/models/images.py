"""The images that stand in articles."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from knowledge.models.articles import Article
from tickets.models import Customer, StoredFile, User


class ArticleImageQuerySet(models.QuerySet["ArticleImage"]):
    def shown_in(self, articles: models.QuerySet[Article]) -> Self:
        """Those that stand in the text that is read of these."""
        return self.filter(article__in=articles, article__body__contains=F("file__public_id"))

    def of_company(self, company: int) -> Self:
        """What its customers see."""
        return self.shown_in(Article.objects.of_company(company))

    def readable_by(self, reader: User | Customer) -> Self:
        """Authors see what any version of their articles shows."""
        if isinstance(reader, Customer):
            return self.of_company(reader.company_id)
        shown = self.shown_in(Article.objects.visible_to(reader))
        own = Article.objects.editable_by(reader)
        return self.filter(Q(pk__in=shown.values("pk")) | Q(article__in=own))


class ArticleImage(models.Model):
    """A stored file that some version of an article shows. It stays, as versions do."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="images")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="in_articles")
    #: SHA-256 of the file that was imported: stored ones are made anew, without what they tell
    #: besides their picture.
    imported_sha256 = models.CharField(max_length=64, blank=True, editable=False)

    objects: ClassVar[models.Manager[ArticleImage]] = ArticleImageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["article", "file"], name="article_has_an_image_once"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}/{self.file_id}"
