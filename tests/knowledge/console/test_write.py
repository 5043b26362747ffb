"""Articles written, looked at, published; their versions; what is wanted."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from knowledge.console.changes import by_words, lines_of
from knowledge.models import Article, ArticleDay, MissedSearch
from knowledge.services.articles import save_article
from tests.factories import ArticleCategoryFactory, ArticleFactory, CompanyFactory, UserFactory

pytestmark = pytest.mark.django_db


def written(**more: Any) -> dict[str, Any]:
    values = {
        "title": "Map a drive",
        "body": "Open it.",
        "audience": "customers",
        "language": "en",
        "category": str(ArticleCategoryFactory()),
    }
    return {**values, **more}


def at(name: str, article: Article) -> str:
    return reverse(f"knowledge:{name}", args=[article.public_id])


def test_a_draft_is_saved_and_sent_to_review(client: Client) -> None:
    author = UserFactory(author=True, all_companies=True)
    client.force_login(author)

    client.post(reverse("knowledge:new"), written(then="submit", owner=author.public_id))

    made = Article.objects.get()
    assert (made.title, made.state, made.for_all) == ("Map a drive", "in_review", True)
    assert made.owner == author


def test_what_is_wrong_keeps_the_text(client: Client) -> None:
    client.force_login(UserFactory(author=True, all_companies=True))

    answer = client.post(reverse("knowledge:new"), written(title="", body="Kept text"))

    assert answer.status_code == 422
    assert "Kept text" in answer.content.decode()
    assert not Article.objects.exists()


def test_an_author_writes_for_his_companies_alone(client: Client) -> None:
    mine, other = CompanyFactory(), CompanyFactory()
    client.force_login(UserFactory(author=True, companies=[mine]))

    for companies in ([], [other.public_id], [mine.public_id, other.public_id]):
        answer = client.post(reverse("knowledge:new"), written(companies=companies))
        assert answer.status_code == 422
    client.post(reverse("knowledge:new"), written(companies=[mine.public_id]))

    assert list(Article.objects.get().companies.all()) == [mine]


def test_a_reader_writes_nothing(client: Client) -> None:
    article = ArticleFactory()
    client.force_login(UserFactory(agent=True, all_companies=True))

    for name in ("edit", "step", "restore"):
        assert client.post(at(name, article), {"step": "retire"}).status_code == 403
    assert client.post(reverse("knowledge:new"), written()).status_code == 403
    assert client.get(reverse("knowledge:wanted")).status_code == 403


@pytest.mark.parametrize("step", ["publish", "return", "retire"])
def test_an_author_does_not_publish(client: Client, step: str) -> None:
    article = ArticleFactory(published=False)
    client.force_login(UserFactory(author=True, all_companies=True))

    assert client.post(at("step", article), {"step": step, "version": "1"}).status_code == 403
    article.refresh_from_db()
    assert article.state == "draft"


def test_a_publisher_leads_it_through_its_life(client: Client) -> None:
    article = ArticleFactory(published=False)
    client.force_login(UserFactory(publisher=True, all_companies=True))
    states = []

    for step in ("submit", "return", "publish", "retire", "return"):
        client.post(at("step", article), {"step": step, "version": "1"})
        article.refresh_from_db()
        states.append(article.state)

    assert states == ["in_review", "draft", "published", "retired", "draft"]


def test_only_what_was_looked_at_is_published(client: Client) -> None:
    user = UserFactory(publisher=True, all_companies=True)
    article = ArticleFactory(published=False)
    save_article(article.pk, by=user, version=1, values={"title": "Another"})
    client.force_login(user)

    client.post(at("step", article), {"step": "publish", "version": "1"})

    article.refresh_from_db()
    assert article.state == "draft"


def test_a_conflict_is_noticed_and_the_text_kept(client: Client) -> None:
    user = UserFactory(author=True, all_companies=True)
    article = ArticleFactory(published=False)
    save_article(article.pk, by=user, version=1, values={"title": "Theirs"})
    client.force_login(user)

    answer = client.post(at("edit", article), written(body="Mine", version="1"))

    assert answer.status_code == 422
    assert "Mine" in answer.content.decode()
    assert answer.context["version"] == 2


def test_who_reads_a_published_one_an_author_does_not_change(client: Client) -> None:
    article = ArticleFactory(audience="agents")
    client.force_login(UserFactory(author=True, all_companies=True))

    client.post(at("edit", article), written(version="1"))

    article.refresh_from_db()
    assert (article.version, article.audience) == (2, "agents")


def test_a_newer_text_waits_with_what_changed(client: Client) -> None:
    user = UserFactory(author=True, all_companies=True)
    article = ArticleFactory(body="Open the door.")
    save_article(article.pk, by=user, version=1, values={"body": "Shut the <b>door</b>."})
    client.force_login(user)

    page = client.get(at("article", article)).content.decode()

    assert "Changes wait for publishing" in page
    assert "<del>Open</del><ins>Shut</ins>" in page
    assert "<b>door" not in page


def test_a_version_is_restored(client: Client) -> None:
    user = UserFactory(author=True, all_companies=True)
    article = ArticleFactory(title="First", published=False)
    save_article(article.pk, by=user, version=1, values={"title": "Second"})
    client.force_login(user)

    assert "<del>First</del>" in client.get(at("versions", article)).content.decode()
    client.post(at("restore", article), {"number": "1", "version": "2"})

    article.refresh_from_db()
    assert (article.version, article.title) == (3, "First")


@pytest.mark.parametrize("asked", [{"from": "x"}, {"to": "99"}, {"to": "9" * 40}, {"from": "²"}])
def test_no_such_version(client: Client, asked: dict[str, str]) -> None:
    client.force_login(UserFactory(author=True, all_companies=True))

    assert client.get(at("versions", ArticleFactory()), asked).status_code == 404


def test_the_preview_is_clean(client: Client) -> None:
    client.force_login(UserFactory(author=True))

    answer = client.post(reverse("knowledge:preview"), {"body": "# A\n<img src=x onerror=a()>"})

    assert "<h2>A</h2>" in answer.content.decode()
    assert "<img" not in answer.content.decode()


def test_wanted_articles_are_those_of_the_own_companies(client: Client) -> None:
    mine, other = CompanyFactory(), CompanyFactory()
    MissedSearch.objects.note("zebra", mine.pk)
    MissedSearch.objects.note("giraffe", other.pk)
    MissedSearch.objects.note("heron", None)
    client.force_login(UserFactory(author=True, companies=[mine]))

    page = client.get(reverse("knowledge:wanted")).content.decode()
    assert "zebra" in page
    assert "giraffe" not in page
    assert "heron" not in page

    for words, company in (("zebra", mine), ("giraffe", other)):
        sent = {"words": words, "company": company.public_id}
        client.post(reverse("knowledge:dismiss"), sent)
    client.post(reverse("knowledge:dismiss"), {"words": "heron"})
    assert {row.words for row in MissedSearch.objects.all()} == {"giraffe", "heron"}


@pytest.mark.parametrize("rows", [1, 9])
def test_articles_that_were_shared_in_vain_are_listed(
    client: Client, django_assert_num_queries: Any, rows: int
) -> None:
    mine = CompanyFactory()
    for number in range(rows):
        made = ArticleFactory(title=f"Vain {number}", companies=[mine])
        for what in ("shares", "went_on", "went_on"):
            ArticleDay.objects.add(made.pk, what)
    helped, theirs = ArticleFactory(title="Good", companies=[mine]), ArticleFactory(title="Foreign")
    ArticleDay.objects.add(helped.pk, "shares")
    ArticleDay.objects.add(theirs.pk, "went_on")
    client.force_login(UserFactory(author=True, companies=[mine]))

    with django_assert_num_queries(10):
        page = client.get(reverse("knowledge:wanted")).content.decode()

    assert page.count("2 chats went on, shared 1 time in 90 days") == rows
    assert "Good" not in page
    assert "Foreign" not in page


def test_changes_are_told_word_by_word() -> None:
    assert by_words("a b", "a c") == [("a ", "same"), ("b", "gone"), ("c", "new")]
    assert lines_of("one\ntwo", "one") == [[("one", "same")], [("two", "gone")]]
