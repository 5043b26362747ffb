"""An article in the widget's frame: what customers may read, and one answer for all else."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from knowledge.models import Article, ArticleDay
from knowledge.services.articles import (
    create_article,
    publish_article,
    retire_article,
    save_article,
)
from knowledge.services.images import store_image
from tests.factories import ArticleCategoryFactory, ArticleFactory, CompanyFactory, UserFactory
from tests.hostile_files import picture
from tests.livechat.widget.test_frame import ORIGINS, policy
from tickets.models import Company
from tickets.services.files import Upload

pytestmark = pytest.mark.django_db

NOBODYS = "AAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture
def company() -> Company:
    made: Company = CompanyFactory(allowed_origins=ORIGINS)
    return made


def read(company: Company, article: str | Article, client: Client) -> HttpResponse:
    key = article if isinstance(article, str) else article.public_id
    return client.get(f"/widget/{company.public_id}/articles/{key}/")  # type: ignore[return-value]


def views() -> int:
    return sum(ArticleDay.objects.values_list("views", flat=True))


def test_it_shows_the_article(client: Client, company: Company) -> None:
    article = ArticleFactory(title="Map <a> drive", body="Open **Explorer**.", companies=[company])

    response = read(company, article, client)

    assert response.status_code == 200
    assert '<h1 id="title" dir="auto">Map &lt;a&gt; drive</h1>' in response.text
    assert "<strong>Explorer</strong>" in response.text
    assert article.number in response.text
    assert not response.cookies


def test_its_images_are_had_by_anybody_while_it_shows_them(
    client: Client, company: Company
) -> None:
    author = UserFactory(author=True, companies=[company])
    png = picture()
    file, other = (
        store_image(Upload("a.png", "image/png", len(png), BytesIO(png)), by=author)
        for _each in range(2)
    )
    made = [
        create_article(by=author, values={**fields, "category": ArticleCategoryFactory()})
        for fields in (
            {"title": "Seen", "body": f"![A](image:{file.public_id})", "companies": [company]},
            {"title": "Draft", "body": f"![A](image:{other.public_id})", "companies": [company]},
        )
    ]
    publish_article(made[0].pk, by=author, version=1)
    address = f"/widget/{company.public_id}/images/{file.public_id}/"

    page, image = read(company, made[0], client), client.get(address)

    assert f'<img src="{address}"' in page.text
    assert (image.status_code, image["Cross-Origin-Resource-Policy"]) == (200, "cross-origin")
    assert client.get(address.replace(file.public_id, other.public_id)).status_code == 404
    elsewhere = CompanyFactory()
    assert client.get(address.replace(company.public_id, elsewhere.public_id)).status_code == 404


def refused(why: str, company: Company) -> str:
    if why == "unknown":
        return NOBODYS
    made = {
        "draft": {"published": False},
        "for agents": {"audience": "agents"},
        "of another company": {"companies": [CompanyFactory()]},
        "expired": {"valid_until": timezone.localdate() - timedelta(days=1)},
    }
    article: Article = ArticleFactory(title="A secret of ours", **made.get(why, {}))
    if why == "retired":
        retire_article(article.pk, by=None)
    return article.public_id


WHYS = ["unknown", "draft", "for agents", "of another company", "expired", "retired"]


@pytest.mark.parametrize("why", WHYS)
def test_whatever_is_refused_is_answered_alike(client: Client, company: Company, why: str) -> None:
    unknown = read(company, NOBODYS, client)

    response = read(company, refused(why, company), client)

    assert response.status_code == 404
    assert response.content == unknown.content
    assert "not here any more" in response.text
    assert policy(response) == policy(unknown)
    assert not views()


def test_what_waits_for_being_published_is_not_shown(client: Client, company: Company) -> None:
    article = ArticleFactory(body="What holds now.")
    values = {"title": "Another", "summary": "", "keywords": "", "body": "What will hold."}
    save_article(article.pk, by=None, version=article.version, values=values)

    text = read(company, article, client).text

    assert "What holds now." in text
    assert "What will hold." not in text


def test_there_is_none_for_a_company_that_is_not_there(client: Client) -> None:
    article = ArticleFactory()
    gone = CompanyFactory(retired_at=timezone.now())

    for key in (NOBODYS, gone.public_id):
        answer = client.get(f"/widget/{key}/articles/{article.public_id}/")
        assert answer.status_code == 404
        assert policy(answer)["frame-ancestors"] == ["'none'"]


@pytest.mark.parametrize("there", [True, False])
def test_the_widget_and_the_companys_pages_alone_frame_it(
    client: Client, company: Company, there: bool
) -> None:
    response = read(company, ArticleFactory() if there else NOBODYS, client)

    assert policy(response)["frame-ancestors"] == ["'self'", *ORIGINS.split()]
    assert "X-Frame-Options" not in response


def test_the_widget_frames_nothing_else(client: Client, company: Company) -> None:
    response = client.get(f"/widget/{company.public_id}/")

    assert policy(response)["frame-src"] == ["'self'"]


def test_it_runs_and_sends_nothing(client: Client, company: Company) -> None:
    article = ArticleFactory(body="<script>alert(1)</script> [x](javascript:alert(1)) ![](//x/y)")

    response = read(company, article, client)

    rules = policy(response)
    for name in ("default-src", "script-src", "connect-src", "form-action", "base-uri"):
        assert rules[name] == ["'none'"], name
    assert rules["img-src"] == ["'self'"]
    assert "frame-src" not in rules
    for wrong in ("<script", "<img", "<form", "<iframe", 'href="javascript:'):
        assert wrong not in response.text


def test_its_links_open_a_page_that_does_not_know_ours(client: Client, company: Company) -> None:
    article = ArticleFactory(body="See [the intranet](https://intranet.example/).")

    text = read(company, article, client).text

    assert '<base target="_blank">' in text
    assert 'href="https://intranet.example/" rel="noopener noreferrer nofollow"' in text


def test_who_reads_it_is_counted(client: Client, company: Company) -> None:
    article = ArticleFactory()

    read(company, article, client)
    read(company, article, client)
    client.head(f"/widget/{company.public_id}/articles/{article.public_id}/")

    assert views() == 2


@pytest.mark.parametrize("companies", [1, 20])
def test_its_queries_do_not_grow(
    client: Client, company: Company, django_assert_num_queries, companies: int
) -> None:
    others = CompanyFactory.create_batch(companies)
    article = ArticleFactory(companies=[company, *others])
    read(company, article, client)

    with django_assert_num_queries(6):  # company, article, then the day's count in its transaction
        read(company, article, client)


def test_it_is_only_read(client: Client, company: Company) -> None:
    article = ArticleFactory()

    answer = client.post(f"/widget/{company.public_id}/articles/{article.public_id}/")

    assert answer.status_code == 405
