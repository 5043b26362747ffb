"""An article drafted from a chat: what was asked and what helped, not who asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.utils.translation import gettext as _

from knowledge.models import Article, ArticleCategory, Reach
from knowledge.models.articles import BODY_CHARACTERS, TITLE_CHARACTERS
from knowledge.services.articles import create_article
from knowledge.services.use import suggestions_for
from livechat.models import Agent, Chat, Message
from livechat.models.drafts import ARTICLE, REPLY
from tickets.models import Asset, Customer, User

#: So many lines of a chat are looked at.
LINES = 400
#: A part of a name of so many letters is one however it is written.
PLAIN = 5
E_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
#: Tickets, addresses of machines, phones. Versions and error codes stay.
NUMBER = re.compile(
    r"\b(?:INC|WO)-\d+\b"
    r"|\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b|\b\d{1,3}(?:\.\d{1,3}){3}\b(?!\.?\d)"
    r"|(?<![\w.+])(?:\+|\(?0)[\d /()-]{5,}\d",
    re.IGNORECASE,
)


@transaction.atomic
def draft_article(chat: Chat, *, by: User) -> Article:
    """A draft of `by`, for him to go on with; the one he has, while it is as it was drafted.

    It stands where what fits the chat best stands. Raises ArticleFieldsError when there is no
    category at all.
    """
    text = _text_of(chat)
    drafts = Article.objects.filter(owner=by, state=Article.State.DRAFT, version=1)
    if known := drafts.filter(title=text["title"], body=text["body"]).first():
        return known
    company = chat.customer.company
    near = suggestions_for(chat.subject, Reach.of_company(company.pk))
    category = near[0].article.category if near else ArticleCategory.objects.first()
    values = {**text, "category": category, "companies": [company], "language": company.language}
    return create_article(by=by, values=values)


def _text_of(chat: Chat) -> dict[str, str]:
    names = re.compile("|".join(_names_in(chat)) or r"(?!)")
    lines = list(Message.objects.filter(chat=chat).public().order_by("seq")[:LINES])
    asked = [line.body for line in lines if line.kind == REPLY and line.sender == "c"]
    told = [line.body for line in lines if line.kind == REPLY and line.sender != "c"]
    shared = [
        f"{line.data.get('number', '')} {line.body}" for line in lines if line.kind == ARTICLE
    ]
    parts = [(_("Problem"), asked), (_("Solution"), told), (_("See also"), dict.fromkeys(shared))]
    body = "\n\n".join(f"## {title}\n\n" + "\n\n".join(said) for title, said in parts if said)
    return {
        "title": _without(chat.subject, names)[:TITLE_CHARACTERS],
        "body": _without(body, names)[:BODY_CHARACTERS],
    }


def _without(text: str, names: re.Pattern[str]) -> str:
    text = E_MAIL.sub(_("[e-mail]"), text)
    return NUMBER.sub(_("[number]"), names.sub(_("[name]"), text))


def _names_in(chat: Chat) -> Iterator[str]:
    """Patterns of who and what it was about: the customer, his things, who spoke with him."""
    customer = chat.customer
    people = [customer.name, *_speakers(chat)]
    things = [customer.company.name, customer.site.name if customer.site else ""]
    yield from map(_anyhow, filter(None, [*people, *things, *_things_of(customer)]))
    for part in {part for name in people for part in re.findall(r"[^\W\d_]+", name)}:
        if len(part) > 1:
            yield _anyhow(part) if len(part) >= PLAIN else rf"\b{re.escape(part)}\b"


def _anyhow(name: str) -> str:
    return rf"(?i:\b{re.escape(name)}(?!\w))"


def _speakers(chat: Chat) -> Iterable[str]:
    agents = Agent.objects.filter(queues=chat.queue_id).select_related("user")
    said = Message.objects.filter(chat=chat).values_list("author_name", flat=True).distinct()
    names = {name for agent in agents for name in (agent.user.name, agent.screen_name)}
    return names | set(said)


def _things_of(customer: Customer) -> set[str]:
    rows = Asset.objects.filter(customer=customer).values_list("tag", "hostname", "name")
    return {word for row in rows for word in row[:2] if word} | {customer.external_id or ""}
