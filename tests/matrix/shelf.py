"""Articles of every kind for the matrix, and who reads which."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone

from knowledge.models import Article, KnowledgeSettings
from knowledge.search.indexing import index
from knowledge.services.articles import retire_article
from knowledge.services.citing import pin_article
from livechat.models import ChatArticle
from tests.factories import ArticleFactory, TicketFactory
from tests.security.world import Principal, World
from tickets.models import Ticket

#: Stands in the text of every article here.
WORD = "kestrel"
#: Of the groups that read articles; two of them write, of whom one publishes.
READERS = {
    "agent", "colleague", "agent of another queue", "agent of another company", "permitted user",
    "retired agent", "supervisor", "superuser",
}  # fmt: skip
AUTHORS = {"agent", "colleague", "superuser"}
#: What customers read; what staff of the company read too; what its authors work on.
PUBLIC = {"for all", "ours"}
INSIDE = {"ours for agents", "expired"}
UNREAD = {"draft", "retired"}
ARTICLES = [*sorted(PUBLIC | INSIDE | UNREAD), "theirs", "theirs for agents", "missing"]


@pytest.fixture(scope="module")
def shelf(lasting_world: World, django_db_blocker: pytest.FixtureRequest) -> Iterator[dict]:
    """An article of each kind, told apart by a word of its own in every field."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield fill(lasting_world)
        transaction.set_rollback(True)


@pytest.fixture
def articles(cell: World, shelf: dict[str, Article]) -> dict[str, Article]:
    return shelf


def fill(world: World) -> dict[str, Article]:
    ours, theirs = (world.companies[name] for name in ("ours", "theirs"))
    for name, group in (("agent", "author"), ("colleague", "publisher")):
        world.people[name].user.groups.add(Group.objects.get(name=f"Knowledge {group}"))
    KnowledgeSettings.objects.get(pk=1).portal_companies.set([ours, theirs])
    yesterday = timezone.localdate() - timedelta(days=1)
    made = {
        "for all": article("for all"),
        "ours": article("ours", companies=[ours]),
        "ours for agents": article("ours for agents", companies=[ours], audience="agents"),
        "expired": article("expired", companies=[ours], valid_until=yesterday),
        "draft": article("draft", companies=[ours], published=False),
        "retired": article("retired", companies=[ours]),
        "theirs": article("theirs", companies=[theirs]),
        "theirs for agents": article("theirs for agents", companies=[theirs], audience="agents"),
    }
    retire_article(made["retired"].pk, by=world.people["superuser"].user)
    attach(world, made)
    return made


def article(label: str, **values: object) -> Article:
    text = f"{WORD} {canary(label)}"
    fields = dict.fromkeys(("title", "summary", "keywords", "body"), text)
    made: Article = ArticleFactory(**fields, **values)
    return made


def attach(world: World, made: dict[str, Article]) -> None:
    """All of them in one chat and on its ticket, whoever may read them."""
    chat = world.chats["had"]
    ticket: Ticket = TicketFactory(customer=chat.customer)
    for one in made.values():
        ChatArticle.objects.create(chat=chat, article=one, pinned_at=timezone.now())
        pin_article(one, ticket=ticket.pk, by=world.people["superuser"].user)
    ticket.activities.all().delete()  # Titles of what was pinned, for all who see the ticket.
    index(list(made.values()))


def canary(label: str) -> str:
    return "canary" + label.replace(" ", "")


def reads(who: Principal, label: str) -> bool:
    """The whole rule, said a second time."""
    if who.name == "superuser":
        return label != "missing"
    if who.name in READERS:
        return label in PUBLIC | INSIDE or (who.name in AUTHORS and label in UNREAD)
    return False


def words_of(said: str) -> set[str]:
    return set(said.replace("<", " ").replace(">", " ").replace('"', " ").split())


def text_of(response: HttpResponse) -> str:
    if getattr(response, "streaming", False):
        return ""
    return response.content.decode(errors="replace")
