"""Articles on tickets: shared with the customer, pinned for whoever works on it."""

from __future__ import annotations

from django.db import transaction

from knowledge.exceptions import ArticleNotForThemError
from knowledge.models import Article, ArticleDay, Citation, Reach
from tickets.models import Ticket, User
from tickets.services.activity import record_activity

SHARED, PINNED = Citation.Kind.SHARED, Citation.Kind.PINNED


@transaction.atomic
def share_article(article: Article, *, ticket: int | None, company: int, by: User | None) -> None:
    """Count that it was shared with somebody of this company, and note it on his ticket, if any.

    Raises ArticleNotForThemError when he may not read it.
    """
    require_readable(article, company)
    ArticleDay.objects.add(article.pk, "shares")
    if ticket is not None:
        cite(article, ticket=ticket, kind=SHARED, by=by)


@transaction.atomic
def pin_article(article: Article, *, ticket: int, by: User | None) -> None:
    """Flag it on the ticket."""
    cite(article, ticket=ticket, kind=PINNED, by=by)


@transaction.atomic
def unpin_article(article: Article, *, ticket: int, by: User | None) -> None:
    """Take the flag off again."""
    gone, _rows = Citation.objects.filter(ticket=ticket, article=article, kind=PINNED).delete()
    if gone:
        _record("article_unpinned", article, ticket, by)


@transaction.atomic
def cite(article: Article, *, ticket: int, kind: str, by: User | None) -> None:
    """The row, and an entry in the ticket's activity; nothing if it stands there already."""
    _row, made = Citation.objects.get_or_create(
        ticket_id=ticket, article=article, kind=kind, defaults={"by": by}
    )
    if made:
        _record(f"article_{kind}", article, ticket, by)


def require_readable(article: Article, company: int) -> None:
    """Whether this company's customers may read it now."""
    if not Article.objects.of_company(company).filter(pk=article.pk).exists():
        raise ArticleNotForThemError(article.number)


def reach_beside(user: User, company: int) -> Reach:
    """What somebody of staff reads that concerns this company."""
    return Reach.of_user(user).within(company)


def _record(code: str, article: Article, ticket: int, by: User | None) -> None:
    Ticket.objects.locked(ticket)
    record_activity(
        ticket,
        code=code,
        by=by,
        article=article.public_id,
        number=article.number,
        title=article.title,
    )
