"""What readers do with articles."""

from __future__ import annotations

from django.db import transaction

from knowledge.models import Article, ArticleDay, Feedback, KnowledgeSettings, MissedSearch, Reach
from knowledge.models.use import COMMENT_CHARACTERS
from knowledge.search.ranking import Hit, find
from tickets.models import Company, Customer, User

#: So many are suggested, and none that has less of what was asked.
SUGGESTED = 3
ENOUGH = 0.22
#: What a reader's word adds to, by whether it helped.
COUNTED_AS = {True: "helped", False: "unhelped"}


def search_articles(
    text: str, reach: Reach, *, limit: int, typing: bool = False, company: int | None = None
) -> list[Hit]:
    """The best first. A finished search (not `typing`) that finds nothing is noted for authors."""
    hits = find(text, reach, limit=limit, typing=typing)
    if not hits and not typing and text.strip():
        MissedSearch.objects.note(" ".join(text.replace("\0", " ").split()).lower(), company)
    return hits


@transaction.atomic
def dismiss_search(words: str, *, company: Company | None) -> None:
    """Nobody shall write about this."""
    MissedSearch.objects.filter(words=words, company=company).delete()


def suggestions_for(text: str, reach: Reach) -> list[Hit]:
    """What may help somebody who wrote this: few, and none at all rather than a bad one."""
    return find(text, reach, limit=SUGGESTED, least=ENOUGH)


def suggests_to_agents() -> bool:
    """Whether agents are shown what may help without asking."""
    return KnowledgeSettings.objects.current().suggest_to_agents


def suggests_to_customers() -> bool:
    """Whether customers are, while they write their question."""
    return KnowledgeSettings.objects.current().suggest_to_customers


@transaction.atomic
def record_view(article: Article) -> None:
    """Somebody looked at it."""
    ArticleDay.objects.add(article.pk, "views")


@transaction.atomic
def record_opened(article: Article) -> None:
    """A customer opened what was shared with him."""
    ArticleDay.objects.add(article.pk, "opened")


@transaction.atomic
def record_going_on(article: int) -> None:
    """It was shared in a chat, whose customer had to go on asking."""
    ArticleDay.objects.add(article, "went_on")


@transaction.atomic
def record_deflection(article: Article, *, customer: Customer | None) -> None:
    """It solved what would have become a chat."""
    ArticleDay.objects.add(article.pk, "deflected")
    record_feedback(article, helped=True, customer=customer)


@transaction.atomic
def record_feedback(
    article: Article,
    *,
    helped: bool,
    comment: str = "",
    customer: Customer | None = None,
    user: User | None = None,
) -> None:
    """Whether it helped. Whoever is known may change his mind: his last word counts."""
    said = {"helped": helped, "comment": comment[:COMMENT_CHARACTERS], "version": article.version}
    if customer is None and user is None:
        Feedback.objects.create(article=article, **said)
        ArticleDay.objects.add(article.pk, COUNTED_AS[helped])
        return
    rows = Feedback.objects.select_for_update()
    row, made = rows.get_or_create(article=article, customer=customer, user=user, defaults=said)
    before = row.helped
    rows.filter(pk=row.pk).update(**said)
    if not made and before != helped:
        ArticleDay.objects.take_back(row, COUNTED_AS[before])
    if made or before != helped:
        ArticleDay.objects.add(article.pk, COUNTED_AS[helped])
