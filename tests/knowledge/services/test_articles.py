"""An article's life: who reads what, when."""

import itertools
from typing import Any

import pytest

from knowledge.exceptions import ArticleChangedError, ArticleFieldsError, IllegalArticleStepError
from knowledge.models import Article, Reach
from knowledge.search.ranking import find
from knowledge.services.articles import (
    create_article,
    publish_article,
    restore_version,
    retire_article,
    return_article,
    save_article,
    submit_article,
)
from tests.factories.knowledge import ArticleCategoryFactory, ArticleFactory
from tests.factories.people import CompanyFactory, UserFactory

pytestmark = pytest.mark.django_db
State = Article.State


def read(article: Article) -> Article | None:
    return Article.objects.of_company(CompanyFactory().pk).filter(pk=article.pk).first()


def found(text: str) -> list[str]:
    return [
        hit.article.number for hit in find(text, Reach.of_company(CompanyFactory().pk), limit=9)
    ]


def test_a_draft_is_read_by_nobody_until_it_is_published() -> None:
    noor = UserFactory()
    article = ArticleFactory(title="Connect the crane", published=False)
    assert (read(article), found("crane")) == (None, [])

    submit_article(article.pk, by=noor)
    assert (read(article), found("crane")) == (None, [])

    publish_article(article.pk, by=noor, version=1)
    assert read(article) == article
    assert found("crane") == [article.number]

    retire_article(article.pk, by=noor)
    assert (read(article), found("crane")) == (None, [])


def test_a_newer_text_of_a_published_one_waits() -> None:
    noor = UserFactory()
    article = ArticleFactory(title="Connect the crane")
    save_article(article.pk, by=noor, version=1, values={"title": "Start the winch"})

    article.refresh_from_db()
    assert (article.title, article.version, article.has_revision) == ("Connect the crane", 2, True)
    assert (found("crane"), found("winch")) == ([article.number], [])

    assert submit_article(article.pk, by=noor).revision_in_review
    assert not return_article(article.pk, by=noor).revision_in_review

    publish_article(article.pk, by=noor, version=2)
    assert (found("crane"), found("winch")) == ([], [article.number])
    article.refresh_from_db()
    assert not article.has_revision


def test_what_was_not_looked_at_is_not_published() -> None:
    article = ArticleFactory(published=False)
    save_article(article.pk, by=UserFactory(), version=1, values={"title": "Another"})
    with pytest.raises(ArticleChangedError) as refused:
        publish_article(article.pk, by=None, version=1)
    assert refused.value.version == 2


def test_two_authors_do_not_overwrite_each_other() -> None:
    article = ArticleFactory(published=False)
    save_article(article.pk, by=UserFactory(), version=1, values={"body": "Mine."})
    with pytest.raises(ArticleChangedError):
        save_article(article.pk, by=UserFactory(), version=1, values={"body": "No, mine."})
    assert Article.objects.get(pk=article.pk).body == "Mine."


def test_saving_the_same_text_makes_no_version() -> None:
    article = ArticleFactory()
    same = {"title": article.title, "body": article.body}
    assert save_article(article.pk, by=UserFactory(), version=1, values=same).version == 1


def test_an_older_text_comes_back_as_the_newest() -> None:
    noor = UserFactory()
    article = ArticleFactory(body="First.", published=False)
    save_article(article.pk, by=noor, version=1, values={"body": "Second."})
    restored = restore_version(article.pk, number=1, by=noor, version=2)
    assert (restored.version, restored.body) == (3, "First.")
    assert [row.body for row in article.versions.order_by("number")] == [
        "First.", "Second.", "First.",
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), [("title", "  "), ("body", "\n"), ("category", None)])
def test_what_must_not_be_blank(name: str, value: Any) -> None:
    values = {"title": "T", "body": "B", "category": ArticleCategoryFactory(), name: value}
    with pytest.raises(ArticleFieldsError) as refused:
        create_article(by=None, values=values)
    assert list(refused.value.fields) == [name]
    assert not Article.objects.exists()


def test_only_legal_steps() -> None:
    noor = UserFactory()
    article = ArticleFactory()
    with pytest.raises(IllegalArticleStepError):
        submit_article(article.pk, by=noor)
    retire_article(article.pk, by=noor)
    with pytest.raises(IllegalArticleStepError):
        publish_article(article.pk, by=noor, version=1)
    assert return_article(article.pk, by=noor).state == State.DRAFT


def test_numbers_cannot_be_counted_through() -> None:
    numbers = [int(ArticleFactory().number.removeprefix("KB-")) for _n in range(30)]
    assert numbers == sorted(numbers)
    assert len({after - before for before, after in itertools.pairwise(numbers)}) > 1
