"""/api/v1/chats/{id}/articles/ and /articles/: shared, opened, suggested, an answer."""

import pytest
from django.utils import timezone

from knowledge.models import Article, ArticleDay, Feedback, KnowledgeSettings
from livechat.models import Chat, ChatArticle
from livechat.services.closing import end_chat
from tests.factories import ArticleFactory, ChatFactory, CompanyFactory
from tests.livechat.api.conftest import problem_of

pytestmark = pytest.mark.django_db
QUESTION = "I cannot map my network drive"


@pytest.fixture
def chat() -> Chat:
    made: Chat = ChatFactory(assigned=True)
    made.agent.user.companies.add(made.queue.company)
    return made


@pytest.fixture
def article() -> Article:
    made: Article = ArticleFactory(title="Map a network drive")
    return made


def body(of: Article, **more: object) -> dict[str, object]:
    return {"article": of.public_id, "client_id": "card-0001"} | more


def shares(chat: Chat) -> str:
    return f"chats/{chat.public_id}/articles/"


def opened(chat: Chat, article: Article) -> str:
    return f"{shares(chat)}{article.public_id}/opened/"


def test_an_agent_shares_and_the_customer_opens(as_agent, as_customer, chat, article):
    agent, customer = as_agent(chat.agent), as_customer(chat.customer)

    first, again = (agent.post(shares(chat), body(article)) for _ in range(2))
    lines = customer.get(f"chats/{chat.public_id}/messages/").json()["items"]
    looked = [customer.post(opened(chat, article)) for _ in range(2)]

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert lines[-1]["kind"] == "article"
    assert lines[-1]["data"].keys() == {"id", "number", "summary"}
    assert [answer.status_code for answer in looked] == [204, 204]
    assert ChatArticle.objects.get().opened_at


def test_an_article_that_an_agent_may_not_see_is_none(as_agent, chat):
    foreign = ArticleFactory(companies=[CompanyFactory()])
    draft = ArticleFactory(published=False)

    for article in (foreign, draft):
        answer = as_agent(chat.agent).post(shares(chat), body(article))
        assert problem_of(answer, 404)["code"] == "not_found"


def test_what_is_for_agents_only_is_refused_and_says_why(as_agent, chat):
    article = ArticleFactory(audience="agents")

    problem = problem_of(as_agent(chat.agent).post(shares(chat), body(article)), 409)

    assert problem["code"] == "article_not_for_them"
    assert article.number in problem["detail"]


def test_in_an_ended_chat_nothing_is_shared_but_all_is_opened(as_agent, as_customer, chat, article):
    as_agent(chat.agent).post(shares(chat), body(article))
    end_chat(chat.pk, by=chat.agent_id)

    late = as_agent(chat.agent).post(shares(chat), body(article, client_id="card-0002"))

    assert problem_of(late, 409)["code"] == "chat_ended"
    assert as_customer(chat.customer).post(opened(chat, article)).status_code == 204


@pytest.mark.parametrize(
    "wrong",
    [{"article": "x"}, {"article": 7}, {"client_id": ""}, {"client_id": "a b"}, {"epoch": "x"}],
)
def test_bad_bodies_are_named(as_agent, chat, article, wrong):
    problem = problem_of(as_agent(chat.agent).post(shares(chat), body(article, **wrong)), 400)

    assert problem["fields"].keys() == wrong.keys()
    assert not ChatArticle.objects.exists()


def test_no_customer_posts_articles_as_messages(as_customer, chat):
    line = {"client_id": "line-0001", "kind": "article", "body": "Map a drive"}

    answer = as_customer(chat.customer).post(f"chats/{chat.public_id}/messages/", line)

    assert problem_of(answer, 400)["fields"].keys() == {"kind"}


# --- suggestions ---------------------------------------------------------------------------------


def suggested(caller, company, text=QUESTION):
    return caller.post("articles/suggestions/", {"company": company.public_id, "text": text})


def test_a_question_is_answered_by_what_its_company_may_read(nobody, chat, article):
    company = chat.queue.company
    ArticleFactory(title="Map a network drive, as agents do", audience="agents")
    ArticleFactory(title="Map a network drive elsewhere", companies=[CompanyFactory()])
    ArticleFactory(title="Map a network drive one day", published=False)

    found = suggested(nobody, company).json()["results"]

    assert [one["id"] for one in found] == [article.public_id]
    assert found[0].keys() == {"id", "title", "summary", "minutes"}


def test_switched_off_there_is_none(nobody, chat, article):
    KnowledgeSettings.objects.update(suggest_to_customers=False)

    assert suggested(nobody, chat.queue.company).json() == {"results": []}


@pytest.mark.parametrize("text", ["", "   ", "zzzz qqqq", "\u200b"])
def test_what_fits_nothing_suggests_nothing(nobody, chat, article, text):
    assert suggested(nobody, chat.queue.company, text).json() == {"results": []}


def test_a_text_has_a_largest_length(nobody, chat):
    problem = problem_of(suggested(nobody, chat.queue.company, "a" * 1_001), 400)

    assert problem["fields"].keys() == {"text"}


def test_a_company_that_is_none_has_none(nobody, chat, article):
    gone = CompanyFactory(retired_at=timezone.now())

    assert problem_of(suggested(nobody, gone), 404)["code"] == "not_found"


# --- solved --------------------------------------------------------------------------------------


def solved(caller, article, company):
    return caller.post(f"articles/{article.public_id}/solved/", {"company": company.public_id})


def test_who_needed_no_chat_is_counted(nobody, as_customer, chat, article):
    company = chat.queue.company

    assert solved(nobody, article, company).status_code == 204
    assert solved(as_customer(chat.customer), article, company).status_code == 204

    assert ArticleDay.objects.totals([article.pk])[article.pk]["deflected"] == 2
    said = Feedback.objects.filter(article=article, helped=True)
    assert {one.customer for one in said} == {None, chat.customer}


def test_what_its_company_may_not_read_solved_nothing(nobody, chat):
    article = ArticleFactory(audience="agents")

    assert problem_of(solved(nobody, article, chat.queue.company), 404)["code"] == "not_found"
    assert not Feedback.objects.exists()
