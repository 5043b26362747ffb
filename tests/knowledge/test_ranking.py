"""How high the right article stands for a question: the mean of 1/place, on either database.

`read.tsv` was written by somebody who had read the articles, `blind.tsv` by somebody who had seen
only their titles.
"""

from pathlib import Path

import pytest

from knowledge.models import Audience, Reach
from knowledge.search.ranking import find
from knowledge.services.exchange import read_file
from tests.knowledge.conftest import FOLDER

EVERYTHING = Reach(None, frozenset(Audience.values))
SEEN = 10
GOAL = 0.85


def questions(half: str) -> list[tuple[str, str]]:
    """Question and the title of the article that it is about."""
    lines = (Path(__file__).parent / "ranking" / f"{half}.tsv").read_text("utf-8").splitlines()
    asked = [line.split("\t") for line in lines if line]
    return [(text, read_file(FOLDER / name).values["title"]) for text, name in asked]


def place_of(title: str, text: str) -> int | None:
    found = [hit.article.title for hit in find(text, EVERYTHING, limit=SEEN, typing=True)]
    return found.index(title) + 1 if title in found else None


@pytest.mark.usefixtures("demo_articles")
@pytest.mark.parametrize("half", ["read", "blind"])
def test_the_right_article_stands_on_top(half: str) -> None:
    places = {text: (place_of(title, text), title) for text, title in questions(half)}
    assert len(places) == 30
    mean = sum(1 / place if place else 0 for place, _title in places.values()) / len(places)
    low = {text: found for text, found in places.items() if found[0] != 1}
    print(f"{half}: mean reciprocal rank {mean:.3f}; not first: {low}")
    assert mean >= GOAL
