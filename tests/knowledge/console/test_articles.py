"""The list of articles, and one that is read."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from knowledge.models import ArticleDay, Feedback, MissedSearch
from knowledge.services.articles import save_article
from tests.factories import ArticleFactory, CompanyFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = reverse("knowledge:list")


def seen(client: Client, user: Any, **asked: str) -> str:
    client.force_login(user)
    return client.get(LIST, asked).content.decode()


def test_a_reader_sees_what_is_published_for_his_companies(client: Client) -> None:
    mine, other = CompanyFactory(), CompanyFactory()
    ArticleFactory(title="For mine", companies=[mine])
    ArticleFactory(title="For other", companies=[other])
    ArticleFactory(title="For all")
    ArticleFactory(title="A draft", companies=[mine], published=False)

    page = seen(client, UserFactory(agent=True, companies=[mine]))

    assert "For mine" in page
    assert "For all" in page
    assert "For other" not in page
    assert "A draft" not in page
    assert reverse("knowledge:new") not in page


def test_an_author_sees_drafts_of_his_companies(client: Client) -> None:
    mine, other = CompanyFactory(), CompanyFactory()
    ArticleFactory(title="My draft", companies=[mine], published=False)
    ArticleFactory(title="Their draft", companies=[mine, other], published=False)

    page = seen(client, UserFactory(author=True, companies=[mine]), state="draft")

    assert "My draft" in page
    assert "Their draft" not in page


def test_categories_are_offered_that_have_something_to_read(client: Client) -> None:
    mine, other = CompanyFactory(), CompanyFactory()
    ArticleFactory(companies=[mine], category__name="Phones")
    ArticleFactory(companies=[other], category__name="Secret project")

    page = seen(client, UserFactory(agent=True, companies=[mine]))

    assert ">Phones<" in page
    assert "Secret project" not in page


def test_words_are_marked_where_they_stand(client: Client) -> None:
    ArticleFactory(title="The printer is jammed")

    page = seen(client, UserFactory(agent=True, all_companies=True), q="printer")

    assert "<mark>printer</mark>" in page


def test_a_number_is_found_and_no_number_is_missed(client: Client) -> None:
    article = ArticleFactory()

    page = seen(client, UserFactory(agent=True, all_companies=True), q=article.number.lower())

    assert article.title in page
    assert not MissedSearch.objects.exists()


def test_what_is_not_found_is_noted_for_the_company(client: Client) -> None:
    mine = CompanyFactory()

    page = seen(client, UserFactory(agent=True, companies=[mine]), q="Zebra crossing")

    assert "No article fits" in page
    assert MissedSearch.objects.get().company == mine


@pytest.mark.parametrize("needs", ["expired", "revised"])
def test_what_needs_something_is_listed(client: Client, needs: str) -> None:
    author = UserFactory(author=True, all_companies=True)
    ArticleFactory(title="Quite well")
    ArticleFactory(title="Too old", valid_until=date(2020, 1, 1))
    changed = ArticleFactory(title="Newer")
    save_article(changed.pk, by=author, version=1, values={"title": "Newer text"})

    page = seen(client, author, needs=needs)

    assert ("Too old" in page) == (needs == "expired")
    assert ("Newer" in page.replace("Newer text waits", "")) == (needs == "revised")
    assert "Quite well" not in page


def test_its_queries_do_not_grow(client: Client, django_assert_max_num_queries: Any) -> None:
    user = UserFactory(author=True, all_companies=True)
    company = CompanyFactory()
    for _each in range(20):
        ArticleFactory(companies=[company], by=user)
    client.force_login(user)

    with django_assert_max_num_queries(16):
        page = client.get(LIST).content.decode()

    assert page.count("data-row>") == 20


@pytest.mark.parametrize("asked", [{"q": "\0"}, {"page": "x"}, {"state": "?"}, {"q": '"' * 200}])
def test_nonsense_is_left_out(client: Client, asked: dict[str, str]) -> None:
    client.force_login(UserFactory(author=True))

    assert client.get(LIST, asked).status_code == 200


def test_who_may_not_read_is_refused(client: Client) -> None:
    client.force_login(UserFactory())

    assert client.get(LIST).status_code == 403


# --- one article ----------------------------------------------------------------------------------


def test_an_article_is_rendered_and_counted(client: Client) -> None:
    article = ArticleFactory(body="## Steps\n\n<script>x</script> **bold**")
    client.force_login(UserFactory(agent=True, all_companies=True))

    page = client.get(reverse("knowledge:article", args=[article.public_id])).content.decode()

    assert "<strong>bold</strong>" in page
    assert "<script>x" not in page
    assert ArticleDay.objects.get().views == 1


def test_only_the_readers_own_companies_are_named(client: Client) -> None:
    ours, theirs = CompanyFactory(name="Ours"), CompanyFactory(name="Theirs")
    article = ArticleFactory(companies=[ours, theirs])
    client.force_login(UserFactory(agent=True, companies=[ours]))

    page = client.get(reverse("knowledge:article", args=[article.public_id])).content.decode()

    assert "Ours" in page
    assert "Theirs" not in page


@pytest.mark.parametrize("published", [True, False])
def test_another_companys_is_as_one_that_is_not_there(client: Client, published: bool) -> None:
    article = ArticleFactory(companies=[CompanyFactory()], published=published)
    client.force_login(UserFactory(author=True, companies=[CompanyFactory()]))

    for name in ("article", "edit", "versions"):
        assert client.get(reverse(f"knowledge:{name}", args=[article.public_id])).status_code == 404


def test_the_last_word_on_whether_it_helped_counts(client: Client) -> None:
    article, user = ArticleFactory(), UserFactory(agent=True, all_companies=True)
    client.force_login(user)
    place = reverse("knowledge:feedback", args=[article.public_id])

    client.post(place, {"helped": "no", "comment": "Too long"})
    client.post(place, {"helped": "yes"})

    assert Feedback.objects.get().helped
    counted = ArticleDay.objects.totals([article.pk])[article.pk]
    assert (counted["helped"], counted["unhelped"]) == (1, 0)
    assert client.post(place, {"helped": "perhaps"}).status_code == 422


def test_comments_are_for_authors(client: Client) -> None:
    article = ArticleFactory()
    Feedback.objects.create(article=article, version=1, helped=False, comment="Too long")
    place = reverse("knowledge:article", args=[article.public_id])

    for rights, told in ({"agent": True}, False), ({"author": True}, True):
        client.force_login(UserFactory(all_companies=True, **rights))
        assert ("Too long" in client.get(place).content.decode()) == told
