"""Everybody at every door of every article."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from django.db import transaction

from knowledge.models import Article
from tests.matrix.doors import Findings, answer_of, said_by
from tests.matrix.shelf import (
    ARTICLES,
    AUTHORS,
    INSIDE,
    READERS,
    UNREAD,
    articles,
    canary,
    reads,
    shelf,
    text_of,
    words_of,
)
from tests.matrix.test_reach import PEOPLE
from tests.security.surface import facts_written, routes, writes
from tests.security.world import Principal, World

__all__ = ["articles", "shelf"]
SIGNED_OUT = {"nobody", "deactivated agent"}


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


def edits(who: Principal, label: str) -> bool:
    if who.name == "superuser":
        return label != "missing"
    return label in {"ours"} | INSIDE | UNREAD


@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door.tail} {door.ask}")
@pytest.mark.parametrize("name", PEOPLE)
def test_who_reaches_which_article(
    cell: World, articles: dict[str, Article], name: str, door: Door
) -> None:
    who, findings = cell.people[name], Findings()
    for label in reversed(ARTICLES):  # `missing` first: all that are not found say what it says.
        with transaction.atomic(), writes() as seen:
            answer, said = ask(cell, articles.get(label), who, door)
            transaction.set_rollback(True)
        right = wanted(who, door, label)
        shut = right in {"forbidden", "not_authenticated", "not_found"}
        findings.about(
            label,
            answer,
            right,
            said=said,
            told=[said] if shut and "canary" in said else [],
            wrote=facts_written(seen) if shut else [],
        )
    findings.none()


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
