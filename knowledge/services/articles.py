"""An article's life: written, looked at, published, retired."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from knowledge.exceptions import ArticleChangedError, ArticleFieldsError, IllegalArticleStepError
from knowledge.markdown import to_text
from knowledge.models import TEXT, Article, ArticleNumber, ArticleVersion
from knowledge.search.indexing import index
from knowledge.services.images import link_images, strange_images
from knowledge.signals import article_changed
from tickets.models import User

#: What is said of an article besides its text; it holds for its readers at once.
SETTINGS = ("category", "audience", "language", "valid_until", "owner")
#: What its steps change.
STEPS = (
    "plain", "for_all", "state", "version", "published_version", "revision_in_review",
    "updated_at", "published_at",
)  # fmt: skip
#: What is never blank, by the name that people read.
NEEDED = {"title": _lazy("Title"), "body": _lazy("Text"), "category": _lazy("Category")}
State = Article.State


@transaction.atomic
def create_article(*, by: User | None, values: Mapping[str, Any]) -> Article:
    """A new draft. `values`: by the names of TEXT and SETTINGS, and `companies`, none for all.

    Raises ArticleFieldsError while title, text or category is blank.
    """
    article = Article(number=ArticleNumber.objects.take(), owner=by)
    _take(article, values, SETTINGS)
    return _saved(article, by, values)


@transaction.atomic
def save_article(pk: int, *, by: User, version: int, values: Mapping[str, Any]) -> Article:
    """A newer text, and what is said of the article. Of a published one the text waits.

    Raises ArticleChangedError when `version` is not the newest any more.
    """
    article = _locked(pk, version)
    _take(article, values, SETTINGS)
    article.revision_in_review = False
    return _saved(article, by, values)


@transaction.atomic
def submit_article(pk: int, *, by: User) -> Article:
    """Ask for somebody to look at it."""
    article = Article.objects.locked(pk)
    if article.has_revision:
        article.revision_in_review = True
        return _moved(article, by)
    _step(article, State.IN_REVIEW)
    return _moved(article, by)


@transaction.atomic
def return_article(pk: int, *, by: User) -> Article:
    """Back to its author: there is something to do yet. A retired one is taken up again."""
    article = Article.objects.locked(pk)
    if article.revision_in_review:
        article.revision_in_review = False
        return _moved(article, by)
    _step(article, State.DRAFT)
    return _moved(article, by)


@transaction.atomic
def publish_article(pk: int, *, by: User | None, version: int) -> Article:
    """Its newest text is read from now on: the one that `version` names, which was looked at.

    Raises ArticleChangedError when there is a newer one.
    """
    article = _locked(pk, version)
    _step(article, State.PUBLISHED)
    text = article.versions.get(number=article.version)
    _read(article, {name: getattr(text, name) for name in TEXT})
    article.published_version = article.version
    article.published_at = timezone.now()
    article.revision_in_review = False
    return _moved(article, by)


@transaction.atomic
def retire_article(pk: int, *, by: User) -> Article:
    """Nobody reads it any more. It stays where it was shared and pinned, as a title."""
    article = Article.objects.locked(pk)
    _step(article, State.RETIRED)
    article.revision_in_review = False
    return _moved(article, by)


@transaction.atomic
def restore_version(pk: int, *, number: int, by: User, version: int) -> Article:
    """An older text as the newest one."""
    article = _locked(pk, version)
    text = article.versions.get(number=number)
    return _saved(article, by, {name: getattr(text, name) for name in TEXT})


def newest_text(article: Article) -> ArticleVersion:
    """The text that was saved last, read or not."""
    return article.versions.get(number=article.version)


def _locked(pk: int, version: int) -> Article:
    article = Article.objects.locked(pk)
    if article.version != version:
        raise ArticleChangedError(article.number, article.version)
    return article


def _step(article: Article, wanted: State) -> None:
    if wanted not in Article.NEXT[article.state]:
        names = article.get_state_display(), wanted.label
        raise IllegalArticleStepError(article.number, names[0], str(names[1]))
    article.state = wanted


def _take(article: Article, values: Mapping[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        if name in values:
            setattr(article, name, values[name])


def _saved(article: Article, by: User | None, values: Mapping[str, Any]) -> Article:
    """Store its settings, and its text as a version if that changed."""
    old = newest_text(article) if article.version else None
    text = {name: values.get(name, getattr(old, name, "")) for name in TEXT}
    _check(article, text, by)
    if old is None or any(getattr(old, name) != text[name] for name in TEXT):
        article.version += 1
    if not article.is_published:
        _read(article, text)
    article.updated_at = timezone.now()
    if "companies" in values:
        article.for_all = not values["companies"]
    _store(article)
    link_images(article, body=text["body"])
    if "companies" in values:
        article.companies.set(values["companies"])
    if not article.versions.filter(number=article.version).exists():
        name = by.name if by else ""
        article.versions.create(number=article.version, author=by, author_name=name, **text)
    _tell(article)
    return article


def _read(article: Article, text: Mapping[str, str]) -> None:
    _take(article, text, TEXT)
    article.plain = to_text(article.body)


def _check(article: Article, text: Mapping[str, str], by: User | None) -> None:
    blank = _("%(field)s is blank.")
    said = {"title": text["title"], "body": text["body"], "category": article.category_id or ""}
    wrong = {
        name: blank % {"field": label}
        for name, label in NEEDED.items()
        if not str(said[name]).strip()
    }
    if strange_images(article, body=text["body"], by=by):
        wrong["body"] = _("It shows an image that is not there any more. Add it again.")
    if wrong:
        raise ArticleFieldsError(wrong)


def _moved(article: Article, by: User | None) -> Article:
    article.updated_at = timezone.now()
    _store(article)
    _tell(article)
    return article


def _store(article: Article) -> None:
    """All that may change, of a row that is new or ours."""
    if article._state.adding:
        article.save(force_insert=True)
    else:
        article.save(update_fields=[*TEXT, *SETTINGS, *STEPS])


def _tell(article: Article) -> None:
    if article.published_version:  # Else it never stood there.
        index([article])
    article_changed.send(sender=Article, article=article)
