"""Everybody at every door of every article, and a word that nobody finds who may not read it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
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
from tests.matrix.doors import answer_of, said_by
from tests.matrix.test_reach import PEOPLE
from tests.security.surface import Route, facts_written, routes, writes
from tests.security.world import Principal, World
from tickets.models import Ticket

#: Stands in the text of every article here.
WORD = "kestrel"
SIGNED_OUT = {"nobody", "deactivated agent"}
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


@dataclass(frozen=True)
class Door:
    """`ask` is what is sent; `answer` what it says to who may. `of`: readers or authors."""

    route: str
    tail: str
    ask: str = ""
    answer: str = "ok"
    of: str = "authors"


DOORS = [
    Door("knowledge:article", "{article}/", of="readers"),
    Door("knowledge:feedback", "{article}/feedback/", "helped=yes", of="readers"),
    Door("knowledge:edit", "{article}/edit/"),
    Door("knowledge:edit", "{article}/edit/", "title=written", "422"),
    Door("knowledge:step", "{article}/step/", "step=nonsense"),
    Door("knowledge:versions", "{article}/versions/"),
    Door("knowledge:restore", "{article}/restore/", "number=1&version=1"),
]
#: Those of no article: the pages around them, and a ticket's.
OTHERS = {
    "knowledge:list", "knowledge:new", "knowledge:images", "knowledge:preview", "knowledge:wanted",
    "knowledge:dismiss", "knowledge:ticket-articles", "knowledge:pin",
}  # fmt: skip


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


def edits(who: Principal, label: str) -> bool:
    if who.name == "superuser":
        return label != "missing"
    return label in {"ours"} | INSIDE | UNREAD


# --- the matrix ----------------------------------------------------------------------------------


@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door.tail} {door.ask}")
@pytest.mark.parametrize("name", PEOPLE)
def test_who_reaches_which_article(
    cell: World, articles: dict[str, Article], name: str, door: Door
) -> None:
    who, wrong, nothing = cell.people[name], [], ""
    for label in reversed(ARTICLES):  # `missing` first: all that are not found say what it says.
        with transaction.atomic(), writes() as seen:
            answer, said = ask(cell, articles.get(label), who, door)
            transaction.set_rollback(True)
        right = wanted(who, door, label)
        wrong += [f"{label}: {answer}, not {right}"] if answer != right else []
        if right in {"forbidden", "not_authenticated", "not_found"}:
            wrong += [f"{label}: wrote {sql}" for sql in facts_written(seen)]
            wrong += [f"{label}: told {said}"] if "canary" in said else []
        if right == "not_found":
            nothing = nothing or said
            wrong += [f"{label}: not as one that is not there: {said}"] if said != nothing else []

    assert not wrong, "\n".join(wrong)


def ask(world: World, article: Article | None, who: Principal, door: Door) -> tuple[str, str]:
    name = article.public_id if article else world.missing
    response = who.client().generic(
        "POST" if door.ask else "GET",
        f"/console/articles/{door.tail.format(article=name)}",
        door.ask,
        "application/x-www-form-urlencoded",
    )
    return answer_of(response), said_by(response).replace(name, "the-id")


def wanted(who: Principal, door: Door, label: str) -> str:
    if who.speaks_for_himself or who.name in SIGNED_OUT:
        return "not_authenticated"
    if who.name not in (READERS if door.of == "readers" else AUTHORS):
        return "forbidden"
    if not (reads if door.of == "readers" else edits)(who, label):
        return "not_found"
    if "nonsense" in door.ask and who.name == "agent":  # Only publishers take other steps.
        return "forbidden"
    return door.answer


@pytest.mark.parametrize("company", ["ours", "theirs"])
@pytest.mark.parametrize("name", PEOPLE)
def test_the_widget_shows_everybody_what_that_companys_customers_read(
    cell: World, articles: dict[str, Article], name: str, company: str
) -> None:
    at = f"/widget/{cell.companies[company].public_id}/articles/"
    missing = text_of(cell.people[name].client().get(f"{at}{cell.missing}/"))

    for label, one in articles.items():
        response = cell.people[name].client().get(f"{at}{one.public_id}/")
        if label in {"for all", company}:
            assert canary(label) in words_of(text_of(response)), label
        else:
            assert (response.status_code, text_of(response)) == (404, missing), label


def test_every_route_of_an_article_has_a_row() -> None:
    of_articles = {route.name for route in routes() if route.name.startswith("knowledge:")}

    assert of_articles == OTHERS | {door.route for door in DOORS}


# --- the canary ----------------------------------------------------------------------------------

#: Whoever differs from all others in what he reads.
ASKING = [
    "nobody", "agent", "agent of another company", "supervisor", "agent without permission",
    "chat administrator", "superuser", "verified customer", "customer of another company",
]  # fmt: skip
#: What they are sent besides an address: a search, a question, something to share.
BODY = {"text": WORD, "article": "", "client_id": "canary-0001", "title": WORD, "kind": "reply"}


def allowed(who: Principal, route: Route, company: str) -> set[str]:
    """Labels that may stand in the answer."""
    if who.name == "superuser" or (who.name == "chat administrator" and route.is_admin):
        return set(ARTICLES)
    if route.name.startswith("portal:") or route.name in {"article-suggestions", "widget:article"}:
        return {"for all", company}
    # Of what is retired, the title stays on tickets.
    titles = {"retired"} if route.name == "knowledge:ticket-articles" else set()
    return {
        label for label in ARTICLES if reads(who, label) or (label in titles and reads(who, "ours"))
    }


@pytest.mark.parametrize("name", ASKING)
def test_no_door_tells_of_what_somebody_may_not_read(
    cell: World, articles: dict[str, Article], name: str
) -> None:
    who, wrong, asked = cell.people[name], [], 0
    for route in routes():
        for company in ("ours", "theirs"):
            free = allowed(who, route, company)
            for said in answers(cell, who, route, company, articles):
                asked += 1
                told = {label for label in articles if f"{canary(label)}" in words_of(said)}
                wrong += [f"{route.name}: {sorted(told - free)}"] if told - free else []

    print(f"{name}: {asked} answers")
    assert not wrong, "\n".join(wrong)
    assert asked > 200


def words_of(said: str) -> set[str]:
    return set(said.replace("<", " ").replace(">", " ").replace('"', " ").split())


def answers(
    world: World, who: Principal, route: Route, company: str, articles: dict[str, Article]
) -> Iterator[str]:
    """What is said at this address: to a question, and to something sent."""
    with_one = "<slug:article>" in route.pattern or "(?P<article>" in route.pattern
    chat, browser = world.chats["had"], who.client()
    key = world.companies[company].public_id
    for one in articles.values() if with_one else [articles["ours"]]:
        path = route.path(
            public_id=chat.public_id,
            company=world.companies[company].external_key if "help" in route.pattern else key,
            article=one.public_id,
            ticket=chat.customer.tickets.get().public_id,
            slug="x",
        )
        fragment = {"HTTP_X_PARLEY_FRAGMENT": "1"}
        with transaction.atomic():
            yield text_of(browser.get(path, {"q": WORD, "title": WORD}, **fragment))
            if not route.is_admin:
                body = json.dumps({**BODY, "company": key, "article": one.public_id})
                yield text_of(browser.post(path, body, content_type="application/json"))
            transaction.set_rollback(True)


def text_of(response: HttpResponse) -> str:
    if getattr(response, "streaming", False):
        return ""
    return response.content.decode(errors="replace")


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("agent", PUBLIC | INSIDE | UNREAD),
        ("supervisor", PUBLIC | INSIDE),
        ("superuser", {*ARTICLES} - {"missing"}),
    ],
)
def test_the_list_counts_what_is_read_and_no_more(
    cell: World, articles: dict[str, Article], name: str, labels: set[str]
) -> None:
    page = cell.people[name].client().get("/console/articles/", {"q": WORD}).text

    assert {label for label in articles if canary(label) in words_of(page)} == labels
