"""/api/v1/articles/ for staff and other systems: looked for, and read."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from knowledge.models import Article, MissedSearch
from knowledge.search.indexing import index
from tests.factories import (
    ApiTokenFactory,
    ArticleFactory,
    CompanyFactory,
    CustomerFactory,
    UserFactory,
)
from tests.livechat.api.conftest import Caller, problem_of
from tickets.services.tokens import make_secret

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    """A system that reads the articles of one company."""
    company = CompanyFactory()
    user = UserFactory(agent=True, companies=[company])
    token = ApiTokenFactory(user=user, scopes=["articles:read"])
    caller = Caller(Client())
    caller.headers = {"Authorization": f"Bearer {make_secret(token.pk)}"}
    return caller, company


def test_a_system_finds_what_its_user_may_read(reader):
    caller, company = reader
    inside = ArticleFactory(title="Zebra printer", audience="agents", companies=[company])
    ArticleFactory(title="Zebra scanner", companies=[CompanyFactory()])
    ArticleFactory(title="Zebra draft", published=False)
    index(list(Article.objects.all()))

    [found] = caller.get("articles/", q="zebra").json()["results"]

    assert found["id"] == inside.public_id
    assert found["number"] == inside.number
    assert found["audience"] == "agents"
    read = caller.get(f"articles/{inside.public_id}/").json()
    assert read == {**found, "body": inside.body, "companies": [company.public_id]}


def test_what_a_system_may_not_read_is_as_what_is_not_there(reader):
    caller, _company = reader
    other = ArticleFactory(companies=[CompanyFactory()])
    draft = ArticleFactory(published=False)

    answers = [
        problem_of(caller.get(f"articles/{one}/"), 404)
        for one in (other.public_id, draft.public_id, "x" * 22)
    ]

    assert len({(each["code"], each["detail"]) for each in answers}) == 1
    elsewhere = caller.get("articles/", q="x", company=CompanyFactory().public_id)
    assert problem_of(elsewhere, 404)["code"] == "not_found"
    assert not MissedSearch.objects.exists()


def test_it_is_not_told_which_other_companies_read_an_article(reader):
    caller, company = reader
    shared = ArticleFactory(companies=[company, CompanyFactory()])

    read = caller.get(f"articles/{shared.public_id}/").json()

    assert read["companies"] == [company.public_id]


@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "x" * 201}, {"q": "x", "limit": 51}])
def test_a_search_without_words_is_refused(reader, query):
    assert problem_of(reader[0].get("articles/", **query), 400)["code"] == "invalid"


def test_a_search_narrows_to_a_company_and_asks_as_often_for_many(
    reader,
):
    caller, company = reader
    for number in range(12):
        ArticleFactory(title=f"Zebra {number}", companies=[company] if number % 2 else [])
    index(list(Article.objects.all()))
    caller.get("articles/", q="zebra", limit=2)  # The first of a minute begins to count it.
    with CaptureQueriesContext(connection) as few:
        assert len(caller.get("articles/", q="zebra", limit=2).json()["results"]) == 2
    with CaptureQueriesContext(connection) as many:
        assert len(caller.get("articles/", q="zebra", limit=12).json()["results"]) == 12

    assert len(many) == len(few)
    narrowed = caller.get("articles/", q="zebra", limit=50, company=company.public_id).json()
    assert len(narrowed["results"]) == 12


def test_customers_and_strangers_search_no_articles_of_staff(as_customer, nobody):
    assert as_customer(CustomerFactory()).get("articles/", q="x").status_code == 403
    assert nobody.get("articles/", q="x").status_code == 401


def test_nobody_finding_anything_is_noted(reader):
    caller, company = reader
    caller.get("articles/", q="Flux compensator", company=company.public_id)

    assert MissedSearch.objects.get().words == "flux compensator"
