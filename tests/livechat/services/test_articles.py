"""Articles in chats: shared, opened, pinned, before there is a ticket and after."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from knowledge.exceptions import ArticleNotForThemError
from knowledge.models import Article, ArticleDay, Citation
from knowledge.services.articles import retire_article
from livechat.events import ChatChanged
from livechat.exceptions import ArticleNotSharedError, ChatEndedError, NotYoursError
from livechat.models import Chat, ChatArticle, Message, Queue, Sender
from livechat.protocol import Code
from livechat.services.articles import open_article, pin_article, share_article, unpin_article
from livechat.services.assignment import transfer_to_queue
from livechat.services.closing import end_chat
from livechat.services.conversation import Outcome
from livechat.services.leaving import leave_ticket_instead
from livechat.services.ticketing import open_ticket_for
from livechat.services.transcript import transcript_of
from tests.factories import (
    AgentFactory,
    ArticleFactory,
    AssignmentGroupFactory,
    ChatFactory,
    CompanyFactory,
    InvitationFactory,
    MessageFactory,
)
from tickets.models import Activity

pytestmark = pytest.mark.django_db


@pytest.fixture
def chat() -> Chat:
    made: Chat = ChatFactory(assigned=True)
    made.agent.user.companies.add(made.queue.company)
    return made


@pytest.fixture
def article() -> Article:
    made: Article = ArticleFactory(title="Map a drive", summary="How to have it back")
    return made


def share(chat: Chat, article: Article, **more: Any) -> Outcome:
    agent = more.pop("agent", chat.agent)
    sender = Sender("a", agent.pk, agent.display_name)
    given = {"client_id": "card-0001", **more}
    return share_article(article, chat=chat.public_id, sender=sender, by=agent.user, **given)


def ticket_of(chat: Chat) -> int:
    return open_ticket_for(chat.pk, by=chat.agent_id, kind="incident").pk


def cited(ticket: int) -> list[tuple[int, str]]:
    rows = Citation.objects.filter(ticket=ticket).order_by("pk")
    return list(rows.values_list("article", "kind"))


def told(ticket: int) -> list[str]:
    rows = Activity.objects.filter(ticket=ticket, code__startswith="article_").order_by("pk")
    return list(rows.values_list("code", flat=True))


def counted(article: Article) -> dict[str, int]:
    found: dict[str, int] = ArticleDay.objects.totals([article.pk]).get(article.pk, {})
    return {name: number for name, number in found.items() if number}


# --- shared --------------------------------------------------------------------------------------


def test_it_is_a_message_of_the_chat_and_is_counted(chat, article):
    share(chat, article)

    line = Message.objects.get(chat=chat, kind="article")
    assert (line.body, line.sender) == ("Map a drive", f"a{chat.agent_id}")
    assert line.data == {
        "id": article.public_id, "number": article.number, "summary": "How to have it back",
    }  # fmt: skip
    row = ChatArticle.objects.get(chat=chat)
    assert (row.article, row.shared_by, row.shared_at) == (article, chat.agent.user, line.posted_at)
    assert counted(article) == {"shares": 1}


def test_sent_again_it_stands_once_and_is_counted_once(chat, article):
    first, again = share(chat, article), share(chat, article)

    assert (first.seq, again.seq, again.repeat) == (first.seq, first.seq, True)
    assert counted(article) == {"shares": 1}


def test_shared_once_more_it_is_said_again_and_the_first_time_stays(chat, article):
    first = share(chat, article)
    share(chat, article, client_id="card-0002")

    assert Message.objects.filter(chat=chat, kind="article").count() == 2
    assert ChatArticle.objects.get(chat=chat).shared_at == first.posted_at


@pytest.mark.parametrize("why", ["of another company", "for agents only", "retired", "a draft"])
def test_what_the_customer_may_not_read_is_not_shared_with_him(chat, why):
    wrong = {
        "of another company": {"companies": [CompanyFactory()]},
        "for agents only": {"audience": "agents"},
        "a draft": {"published": False},
    }
    article = ArticleFactory(**wrong.get(why, {}))
    if why == "retired":
        article = retire_article(article.pk, by=chat.agent.user)

    with pytest.raises(ArticleNotForThemError):
        share(chat, article)

    assert not ChatArticle.objects.exists()
    assert not Message.objects.filter(kind="article").exists()
    assert counted(article) == {}


def test_a_colleague_in_the_chat_shares_and_a_monitor_does_not(chat, article):
    speaks, reads = (
        InvitationFactory(chat=chat, role=role, accepted=True).agent
        for role in ("participant", "monitor")
    )

    share(chat, article, agent=speaks)

    assert ChatArticle.objects.get().shared_by == speaks.user
    assert share(chat, article, agent=reads, client_id="card-0002").code == Code.FORBIDDEN


def test_in_a_chat_that_is_over_nothing_is_shared(chat, article):
    end_chat(chat.pk, by=chat.agent_id)

    assert share(chat, article).code == Code.CHAT_ENDED
    assert not ChatArticle.objects.exists()


def test_after_the_chat_was_given_back_its_old_page_shares_nothing(chat, article):
    epoch = Chat.objects.get(pk=chat.pk).owner_epoch

    assert share(chat, article, epoch=epoch + 1).code == Code.NOT_YOURS
    assert not ChatArticle.objects.exists()


def test_the_transcript_names_it(chat, article):
    share(chat, article)

    name = chat.agent.display_name
    assert f"{name}: Article: {article.number} Map a drive" in transcript_of(chat)


# --- opened --------------------------------------------------------------------------------------


def test_the_agent_is_told_once_that_it_was_opened(chat, article, published):
    share(chat, article)
    published.clear()

    open_article(chat.pk, article=article.pk)
    told_once = len(published)
    open_article(chat.pk, article=article.pk)

    assert ChatArticle.objects.get().opened_at <= timezone.now()
    assert told_once == len(published)
    assert [event.chat.pk for event in published if isinstance(event, ChatChanged)] == [chat.pk]
    assert counted(article) == {"shares": 1, "opened": 1}


def test_what_is_only_pinned_is_nothing_to_open(chat, article):
    pin_article(chat.pk, article=article, by=chat.agent_id)

    with pytest.raises(ArticleNotSharedError):
        open_article(chat.pk, article=article.pk)


# --- pinned --------------------------------------------------------------------------------------


def test_pinned_and_taken_off_again(chat, article):
    pin_article(chat.pk, article=article, by=chat.agent_id)
    pin_article(chat.pk, article=article, by=chat.agent_id)
    assert ChatArticle.objects.get().pinned_by == chat.agent.user

    unpin_article(chat.pk, article=article, by=chat.agent_id)

    assert not ChatArticle.objects.exists()


def test_taken_off_it_stays_shared(chat, article):
    share(chat, article)
    pin_article(chat.pk, article=article, by=chat.agent_id)

    unpin_article(chat.pk, article=article, by=chat.agent_id)

    row = ChatArticle.objects.get()
    assert (row.pinned_at, row.pinned_by) == (None, None)
    assert row.shared_at


def test_only_the_chats_agent_pins_while_it_is_his(chat, article):
    colleague = AgentFactory(queues=[chat.queue])

    with pytest.raises(NotYoursError):
        pin_article(chat.pk, article=article, by=colleague.pk)
    end_chat(chat.pk, by=chat.agent_id)
    with pytest.raises(ChatEndedError):
        pin_article(chat.pk, article=article, by=chat.agent_id)


# --- how it went on -----------------------------------------------------------------------------


@pytest.mark.parametrize(("replies", "went_on"), [(0, 0), (1, 0), (2, 1), (5, 1)])
def test_a_chat_that_goes_on_counts_once_when_it_is_over(chat, article, replies, went_on):
    MessageFactory(chat=chat, body="Before")
    MessageFactory(chat=chat, body="And before")
    share(chat, article)
    chat.refresh_from_db()
    for number in range(replies):
        MessageFactory(chat=chat, body=f"It does not help, {number}")
    assert counted(article) == {"shares": 1}

    end_chat(chat.pk, by=chat.agent_id)

    assert counted(article).get("went_on", 0) == went_on


# --- with a ticket -------------------------------------------------------------------------------


def test_what_came_before_the_ticket_stands_on_it(chat, article):
    pinned = ArticleFactory()
    share(chat, article)
    pin_article(chat.pk, article=pinned, by=chat.agent_id)
    pin_article(chat.pk, article=article, by=chat.agent_id)

    ticket = ticket_of(chat)

    assert cited(ticket) == [
        (article.pk, "shared"), (article.pk, "pinned"), (pinned.pk, "pinned"),
    ]  # fmt: skip
    assert told(ticket) == ["article_shared", "article_pinned", "article_pinned"]
    assert counted(article) == {"shares": 1}


def test_what_comes_after_it_stands_on_it_too(chat, article):
    ticket = ticket_of(chat)

    share(chat, article)
    share(chat, article, client_id="card-0002")
    pin_article(chat.pk, article=article, by=chat.agent_id)
    unpin_article(chat.pk, article=article, by=chat.agent_id)

    assert cited(ticket) == [(article.pk, "shared")]
    assert told(ticket) == ["article_shared", "article_pinned", "article_unpinned"]


def test_it_stands_on_the_ticket_that_the_customer_leaves_instead(chat, article):
    Queue.objects.filter(pk=chat.queue_id).update(
        assignment_group=AssignmentGroupFactory(company=None)
    )
    share(chat, article)
    transfer_to_queue(chat.pk, by=chat.agent_id, to=chat.queue_id)
    long_ago = timezone.now() - timedelta(minutes=30)
    Chat.objects.filter(pk=chat.pk).update(queued_at=long_ago, let_go_at=long_ago)

    ticket = leave_ticket_instead(chat.pk).ticket_id

    assert cited(ticket) == [(article.pk, "shared")]
