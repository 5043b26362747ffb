"""An article drafted from a chat, in which nobody is named."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from knowledge.exceptions import ArticleFieldsError
from knowledge.models import Article
from livechat.models import Chat, Sender
from livechat.services.articles import share_article
from livechat.services.drafting import draft_article
from tests.factories import (
    ArticleCategoryFactory,
    ArticleFactory,
    AssetFactory,
    ChatFactory,
    CustomerFactory,
    MessageFactory,
    SiteFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def category():
    return ArticleCategoryFactory()


@pytest.fixture
def chat() -> Chat:
    customer = CustomerFactory(
        name="Amara Okafor", email="amara@halden.example", company__name="Halden Freight"
    )
    customer.site = SiteFactory(company=customer.company, name="Harbour Terminal")
    customer.save(update_fields=["site"])
    AssetFactory(company=customer.company, customer=customer, tag="LT-20417", hostname="HF-AO-01")
    subject = "VPN drops, says Amara Okafor"
    made: Chat = ChatFactory(customer=customer, assigned=True, subject=subject)
    made.agent.user.companies.add(customer.company)
    return made


def says(chat: Chat, text: str, **more: object) -> None:
    MessageFactory(chat=chat, body=text, **more)


def answers(chat: Chat, text: str, **more: object) -> None:
    says(chat, text, sender=Sender("a", chat.agent_id, chat.agent_name), **more)


def drafted(chat: Chat) -> Article:
    return draft_article(chat, by=chat.agent.user)


def press(chat: Chat, *, author: bool = True):
    if author:
        chat.agent.user.groups.add(Group.objects.get(name="Knowledge author"))
    client = Client()
    client.force_login(chat.agent.user)
    return client.post(reverse("console:draft", args=[chat.public_id]))


def test_what_was_asked_and_what_helped_stand_apart(chat, category):
    says(chat, "It drops every ten minutes.")
    answers(chat, "Get the current profile.")
    answers(chat, "She is angry.", kind="note")
    article = ArticleFactory(title="VPN drops")
    sender = Sender("a", chat.agent_id, "Noor")
    share_article(
        article, chat=chat.public_id, sender=sender, by=chat.agent.user, client_id="card-0001"
    )

    body = drafted(chat).body

    problem, _sign, solution = body.partition("## Solution")
    assert problem.startswith("## Problem")
    assert "It drops every ten minutes." in problem
    assert "Get the current profile." in solution
    assert f"## See also\n\n{article.number} VPN drops" in body
    assert "angry" not in body


@pytest.mark.parametrize(
    "text",
    [
        "I am Amara Okafor", "amara okafor here", "Hi Okafor!", "It is okafor's laptop",
        "write to amara@halden.example", "or to a.okafor+it@gmail.example, please",
        "call +49 30 123 456", "call 030/1234567", "call (030) 123-4567",
        "my laptop LT-20417", "on hf-ao-01", "at the Harbour Terminal", "we at halden freight",
        "about INC-1234", "wo-99 too", "from 10.20.30.40", "with 00:1a:2B:3c:4d:5e",
    ],
)  # fmt: skip
def test_nobody_is_named_and_nothing_of_his(chat, category, text):
    says(chat, text)

    draft = drafted(chat)

    said = draft.body + draft.title
    for word in (
        "Amara", "Okafor", "okafor", "@", "123", "20417", "hf-ao", "Harbour", "halden", "99",
        "10.20", "1a:2B",
    ):  # fmt: skip
        assert word not in said


@pytest.mark.parametrize(
    "text",
    [
        "Error 0x80070005 in version 10.0.19045.3693",
        "Port 8443, profile 3.4, since 2026-11-02",
        "Press F8 2 times, wait 30 seconds",
        "An amaranth is no name",
    ],
)
def test_what_the_next_reader_needs_stays(chat, category, text):
    says(chat, text)

    assert text in drafted(chat).body


def test_agents_are_not_named_either(chat, category):
    answers(chat, f"{chat.agent_name} here, I ask a colleague")

    assert chat.agent_name not in drafted(chat).body


def test_a_short_name_goes_as_it_is_written_and_words_like_it_stay(chat, category):
    chat.customer.name = "Will Li"
    chat.customer.save(update_fields=["name"])
    says(chat, "Will here. I will listen. Greetings, Li")

    assert "[name] here. I will listen. Greetings, [name]" in drafted(chat).body


def test_an_author_goes_on_with_it_and_has_it_once(chat):
    says(chat, "It drops every ten minutes.")
    similar = ArticleFactory(title="VPN drops")

    first, again = press(chat), press(chat)

    article = Article.objects.get(state="draft")
    assert (
        first["Location"]
        == again["Location"]
        == reverse("knowledge:edit", args=[article.public_id])
    )
    assert (article.owner, article.category) == (chat.agent.user, similar.category)
    assert list(article.companies.all()) == [chat.customer.company]


def test_without_a_category_it_is_refused(chat):
    with pytest.raises(ArticleFieldsError, match="Category is blank"):
        drafted(chat)


@pytest.mark.parametrize("who", ["a reader", "an author of other companies"])
def test_whoever_writes_no_articles_of_this_company_is_offered_none(chat, who):
    resources = reverse("console:resources", args=[chat.public_id])
    client = Client()
    client.force_login(chat.agent.user)
    fragment = {"X-Parley-Fragment": "1"}
    if who != "a reader":
        chat.agent.user.companies.clear()

    assert press(chat, author=who != "a reader").status_code == 403
    assert "Draft an article" not in client.get(resources, headers=fragment).text
    chat.agent.user.companies.add(chat.customer.company)
    chat.agent.user.groups.add(Group.objects.get(name="Knowledge author"))
    assert "Draft an article" in client.get(resources, headers=fragment).text
