"""The index that search reads: which word stands in which article, and how much it says there.

Who may read an article is part of the index, so that what somebody must not read is no part of
what is ranked for him. Only published articles stand in it.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from knowledge.models.articles import Article
from knowledge.models.reach import Audience, Reach
from knowledge.words import LONGEST

#: The row of this word counts the articles.
ALL = ""


class ReadershipManager(models.Manager["Readership"]):
    def within(self, reach: Reach) -> list[int]:
        """Keys of the readerships that this reach covers."""
        return [row.pk for row in self.all() if reach.covers(row.audience, row.company_ids)]

    def matching(self, article: Article) -> Readership:
        keys = sorted(company.pk for company in article.companies.all())
        row, _made = self.get_or_create(
            audience=article.audience, company_keys=" ".join(map(str, keys))
        )
        return row


class Readership(models.Model):
    """An audience in some companies. There are as many as articles' settings differ: few."""

    audience = models.CharField(max_length=10, choices=Audience)
    #: Sorted, with blanks between; empty: of all companies.
    company_keys = models.TextField(blank=True)

    objects: ClassVar[ReadershipManager] = ReadershipManager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["audience", "company_keys"], name="readership_once"),
        ]

    def __str__(self) -> str:
        return f"{self.audience} {self.company_keys}"

    @property
    def company_ids(self) -> frozenset[int]:
        return frozenset(map(int, self.company_keys.split()))


class IndexWord(models.Model):
    """A word, or a stem, and in how many articles it stands."""

    word = models.CharField(max_length=LONGEST + 1, unique=True)
    articles = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.word


class IndexTypo(models.Model):
    """A word with a letter left out, by which what is nearly it is found."""

    key = models.CharField(max_length=LONGEST)
    word = models.ForeignKey(
        IndexWord, models.PROTECT, related_name="typos", db_index=False, db_constraint=False
    )

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key", "word"], name="index_typo_once"),
        ]

    def __str__(self) -> str:
        return self.key


class IndexEntry(models.Model):
    """A word in an article. `weight`: what it says there, 1 to 1,000.

    The index is made from articles, under one lock, and can be made again: the database does not
    look up three keys of each of its rows, which took longer than writing them.
    """

    word = models.ForeignKey(
        IndexWord, models.PROTECT, related_name="entries", db_index=False, db_constraint=False
    )
    readership = models.ForeignKey(
        Readership, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    article = models.ForeignKey(
        Article, models.PROTECT, related_name="index_entries", db_index=False, db_constraint=False
    )
    weight = models.PositiveSmallIntegerField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # The best entries of a word; what an article says of it.
            models.Index(
                fields=["word", "-weight", "readership", "article"], name="index_entry_by_weight"
            ),
            models.Index(fields=["article", "word", "weight"], name="index_entry_of_article"),
        ]

    def __str__(self) -> str:
        return f"{self.word_id} in {self.article_id}"
