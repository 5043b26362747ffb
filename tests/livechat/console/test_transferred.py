"""What was transferred to an agent: his list, the preview, and sending it back."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from livechat.models import Agent, Chat
from livechat.services.assignment import transfer_to_agent
from tests.factories import AgentFactory, ChatFactory

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Parley-Fragment": "1"}


def signed_in(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent.user)
    return client


def lists(agent: Agent, tab: str = "") -> str:
    return signed_in(agent).get(reverse("console:lists"), {"list": tab}).text


def open_tab(page: str) -> str:
    found = re.search(r'data-lists="(\w+)"', page)
    assert found
    return found[1]


def handed(to: Agent, remark: str = "", **fields: Any) -> Chat:
    """A chat of somebody else, transferred to this agent."""
    chat = ChatFactory(assigned=True, queue=to.queues.get(), **fields)
    return transfer_to_agent(chat.pk, by=chat.agent_id, to=to.pk, remark=remark)


@pytest.fixture
def mary() -> Any:
    agent = AgentFactory(online=True, screen_name="Mary L.")
    agent.queues.add(ChatFactory().queue)
    return agent


def test_the_tab_is_there_while_there_is_one(mary: Agent) -> None:
    assert "tab-transferred" not in lists(mary)

    chat = handed(mary)

    page = lists(mary, "transferred")
    assert f'data-transferred="{chat.public_id}"' in page
    assert open_tab(page) == "transferred"


def test_without_one_my_chats_is_open(mary: Agent) -> None:
    assert open_tab(lists(mary, "transferred")) == "mine"


def test_nobody_else_has_it_on_a_list(mary: Agent) -> None:
    chat = handed(mary)

    for other in (chat.transferred_by, AgentFactory(queues=[chat.queue])):
        assert other
        assert chat.public_id not in lists(other)


def test_the_row_says_who_sends_it_and_what_he_wrote(mary: Agent) -> None:
    chat = handed(mary, "Needs a <restart>.\nThen check.")

    page = lists(mary)

    assert chat.transferred_by
    assert chat.transferred_by.display_name in page
    assert "Needs a &lt;restart&gt;." in page
    assert chat.next_action_at
    assert f'data-until="{chat.next_action_at.isoformat()}"' in page


def test_an_old_note_is_no_remark_of_this_transfer(mary: Agent) -> None:
    chat = handed(mary, "First try.")
    noor = chat.transferred_by
    assert noor
    signed_in(mary).post(reverse("console:decline", args=[chat.public_id]))
    signed_in(noor).post(reverse("console:accept", args=[chat.public_id]))
    transfer_to_agent(chat.pk, by=noor.pk, to=mary.pk)

    assert "First try." not in lists(mary)


@pytest.mark.parametrize("rows", [1, 20])
def test_the_lists_take_as_many_queries_for_one_as_for_twenty(
    django_assert_num_queries: Any, mary: Agent, rows: int
) -> None:
    for number in range(rows):
        handed(mary, f"note {number}")
    client = signed_in(mary)

    # session, user, agent, rights (2), waiting, mine, transferred, why, settings
    with django_assert_num_queries(11):
        client.get(reverse("console:lists"))


def test_the_preview_has_the_history_with_notes_and_asks_for_an_answer(mary: Agent) -> None:
    chat = handed(mary, "Needs a restart.")

    part = signed_in(mary).get(reverse("console:chat", args=[chat.public_id]), headers=FRAGMENT)

    assert 'data-mode="preview"' in part.text
    assert "Needs a restart." in part.text
    assert "passes this chat on to you" in part.text
    assert reverse("console:decline", args=[chat.public_id]) in part.text


def test_accepted_it_is_his(mary: Agent) -> None:
    chat = handed(mary)

    part = signed_in(mary).post(reverse("console:accept", args=[chat.public_id]), headers=FRAGMENT)

    assert 'data-mode="mine"' in part.text


def test_declined_it_goes_back_to_its_queue(mary: Agent) -> None:
    chat = handed(mary)

    decline = reverse("console:decline", args=[chat.public_id])
    assert signed_in(mary).post(decline, headers=FRAGMENT).status_code == 204

    chat.refresh_from_db()
    assert (chat.status, chat.transferred_to) == ("queued", None)


def test_only_he_may_decline_it(mary: Agent) -> None:
    chat = handed(mary)
    decline = reverse("console:decline", args=[chat.public_id])

    stranger = signed_in(AgentFactory(queues=[chat.queue])).post(decline, headers=FRAGMENT)
    waiting = ChatFactory(queue=chat.queue)
    no_transfer = signed_in(mary).post(
        reverse("console:decline", args=[waiting.public_id]), headers=FRAGMENT
    )

    assert stranger.status_code == 404
    assert json.loads(no_transfer.content)["code"] == "not_yours"
