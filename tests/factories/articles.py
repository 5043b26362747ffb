"""Articles, as rows for tests."""

from __future__ import annotations

from typing import Any

from factory import Sequence, SubFactory
from factory.django import DjangoModelFactory

from knowledge.models import Article, ArticleCategory, ArticleNumber, KnowledgeSettings
from knowledge.services.articles import create_article, publish_article


class ArticleCategoryFactory(DjangoModelFactory):
    class Meta:
        model = ArticleCategory

    name = Sequence(lambda n: f"Article category {n}")


class ArticleFactory(DjangoModelFactory):
    """Made by the service. `published`: read by its readers; `by`: its author; `companies=[…]`."""

    class Meta:
        model = Article

    title = Sequence(lambda n: f"Map drive {n}")
    summary = "How to have it back"
    body = "## Steps\n\nOpen the **explorer**.\n"
    category = SubFactory(ArticleCategoryFactory)
    published = True
    by = None

    @classmethod
    def _create(cls, model_class: type[Article], *args: Any, **fields: Any) -> Article:
        KnowledgeSettings.objects.get_or_create(pk=1)  # A flushed database has lost them.
        ArticleNumber.objects.get_or_create(pk=1)
        published, by = fields.pop("published"), fields.pop("by")
        made = create_article(by=by, values=fields)
        return publish_article(made.pk, by=by, version=made.version) if published else made
