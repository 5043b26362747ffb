"""Articles beside a chat: suggested, searched, picked in the composer, pinned, seen as opened."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from knowledge.models import Article, KnowledgeSettings, MissedSearch
from livechat.models import Agent, Chat, ChatArticle, Sender
from livechat.services.articles import open_article, pin_article, share_article
from livechat.services.ticketing import open_ticket_for
from tests.factories import (
    ArticleFactory,
    ChatFactory,
    CompanyFactory,
    InvitationFactory,
    MessageFactory,
)
from tickets.models import Activity

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Parley-Fragment": "1"}


@pytest.fixture
def chat() -> Chat:
    made: Chat = ChatFactory(assigned=True, subject="I cannot map my network drive")
    made.agent.user.companies.add(made.queue.company)
    return made


@pytest.fixture
def article() -> Article:
    made: Article = ArticleFactory(title="Map a network drive", keywords="share, unc")
    return made


def signed_in(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent.user)
    return client


def get(chat: Chat, name: str, agent: Agent | None = None, **query: str) -> str:
    address = reverse(f"console:{name}", args=[chat.public_id])
    return signed_in(agent or chat.agent).get(address, query, headers=FRAGMENT).text


def pin(chat: Chat, article: Article, value: str = "1", **headers: str) -> Any:
    address = reverse("console:pin", args=[chat.public_id])
    data = {"article": article.public_id, "pin": value}
    return signed_in(chat.agent).post(address, data, headers=headers)


def share(chat: Chat, article: Article) -> None:
    sender = Sender("a", chat.agent_id, "Noor")
    share_article(
        article, chat=chat.public_id, sender=sender, by=chat.agent.user, client_id="card-0001"
    )


# --- suggested and searched ----------------------------------------------------------------------


def test_what_the_chat_is_about_is_suggested(chat, article):
    ArticleFactory(title="Renew a badge")

    shown = get(chat, "resources")

    assert "Suggested for this chat" in shown
    assert article.title in shown
    assert "Renew a badge" not in shown


def test_what_the_customer_said_last_counts_too(chat):
    badge = ArticleFactory(title="Renew a badge for the car park")
    assert badge.title not in get(chat, "resources")

    MessageFactory(chat=chat, body="And how do I renew my badge for the car park?")

    assert badge.title in get(chat, "resources")


def test_switched_off_nothing_is_suggested_and_all_is_found(chat, article):
    KnowledgeSettings.objects.update(suggest_to_agents=False)

    assert article.title not in get(chat, "resources")
    assert article.number in get(chat, "resources", q="map drvie")


def test_what_is_not_of_this_company_is_not_found(chat):
    chat.agent.user.companies.add(other := CompanyFactory())
    ArticleFactory(title="Map a drive over there", companies=[other])
    inside = ArticleFactory(title="Map a drive for agents", audience="agents")

    found = get(chat, "resources", q="map a drive")

    assert "over there" not in found
    assert f'data-share="{inside.public_id}"' not in found
    assert "Agents only" in found


def test_a_search_without_result_is_said_and_not_noted_while_it_is_typed(chat):
    assert "No articles found" in get(chat, "resources", q="zzzz")
    assert not MissedSearch.objects.exists()


def test_what_was_shared_and_pinned_is_said(chat, article):
    share(chat, article)
    pin_article(chat.pk, article=(pinned := ArticleFactory(title="Badge")), by=chat.agent_id)

    shown = get(chat, "resources")
    assert f'data-share="{article.public_id}"' not in shown
    assert "Shared and pinned" in shown
    assert pinned.title in shown
    open_article(chat.pk, article=article.pk)

    assert "Opened" in get(chat, "resources")
    assert f'data-opened="{article.public_id}"' in get(chat, "chat")


def test_who_speaks_along_shares_and_pins_nothing(chat, article):
    colleague, monitor = (
        InvitationFactory(chat=chat, role=role, accepted=True).agent
        for role in ("participant", "monitor")
    )
    for agent in (colleague, monitor):
        agent.user.companies.add(chat.queue.company)

    beside, watched = (get(chat, "resources", agent) for agent in (colleague, monitor))

    assert f'data-share="{article.public_id}"' in beside
    assert "data-pin" not in beside
    assert article.title in watched
    assert "data-share" not in watched
    assert "data-pin" not in watched


@pytest.mark.parametrize("rows", [1, 8])
def test_many_articles_take_as_many_queries_as_one(chat, django_assert_num_queries, rows):
    for number in range(rows):
        made = ArticleFactory(title="Map a network drive")
        pin_article(chat.pk, article=made, by=chat.agent_id)
        share_article(
            made,
            chat=chat.public_id,
            sender=Sender("a", chat.agent_id, "Noor"),
            by=chat.agent.user,
            client_id=f"card-{number:04}",
        )
    client = signed_in(chat.agent)

    with django_assert_num_queries(33):
        client.get(reverse("console:resources", args=[chat.public_id]), headers=FRAGMENT)


# --- picked --------------------------------------------------------------------------------------


def test_a_few_letters_find_what_can_be_shared(chat, article):
    ArticleFactory(title="Map a drive for agents", audience="agents")

    picks = get(chat, "picks", q="map dr")

    assert f'data-pick="{article.public_id}"' in picks
    assert "for agents" not in picks


def test_none_at_all_find_what_the_chat_is_about(chat, article):
    ArticleFactory(title="Renew a badge")

    picks = get(chat, "picks")

    assert picks.count("data-pick=") == 1
    assert article.public_id in picks


# --- pinned --------------------------------------------------------------------------------------


def test_pinned_and_taken_off_it_stands_in_the_tickets_activity(chat, article):
    ticket = open_ticket_for(chat.pk, by=chat.agent_id, kind="incident")

    answers = [pin(chat, article, value, **FRAGMENT) for value in ("1", "0")]

    assert [answer.status_code for answer in answers] == [204, 204]
    told = Activity.objects.filter(ticket=ticket, code__startswith="article_").order_by("pk")
    assert list(told.values_list("code", flat=True)) == ["article_pinned", "article_unpinned"]


def test_without_a_script_the_page_comes_again(chat, article):
    assert pin(chat, article)["Location"] == reverse("console:chat", args=[chat.public_id])
    assert ChatArticle.objects.get().pinned_at


@pytest.mark.parametrize("wrong", ["a draft", "of another company"])
def test_what_he_may_not_read_is_not_pinned(chat, wrong):
    article = ArticleFactory(
        **({"published": False} if wrong == "a draft" else {"companies": [CompanyFactory()]})
    )

    assert pin(chat, article, **FRAGMENT).status_code == 404
    assert not ChatArticle.objects.exists()


def test_whoever_may_not_work_on_tickets_pins_none(chat, article):
    group = chat.agent.user.groups.get()
    group.permissions.remove(group.permissions.get(codename="work_on_tickets"))

    assert pin(chat, article, **FRAGMENT).status_code == 403
    assert "data-pin " not in get(chat, "resources", q="map a drive")
