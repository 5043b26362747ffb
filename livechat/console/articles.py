"""Articles beside a chat: what may help in it, what was found, what was shared and pinned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from knowledge.models import Article, ArticleDay, Audience, Reach
from knowledge.search.ranking import Hit
from knowledge.services.citing import reach_beside
from knowledge.services.use import (
    SUGGESTED,
    search_articles,
    suggestions_for,
    suggests_to_agents,
)
from livechat.models import Agent, Chat, ChatArticle, Message
from livechat.models.drafts import REPLY
from tickets.models import Company

SHOWN = 8
PICKED = 6
#: Of the conversation so many of the customer's last replies say what it is about.
REPLIES = 4


@dataclass(frozen=True, slots=True)
class Beside:
    """An article as its row in the tab says it; `row`: what the chat has done with it."""

    article: Article
    row: ChatArticle | None
    readable: bool
    helped: int

    @property
    def shared(self) -> bool:
        return self.row is not None and self.row.shared_at is not None

    @property
    def opened(self) -> bool:
        return self.row is not None and self.row.opened_at is not None

    @property
    def pinned(self) -> bool:
        return self.row is not None and self.row.pinned_at is not None


def articles_beside(chat: Chat, agent: Agent, text: str) -> dict[str, Any]:
    """Found by `text`, or suggested without one; and what is in the chat already."""
    reach = reach_beside(agent.user, chat.customer.company_id)
    rows = {row.article_id: row for row in _of_chat(chat, agent)}
    company = chat.customer.company_id
    if text.strip():
        hits = search_articles(text, reach, limit=SHOWN, typing=True, company=company)
    else:
        hits = suggested_in(chat, reach) if suggests_to_agents() else []
    found = [hit.article for hit in hits]
    known = {article.pk for article in found}
    kept = (
        []
        if text.strip()
        else [row.article for row in rows.values() if row.article_id not in known]
    )
    made = _beside([*found, *kept], rows, company)
    return {"found": made[: len(found)], "kept": made[len(found) :], "searched": bool(text.strip())}


def pickable(chat: Chat, agent: Agent, text: str) -> list[Hit]:
    """What can be shared with the customer, by a few letters of it or by the conversation."""
    reach = for_customer(reach_beside(agent.user, chat.customer.company_id))
    if text.strip():
        return search_articles(text, reach, limit=PICKED, typing=True)
    return suggested_in(chat, reach)


def writes_of(chat: Chat, agent: Agent) -> bool:
    """Whether he may write articles for this chat's company."""
    theirs = Company.objects.visible_to(agent.user).filter(pk=chat.customer.company_id)
    may = agent.user.has_perms(["knowledge.view_article", "knowledge.write_articles"])
    return may and theirs.exists()


def for_customer(reach: Reach) -> Reach:
    """What of it customers read too."""
    return replace(reach, audiences=reach.audiences & {Audience.CUSTOMERS.value})


def suggested_in(chat: Chat, reach: Reach) -> list[Hit]:
    """What fits its customer's question, or what he said last: each by itself, the best first."""
    theirs = Message.objects.filter(chat=chat, kind=REPLY, sender="c").order_by("-seq")
    latest = list(theirs.values_list("body", flat=True)[:REPLIES])
    said = dict.fromkeys([chat.subject, "\n".join(latest)])
    hits = [hit for text in said for hit in suggestions_for(text, reach)]
    best = {hit.article.pk: hit for hit in sorted(hits, key=lambda hit: hit.score)}
    return list(reversed(best.values()))[:SUGGESTED]


def opened_in(chat: Chat) -> str:
    """Public ids of the articles that the customer has looked at."""
    opened = chat.articles.filter(opened_at__isnull=False).order_by("pk")
    return " ".join(opened.values_list("article__public_id", flat=True))


def _of_chat(chat: Chat, agent: Agent) -> list[ChatArticle]:
    """Those that the agent may read."""
    known = Article.objects.visible_to(agent.user).values("pk")
    rows = chat.articles.filter(article__in=known).select_related("article")
    return list(rows.order_by("pk"))


def _beside(
    articles: Sequence[Article], rows: dict[int, ChatArticle], company: int
) -> list[Beside]:
    keys = [article.pk for article in articles]
    readable = _keys(Article.objects.of_company(company).filter(pk__in=keys))
    used = ArticleDay.objects.totals(keys) if keys else {}
    return [
        Beside(
            article,
            rows.get(article.pk),
            article.pk in readable,
            used.get(article.pk, {}).get("helped", 0),
        )
        for article in articles
    ]


def _keys(rows: Any) -> Iterable[int]:
    return set(rows.values_list("pk", flat=True))
