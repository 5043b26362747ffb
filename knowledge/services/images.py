"""Images of articles: stored while one writes, kept once a text that shows them is saved."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from knowledge.exceptions import NoCompanyError
from knowledge.markdown import images_in
from knowledge.models import Article, ArticleImage, KnowledgeSettings
from tickets.models import Company, StoredFile, User
from tickets.services.files import Limits, Upload, keep_file, store_file

TYPES = ("png", "jpg", "jpeg", "gif", "webp")
MEGABYTE = 1024 * 1024


def image_limits() -> Limits:
    """Which images are taken, and how large."""
    return Limits(TYPES, KnowledgeSettings.objects.current().image_megabytes * MEGABYTE)


def store_image(upload: Upload, *, by: User) -> StoredFile:
    """Stored and shown to its author alone, until an article that shows it is saved.

    It counts for the first of his companies. Raises a FileError, or NoCompanyError.
    """
    company = Company.objects.visible_to(by).active().order_by("pk").first()
    if company is None:
        raise NoCompanyError
    return store_file(upload, limits=image_limits(), company=company, by=by)


@transaction.atomic
def hold_images(body: str, *, by: User) -> None:
    """Whoever is still writing finds his images when he saves: they are not swept away."""
    stored = StoredFile.objects.filter(public_id__in=images_in(body), user=by, kept_at=None)
    stored.update(created_at=timezone.now())


def strange_images(article: Article, *, body: str, by: User | None) -> list[str]:
    """What the text shows and `by` may not put there: nobody else's files become public so."""
    shown = images_in(body)
    if not shown:
        return []
    usable = _usable(article, by).filter(public_id__in=shown)
    known = set(usable.values_list("public_id", flat=True))
    return [name for name in shown if name not in known]


@transaction.atomic(savepoint=False)
def link_images(article: Article, *, body: str) -> None:
    """Those of a checked text are the article's, of the locked or new row."""
    files = list(StoredFile.objects.filter(public_id__in=images_in(body)))
    rows: Iterable[ArticleImage] = (ArticleImage(article=article, file=file) for file in files)
    ArticleImage.objects.bulk_create(rows, ignore_conflicts=True)
    for file in files:
        keep_file(file.pk)


def _usable(article: Article, by: User | None) -> QuerySet[StoredFile]:
    """Images that he stored himself, or that stand in what he may read; the article's own."""
    images = StoredFile.objects.filter(width__isnull=False)
    own = Q(in_articles__article=article.pk) if article.pk else Q(pk__in=[])
    if by is None:
        return images.filter(own)
    readable = ArticleImage.objects.readable_by(by).values("file")
    return images.filter(own | Q(user=by) | Q(pk__in=readable))
