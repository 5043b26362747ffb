"""Articles as rows for tests, made by the services that make them."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.db import connection
from factory import Sequence
from factory.django import DjangoModelFactory

from knowledge.models import Article, ArticleCategory, KnowledgeSettings
from knowledge.services.articles import create_article, publish_article


def seeded_knowledge() -> None:
    """What the knowledge app's seed migration made; a flushed database has lost it."""
    if not KnowledgeSettings.objects.exists():
        seed = import_module("knowledge.migrations.0002_seed").seed
        seed(apps, SimpleNamespace(connection=connection))


class ArticleCategoryFactory(DjangoModelFactory):
    class Meta:
        model = ArticleCategory

    name = Sequence(lambda n: f"Category {n}")


class ArticleFactory(DjangoModelFactory):
    """A published article for all. `published=False` leaves it a draft."""

    class Meta:
        model = Article

    title = Sequence(lambda n: f"Map the network drive {n}")
    summary = "For everybody with a laptop."
    keywords = "share, disk"
    body = "Open **Explorer** and choose a letter."

    @classmethod
    def _create(cls, model_class: type[Article], *args: Any, **values: Any) -> Article:
        seeded_knowledge()
        published, by = values.pop("published", True), values.pop("by", None)
        values.setdefault("category", None)
        values["category"] = values["category"] or ArticleCategoryFactory()
        article = create_article(by=by, values=values)
        if not published:
            return article
        return publish_article(article.pk, by=by, version=article.version)
