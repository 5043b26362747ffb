"""What a hurried person types, and what he finds."""

import datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.models import IndexEntry, IndexWord, Reach, SynonymGroup
from knowledge.models.index import ALL
from knowledge.search.indexing import index
from knowledge.search.ranking import Hit, find
from knowledge.services.articles import retire_article
from knowledge.services.use import search_articles, suggestions_for
from tests.factories.knowledge import ArticleFactory
from tests.factories.people import CompanyFactory, UserFactory

pytestmark = pytest.mark.django_db


def ask(text: str, **how: bool) -> list[Hit]:
    return find(text, Reach.of_company(CompanyFactory().pk), limit=10, **how)


def titles(text: str, **how: bool) -> list[str]:
    return [hit.article.title for hit in ask(text, **how)]


@pytest.fixture(autouse=True)
def shelf() -> None:
    ArticleFactory(title="Map a shared drive", keywords="network, letter", body="Explorer.")
    ArticleFactory(title="Printer jams", keywords="", body="Paper is stuck. Café corner too.")
    ArticleFactory(title="Connect to the Wi-Fi", keywords="", body="Choose the network.")
    ArticleFactory(
        title="Drucker druckt nicht", keywords="", body="Die Straße zum Drucker.", language="de"
    )


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("map drvie", "Map a shared drive"),
        ("shraed dirve", "Map a shared drive"),
        ("printers jamming", "Printer jams"),
        ("cafe", "Printer jams"),
        ("CAFÉ", "Printer jams"),
        ("wifi", "Connect to the Wi-Fi"),
        ("wi-fi", "Connect to the Wi-Fi"),
        ("strasse", "Drucker druckt nicht"),
        ("Druckers", "Drucker druckt nicht"),
        ("why is my paper stuck?", "Printer jams"),
    ],
)
def test_it_finds_what_is_meant(text: str, first: str) -> None:
    assert titles(text)[0] == first


def test_the_last_word_may_be_begun_while_it_is_typed() -> None:
    assert titles("shared dri", typing=True)[0] == "Map a shared drive"
    assert titles("pri", typing=True)[:1] == ["Printer jams"]
    assert titles("pri") == []


def test_a_title_says_more_than_a_keyword_and_that_more_than_the_text() -> None:
    for title, keywords, body in [("x", "", "anchor"), ("y", "anchor", "z"), ("anchor", "", "z")]:
        ArticleFactory(title=title, keywords=keywords, body=body, summary="")
    assert titles("anchor") == ["anchor", "y", "x"]


def test_words_in_quotes_stand_together() -> None:
    ArticleFactory(title="Drive the shared car", body="A car.")
    assert titles('"shared drive"') == ["Map a shared drive"]
    assert len(titles("shared drive")) == 2


def test_synonyms_work_both_ways_and_at_once() -> None:
    assert titles("wireless") == []
    group = SynonymGroup.objects.create(words="wireless lan, wifi")
    assert titles("wireless lan") == ["Connect to the Wi-Fi"]
    group.delete()
    assert titles("wireless") == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        '"',
        "''",
        '"""',
        "%",
        "\\",
        "(",
        "a:b*",
        "NEAR(",
        "\0",
        "💥",
        "-",
        "the",
        "x" * 9_000,
        "' OR 1=1 --",
    ],
)
@pytest.mark.parametrize("typing", [True, False])
def test_no_text_is_an_error(text: str, typing: bool) -> None:
    ask(text, typing=typing)


#: What search languages and databases take for more than letters.
ODD = (
    '"', "*", "NEAR(", ")", "^", ":", "-", "+", "%", "_", "\\", "'", "\0", "ß", "İ", "Ⅷ", "²",
    "vpn", "map drvie", "👩‍💻", "한글", "日本語", "عربي", "\u0301", "\u200b", "~print", "OR", " ",
    "’", "٣", "\uffff", "x" * 200,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(ODD), max_size=12).map("".join) | st.text(max_size=60), st.booleans()
)
def test_nothing_that_is_typed_breaks_a_search(text: str, typing: bool) -> None:
    with transaction.atomic():
        search_articles(text, Reach.of_company(1), limit=5, typing=typing)
        suggestions_for(text, Reach.of_company(1))


def test_title_and_snippet_say_what_was_found() -> None:
    [hit] = ask("stuck paper")
    assert [part.text for part in hit.snippet if part.asked] == ["Paper", "stuck"]
    [hit, *_others] = ask("printer")
    assert [(part.text, part.asked) for part in hit.title] == [("Printer", True), (" jams", False)]


def test_what_is_not_valid_any_more_is_not_found() -> None:
    ArticleFactory(title="Anchor", valid_until=timezone.localdate())
    ArticleFactory(title="Anchor", valid_until=timezone.localdate() - datetime.timedelta(days=1))
    assert len(ask("anchor")) == 1
    assert len(ask("anchor", expired=True)) == 2


def test_the_index_forgets_what_is_retired() -> None:
    article = ArticleFactory(title="Anchor")
    counts = dict(IndexWord.objects.values_list("word", "articles"))
    assert (counts["anchor"], counts[ALL]) == (1, 5)
    index([article])
    assert dict(IndexWord.objects.values_list("word", "articles")) == counts

    retire_article(article.pk, by=UserFactory())
    assert not IndexEntry.objects.filter(article=article).exists()
    counts = dict(IndexWord.objects.values_list("word", "articles"))
    assert (counts["anchor"], counts[ALL]) == (0, 4)


def test_it_asks_the_database_as_often_for_many_as_for_few() -> None:
    company = CompanyFactory().pk

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            find("shared drvie pri", Reach.of_company(company), limit=10, typing=True)
        return len(queries)

    few = asked()
    for number in range(8):
        ArticleFactory(title=f"Shared drive {number}")
    assert asked() == few <= 8
