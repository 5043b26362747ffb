"""A chat handed on from the console: to an agent, to a queue, back, or given up."""

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from livechat.models import Agent, Chat, Message
from tests.factories import AgentFactory, ChatFactory, QueueFactory

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Parley-Fragment": "1"}


@pytest.fixture
def chat() -> Any:
    return ChatFactory(assigned=True)


@pytest.fixture
def colleague(chat: Chat) -> Any:
    return AgentFactory(queues=[chat.queue], online=True, screen_name="Mary L.")


def signed_in(agent: Agent | None) -> Client:
    assert agent
    client = Client()
    client.force_login(agent.user)
    return client


def post(chat: Chat, name: str, **fields: str) -> HttpResponse:
    address = reverse(f"console:{name}", args=[chat.public_id])
    return signed_in(chat.agent).post(address, fields, headers=FRAGMENT)


def dialog(chat: Chat) -> str:
    address = reverse("console:transfer", args=[chat.public_id])
    return signed_in(chat.agent).get(address, headers=FRAGMENT).text


def problem(response: HttpResponse) -> tuple[int, str]:
    return response.status_code, json.loads(response.content)["code"]


def test_a_transfer_to_an_agent_takes_its_note_along(chat: Chat, colleague: Agent) -> None:
    sent = {"kind": "agent", "agent": colleague.public_id, "remark": "Needs a restart."}

    assert post(chat, "transfer", **sent).status_code == 204

    chat.refresh_from_db()
    assert (chat.status, chat.transferred_to) == ("transferred", colleague)
    assert Message.objects.filter(chat=chat, kind="note", body="Needs a restart.").exists()


def test_a_transfer_to_a_queue_waits_there(chat: Chat) -> None:
    other = QueueFactory(company=chat.queue.company)

    assert post(chat, "transfer", kind="queue", queue=other.public_id).status_code == 204

    chat.refresh_from_db()
    assert (chat.status, chat.queue) == ("queued", other)


def test_an_agent_who_has_gone_meanwhile_is_refused(chat: Chat, colleague: Agent) -> None:
    Agent.objects.filter(pk=colleague.pk).update(available=False)

    response = post(chat, "transfer", kind="agent", agent=colleague.public_id)

    assert problem(response) == (409, "agent_unavailable")
    chat.refresh_from_db()
    assert chat.status == "assigned"


def test_another_companys_queue_takes_no_chat_of_this_one(chat: Chat) -> None:
    response = post(chat, "transfer", kind="queue", queue=QueueFactory().public_id)

    assert problem(response) == (409, "no_queue")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"kind": "agent"},
        {"kind": "queue", "agent": "A" * 22},
        {"kind": "room", "agent": "A" * 22},
    ],
)
def test_what_names_nobody_is_refused(chat: Chat, fields: dict[str, str]) -> None:
    assert problem(post(chat, "transfer", **fields)) == (409, "invalid")


def test_a_note_that_says_too_much_is_refused(chat: Chat, colleague: Agent) -> None:
    sent = {"kind": "agent", "agent": colleague.public_id, "remark": "x" * 8001}

    assert problem(post(chat, "transfer", **sent)) == (409, "too_long")


def test_a_note_reaches_the_next_agent_to_the_letter(chat: Chat, colleague: Agent) -> None:
    post(chat, "transfer", kind="agent", agent=colleague.public_id, remark=" a\n  b ")

    assert Message.objects.get(chat=chat, kind="note").body == " a\n  b "


def test_the_dialog_offers_who_could_take_it_with_his_load(chat: Chat, colleague: Agent) -> None:
    ChatFactory.create_batch(2, assigned=True, agent=colleague, queue=chat.queue)
    away = AgentFactory(queues=[chat.queue], screen_name="Away")
    stranger = AgentFactory(online=True, screen_name="Stranger")

    shown = dialog(chat)

    assert "Mary L." in shown
    assert "2 of 3" in shown
    assert not {away.public_id, stranger.public_id, chat.agent.public_id} & set(shown.split('"'))


def test_the_dialog_offers_the_other_queues_of_the_company_and_the_common_ones(chat: Chat) -> None:
    other = QueueFactory(company=chat.queue.company, name="Network")
    common = QueueFactory(company=None, name="Second level")
    foreign = QueueFactory(name="Foreign")
    AgentFactory.create_batch(2, queues=[other], online=True)
    ChatFactory(queue=other)

    shown = dialog(chat)

    assert all(queue.public_id in shown for queue in (other, common))
    assert foreign.public_id not in shown
    assert chat.queue.public_id not in shown
    assert "1 waiting" in shown
    assert "2 free" in shown


def test_who_is_full_leaves_no_place_free(chat: Chat) -> None:
    other = QueueFactory(company=chat.queue.company, capacity=1)
    AgentFactory(queues=[other], online=True, open_chats=1)

    assert "0 free" in dialog(chat)


@pytest.mark.parametrize("rows", [1, 20])
def test_the_dialog_takes_as_many_queries_for_one_agent_as_for_twenty(
    django_assert_num_queries: Any, chat: Chat, rows: int
) -> None:
    queues = QueueFactory.create_batch(rows, company=chat.queue.company)
    AgentFactory.create_batch(rows, queues=[chat.queue, *queues], online=True)
    client = signed_in(chat.agent)

    # session, user, agent, rights (2), chat, settings, agents, queues, waiting, free
    with django_assert_num_queries(11):
        client.get(reverse("console:transfer", args=[chat.public_id]), headers=FRAGMENT)


def test_without_a_script_the_dialogs_address_is_the_chats(chat: Chat) -> None:
    address = reverse("console:transfer", args=[chat.public_id])

    response = signed_in(chat.agent).get(address)

    assert response["Location"] == reverse("console:chat", args=[chat.public_id])


def test_released_it_waits_at_its_old_place(chat: Chat) -> None:
    since = chat.queued_at

    assert post(chat, "release").status_code == 204

    chat.refresh_from_db()
    assert (chat.status, chat.queued_at, chat.agent) == ("queued", since, None)


def test_abandoned_it_is_over(chat: Chat) -> None:
    assert post(chat, "abandon").status_code == 204

    chat.refresh_from_db()
    assert chat.status == "abandoned"


def test_what_the_customer_left_can_be_abandoned_and_not_handed_on(colleague: Agent) -> None:
    chat = ChatFactory(left=True)

    assert problem(post(chat, "release")) == (409, "chat_ended")
    assert post(chat, "abandon").status_code == 204


@pytest.mark.parametrize("name", ["transfer", "release", "abandon"])
def test_a_strangers_chat_is_not_there(chat: Chat, name: str) -> None:
    address = reverse(f"console:{name}", args=[chat.public_id])

    assert signed_in(AgentFactory()).post(address).status_code == 404
