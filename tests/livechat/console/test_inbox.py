"""The console's page and its lists."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from livechat.models import Agent, ReadCursor, Sender
from tests.factories import (
    AgentFactory,
    ChatFactory,
    CustomerFactory,
    MessageFactory,
    QueueFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def signed_in(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent.user)
    return client


def lists(agent: Agent, **query: str) -> str:
    return signed_in(agent).get(reverse("console:lists"), query).text


def test_whoever_waits_in_his_queues_is_shown_and_nobody_else() -> None:
    agent = AgentFactory(queues=[QueueFactory()])
    his = ChatFactory(queue=agent.queues.get())
    other = ChatFactory()

    page = lists(agent)

    assert f'data-waiting="{his.public_id}"' in page
    assert other.public_id not in page


def test_his_chats_are_shown_and_nobody_elses() -> None:
    his = ChatFactory(assigned=True)
    colleagues = ChatFactory(assigned=True, queue=his.queue)
    ended = ChatFactory(ended=True, agent=his.agent, queue=his.queue)

    page = lists(his.agent)

    assert f'data-mine="{his.public_id}"' in page
    assert colleagues.public_id not in page
    assert ended.public_id not in page


def test_unread_counts_what_the_customer_wrote_since_he_read() -> None:
    chat = ChatFactory(assigned=True)
    ReadCursor.objects.create(chat=chat, reader=f"a{chat.agent_id}", delivered=2, read=2)
    MessageFactory.create_batch(2, chat=chat)
    MessageFactory(chat=chat, sender=Sender("a", chat.agent_id, "Noor"), body="Looking")

    page = lists(chat.agent)

    assert 'data-unread="2"' in page


def test_the_last_reply_is_shown_and_notes_are_not() -> None:
    chat = ChatFactory(assigned=True)
    noor = Sender("a", chat.agent_id, "Noor")
    MessageFactory(chat=chat, sender=noor, body="Is it plugged in?")
    MessageFactory(chat=chat, sender=noor, kind="note", body="Third time this week")

    page = lists(chat.agent)

    assert "You: Is it plugged in?" in page
    assert "Third time" not in page


@pytest.mark.parametrize(("waited", "level"), [(10, ""), (70, "amber"), (130, "red")])
def test_waiting_times_turn_amber_at_half_of_the_queues_target_and_red_at_it(
    waited: int, level: str
) -> None:
    agent = AgentFactory(queues=[QueueFactory(target_seconds=120)])
    since = timezone.now() - timedelta(seconds=waited)
    chat = ChatFactory(queue=agent.queues.get(), queued_at=since)

    page = lists(agent, list="queue")

    assert f'class="wait {level}" id="queue-wait-{chat.public_id}"' in page


def test_a_chat_whose_customer_left_says_so() -> None:
    chat = ChatFactory(left=True)

    page = lists(chat.agent)

    assert "0 active, 1 to close" in page
    assert "End user has cancelled chat" in page


def test_the_open_tab_is_in_the_address() -> None:
    page = lists(AgentFactory(), list="queue")

    assert re.search(r'id="tab-queue"[^>]*aria-selected="true"', page)


def test_a_long_list_is_cut_and_says_how_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("livechat.console.lists.ROWS", 2)
    agent = AgentFactory(queues=[QueueFactory()])
    ChatFactory.create_batch(5, queue=agent.queues.get())

    page = lists(agent, list="queue")

    assert page.count('id="queue-wait-') == 2
    assert "and 3 more" in page


@pytest.mark.parametrize("rows", [1, 20])
def test_the_page_takes_as_many_queries_for_one_chat_as_for_twenty(
    django_assert_num_queries: object, rows: int
) -> None:
    agent = AgentFactory(queues=[QueueFactory()])
    queue = agent.queues.get()
    ChatFactory.create_batch(rows, queue=queue)
    ChatFactory.create_batch(rows, assigned=True, agent=agent, queue=queue)
    client = signed_in(agent)

    # session, user, agent, rights (2), the lists (3), why, invited, settings (2), queues, switches
    with django_assert_num_queries(14):
        page = client.get(reverse("console:inbox")).text

    assert page.count("data-mine=") == page.count('id="queue-wait-') == rows


def test_names_from_outside_are_text() -> None:
    agent = AgentFactory(queues=[QueueFactory()])
    queue = agent.queues.get()
    customer = CustomerFactory(company=queue.company, name="<img src=x onerror=alert(1)>")
    ChatFactory(queue=queue, customer=customer, question='"><script>alert(1)</script>')

    page = lists(agent)

    assert "<img" not in page
    assert "<script" not in page


def test_the_policy_allows_one_kind_of_trusted_types() -> None:
    response = signed_in(AgentFactory()).get(reverse("console:inbox"))

    policy = response["Content-Security-Policy"]
    assert "require-trusted-types-for 'script'" in policy
    assert "trusted-types parley-fragment" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_whoever_is_no_agent_is_told_so() -> None:
    client = Client()
    client.force_login(UserFactory())

    response = client.get(reverse("console:inbox"))

    assert response.status_code == 403
    assert "You are signed in, but no agent" in response.text
    assert reverse("admin:index") not in response.text


def test_an_agent_without_the_right_is_told_so() -> None:
    agent = AgentFactory(user=UserFactory(is_staff=True))

    response = signed_in(agent).get(reverse("console:inbox"))

    assert response.status_code == 403
    assert reverse("admin:index") in response.text


def test_nobody_gets_the_page_without_signing_in() -> None:
    response = Client().get(reverse("console:inbox"))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("sign-in"))


def test_the_theme_and_the_language_are_the_persons() -> None:
    agent = AgentFactory(user__theme="dark")

    page = signed_in(agent).get(reverse("console:inbox")).text

    assert '<html lang="en" data-theme="dark">' in page
