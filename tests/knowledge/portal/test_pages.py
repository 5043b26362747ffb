"""Help pages: what they show, how caches keep them, and what appears on none of them."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from knowledge.models import (
    Article,
    ArticleDay,
    Audience,
    Feedback,
    KnowledgeSettings,
    MissedSearch,
)
from knowledge.portal import urls
from knowledge.portal.shelf import slug_of
from knowledge.services.articles import retire_article
from tests.factories.knowledge import ArticleFactory, seeded_knowledge
from tests.factories.people import CompanyFactory, UserFactory
from tickets.models import Company

pytestmark = pytest.mark.django_db
CANARY = "zugvogel"
YESTERDAY = timezone.localdate() - datetime.timedelta(days=1)


@pytest.fixture
def company() -> Company:
    seeded_knowledge()
    row = CompanyFactory(external_key="here")
    KnowledgeSettings.objects.current().portal_companies.add(row)
    return row


def address(article: Article) -> str:
    return f"/help/here/{article.public_id}/{slug_of(article.title)}/"


def test_the_front_page_counts_what_is_read(client: Client, company: Company) -> None:
    article = ArticleFactory(title="Map a drive")

    text = client.get("/help/here/").content.decode()

    assert text.count("<h1>") == 1
    assert "1 article<" in text
    assert address(article) in text


def test_an_article_is_a_page_without_cookies(client: Client, company: Company) -> None:
    article = ArticleFactory(title="Map a drive", language="en", body="Open **it**.")

    answer = client.get(address(article))

    text = answer.content.decode()
    assert "<strong>it</strong>" in text
    assert text.count("<h1>") == 1
    assert f'rel="canonical" href="http://testserver{address(article)}"' in text
    assert answer["Cache-Control"] == "public, max-age=60"
    assert not answer.cookies


def test_only_his_own_browser_keeps_what_somebody_signed_in_gets(
    client: Client, company: Company
) -> None:
    client.force_login(UserFactory())

    assert client.get("/help/here/")["Cache-Control"] == "private, max-age=60"


def test_what_authors_write_is_text(client: Client, company: Company) -> None:
    bad = "<script>x</script><img src=x onerror=x>"
    article = ArticleFactory(title=bad, summary=bad, keywords=bad, body=f"{bad} [a](javascript:x)")

    for path in (address(article), "/help/here/", "/help/here/search/?q=script"):
        text = client.get(path).content.decode()
        assert "<script>x" not in text
        assert "<img" not in text
        assert 'href="javascript' not in text


def test_another_slug_leads_to_the_right_one(client: Client, company: Company) -> None:
    article = ArticleFactory()

    for path in (f"/help/here/{article.public_id}/old/", f"/help/here/{article.public_id}/"):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (301, address(article))


def test_a_page_is_sent_again_only_when_it_changed(client: Client, company: Company) -> None:
    article = ArticleFactory()
    etag = client.get(address(article))["ETag"]

    assert client.get(address(article), headers={"If-None-Match": etag}).status_code == 304
    Article.objects.filter(pk=article.pk).update(body="Another text.")
    assert client.get(address(article), headers={"If-None-Match": etag}).status_code == 200


def test_search_marks_what_was_asked(client: Client, company: Company) -> None:
    ArticleFactory(title="Map a drive")

    assert "<mark>drive</mark>" in client.get("/help/here/search/?q=drive").content.decode()


def test_a_search_that_finds_nothing_is_noted(client: Client, company: Company) -> None:
    client.get("/help/here/search/?q=quetzal")

    assert MissedSearch.objects.count() == 1


def test_feedback_is_kept(client: Client, company: Company) -> None:
    article = ArticleFactory()

    answer = client.post(
        f"/help/here/feedback/{article.public_id}/", {"helped": "no", "comment": "Old"}
    )

    assert answer.status_code == 200
    assert Feedback.objects.get().comment == "Old"
    assert ArticleDay.objects.get().unhelped == 1


def test_feedback_wants_an_answer_and_a_token(company: Company) -> None:
    path = f"/help/here/feedback/{ArticleFactory().public_id}/"

    assert Client().post(path, {"comment": "Old"}).status_code == 422
    assert Client(enforce_csrf_checks=True).post(path, {"helped": "yes"}).status_code == 403
    assert not Feedback.objects.exists()


def test_too_much_at_once_is_refused(client: Client, company: Company, settings: Any) -> None:
    settings.RATES = {
        **settings.RATES,
        "help_search_address": (1, 60),
        "help_feedback_address": (0, 60),
    }
    path = f"/help/here/feedback/{ArticleFactory().public_id}/"

    client.get("/help/here/search/?q=drive")

    assert client.get("/help/here/search/?q=drive").status_code == 429
    client.post(path, {"helped": "yes"})
    assert client.post(path, {"helped": "yes"}).status_code == 429


@pytest.mark.parametrize("many", [1, 20])
@pytest.mark.parametrize(("path", "most"), [("", 5), ("search/?q=drive", 25), ("sitemap.xml", 3)])
def test_its_queries_do_not_grow(
    client: Client,
    company: Company,
    django_assert_max_num_queries: Any,
    many: int,
    path: str,
    most: int,
) -> None:
    ArticleFactory.create_batch(many)

    with django_assert_max_num_queries(most):
        assert client.get(f"/help/here/{path}").status_code == 200


def hidden(company: Company) -> dict[str, Article]:
    """An article of every kind that nobody reads here, with the canary in each field."""
    other = CompanyFactory()
    text = {"title": CANARY, "summary": f"{CANARY} winch", "keywords": CANARY, "body": CANARY}
    retired = ArticleFactory(**text)
    retire_article(retired.pk, by=None)
    return {
        "agents there": ArticleFactory(**text, audience=Audience.AGENTS, companies=[other]),
        "agents here": ArticleFactory(**text, audience=Audience.AGENTS, companies=[company]),
        "there": ArticleFactory(**text, companies=[other]),
        "draft": ArticleFactory(**text, published=False),
        "retired": retired,
        "expired": ArticleFactory(**text, valid_until=YESTERDAY),
    }


#: How each page is asked for. `{article}` is a hidden one; `{category}` its category.
DOORS = {
    "home": "/help/here/",
    "search": "/help/here/search/?q=winch",
    "image": "/help/here/images/{article}/",
    "sitemap": "/help/here/sitemap.xml",
    "category": "/help/here/category/{category}/",
    "feedback": "/help/here/feedback/{article}/",
    "article-short": "/help/here/{article}/",
    "article": f"/help/here/{{article}}/{CANARY}/",
}


def test_every_page_has_a_row() -> None:
    assert set(DOORS) == {pattern.name for pattern in urls.urlpatterns}


@pytest.mark.parametrize("door", DOORS)
def test_what_is_not_for_customers_is_on_no_page(
    client: Client, company: Company, door: str
) -> None:
    ArticleFactory(title="Map a drive")

    for kind, article in hidden(company).items():
        path = DOORS[door].format(
            article=article.public_id, category=slug_of(str(article.category))
        )
        answer = client.get(path)

        text = answer.content.decode()
        assert CANARY not in text, kind
        assert article.public_id not in text, kind
        if "{" in DOORS[door]:
            assert answer.status_code == 404, kind


@pytest.mark.parametrize("door", DOORS)
def test_a_company_without_help_pages_has_none(client: Client, company: Company, door: str) -> None:
    article = ArticleFactory(title=CANARY)
    KnowledgeSettings.objects.current().portal_companies.clear()
    path = DOORS[door].format(article=article.public_id, category=slug_of(str(article.category)))

    assert client.get(path).status_code == 404
    assert client.get(path.replace("/here/", "/nowhere/")).status_code == 404
