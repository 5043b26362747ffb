"""A word in articles that nobody is told, at no door, who may not read it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.db import transaction

from knowledge.models import Article
from tests.matrix.shelf import (
    ARTICLES,
    INSIDE,
    PUBLIC,
    UNREAD,
    WORD,
    articles,
    canary,
    reads,
    shelf,
    text_of,
    words_of,
)
from tests.security.surface import Route, routes
from tests.security.world import Principal, World

__all__ = ["articles", "shelf"]
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
