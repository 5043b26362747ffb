"""One chat's page: looked at, accepted, ended."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from livechat.models import Agent, Chat, ReadCursor, Sender
from tests.factories import AgentFactory, ChatFactory, CustomerFactory, MessageFactory, QueueFactory

pytestmark = pytest.mark.django_db
FRAGMENT = {"X-Parley-Fragment": "1"}


def signed_in(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent.user)
    return client


def address(name: str, chat: Chat) -> str:
    return reverse(f"console:{name}", args=[chat.public_id])


def conversation(agent: Agent, chat: Chat) -> str:
    return signed_in(agent).get(address("chat", chat), headers=FRAGMENT).text


def frames(part: str) -> list[dict[str, Any]]:
    found = re.search(r'<script type="application/json">(.*?)</script>', part, re.DOTALL)
    assert found
    loaded: list[dict[str, Any]] = json.loads(found[1])
    return loaded


def mode(part: str) -> str:
    found = re.search(r'data-mode="(\w+)"', part)
    assert found
    return found[1]


def colleague(chat: Chat) -> Agent:
    agent: Agent = AgentFactory(queues=[chat.queue])
    return agent


def test_somebody_without_a_name_is_called_so() -> None:
    chat = ChatFactory(customer=CustomerFactory(name=""))

    assert "Unnamed customer cannot see you yet." in conversation(colleague(chat), chat)


def test_a_waiting_chat_is_a_preview_with_all_that_was_said() -> None:
    chat = ChatFactory(question="The map drive is grey.")

    part = conversation(colleague(chat), chat)

    assert mode(part) == "preview"
    assert "<textarea" not in part
    items = frames(part)[1]["items"]
    assert [item["body"] for item in items] == ["The map drive is grey."]


def test_his_chat_comes_with_its_last_lines_state_and_receipts() -> None:
    chat = ChatFactory(assigned=True)
    MessageFactory.create_batch(60, chat=chat)
    ReadCursor.objects.create(chat=chat, reader="c", delivered=9, read=4)

    state, lines, receipt = frames(conversation(chat.agent, chat))

    assert (state["status"], state["epoch"], state["version"]) == ("assigned", 1, 2)
    assert [item["seq"] for item in lines["items"]] == list(range(13, 63))
    assert (receipt["delivered"], receipt["read"]) == (9, 4)


def test_agents_see_side_notes() -> None:
    chat = ChatFactory(assigned=True)
    sender = Sender("a", chat.agent_id, "Noor")
    MessageFactory(chat=chat, sender=sender, kind="note", body="VIP")

    part = conversation(chat.agent, chat)

    assert frames(part)[1]["items"][-1]["kind"] == "note"


def test_when_the_customer_left_only_notes_can_be_written() -> None:
    chat = ChatFactory(left=True)

    part = conversation(chat.agent, chat)

    assert mode(part) == "left"
    assert "End user has cancelled chat." in part
    assert 'id="kind-reply"' not in part


def test_a_chat_of_his_that_is_over_can_be_read() -> None:
    chat = ChatFactory(ended=True)

    part = conversation(chat.agent, chat)

    assert mode(part) == "over"
    assert "<textarea" not in part


def test_whole_pages_and_parts_of_them_have_one_address() -> None:
    chat = ChatFactory(assigned=True)

    page = signed_in(chat.agent).get(address("chat", chat))
    part = signed_in(chat.agent).get(address("chat", chat), headers=FRAGMENT)

    assert "<!doctype html>" in page.text
    assert "<!doctype html>" not in part.text
    assert "X-Parley-Fragment" not in page
    assert part["X-Parley-Fragment"] == "1"


def test_nobody_is_verified_by_his_own_word() -> None:
    chat = ChatFactory(assigned=True)
    known = ChatFactory(assigned=True, customer=CustomerFactory(verified=True))

    assert "Unverified" in conversation(chat.agent, chat)
    assert "Unverified" not in conversation(known.agent, known)


def test_earlier_chats_are_those_that_this_agent_may_see() -> None:
    chat = ChatFactory(assigned=True)
    his = ChatFactory(ended=True, agent=chat.agent, customer=chat.customer, queue=chat.queue)
    other = ChatFactory(ended=True, customer=chat.customer, queue=chat.queue)

    part = conversation(chat.agent, chat)

    assert his.public_id in part
    assert other.public_id not in part


def test_a_chat_cancelled_while_waiting_is_told_of_and_cannot_be_opened() -> None:
    chat = ChatFactory(assigned=True)
    old = ChatFactory(cancelled=True, customer=chat.customer, queue=chat.queue, question="Hello?")

    part = conversation(chat.agent, chat)

    assert "Hello?" in part
    assert "cancelled while waiting" in part
    assert old.public_id not in part


def test_what_waited_in_a_queue_of_others_is_not_told() -> None:
    chat = ChatFactory(assigned=True)
    elsewhere = QueueFactory(company=chat.customer.company)
    ChatFactory(cancelled=True, customer=chat.customer, queue=elsewhere, question="Hello?")

    assert "Hello?" not in conversation(chat.agent, chat)


def test_an_earlier_chat_that_its_customer_left_says_so() -> None:
    chat = ChatFactory(assigned=True)
    ChatFactory(
        ended=True, agent=chat.agent, customer=chat.customer, queue=chat.queue, status="abandoned"
    )

    assert re.search(r"with .*, \d+ min, abandoned", conversation(chat.agent, chat))


@pytest.mark.parametrize("mode_", ["left", "ended"])
def test_what_was_being_written_has_a_place_when_it_cannot_be_sent(mode_: str) -> None:
    chat = ChatFactory(**{mode_: True})

    part = conversation(chat.agent, chat)

    assert "data-unsent" in part
    assert "Copy text" in part


@pytest.mark.parametrize("rows", [1, 20])
def test_it_takes_as_many_queries_for_one_line_as_for_twenty(
    django_assert_num_queries: Any, rows: int
) -> None:
    chat = ChatFactory(assigned=True)
    MessageFactory.create_batch(rows, chat=chat)
    old = {"ended": True, "agent": chat.agent, "customer": chat.customer, "queue": chat.queue}
    ChatFactory.create_batch(rows, **old)
    client = signed_in(chat.agent)

    # session, user, agent, rights (2), chat, cursors, lines, earlier (2), settings, why,
    # others (2), tickets (2), assets (2)
    with django_assert_num_queries(21):
        client.get(address("chat", chat), headers=FRAGMENT)


def test_accepting_gives_the_chat_and_its_page() -> None:
    chat = ChatFactory()
    agent = colleague(chat)

    response = signed_in(agent).post(address("accept", chat), headers=FRAGMENT)

    assert mode(response.text) == "mine"
    chat.refresh_from_db()
    assert chat.agent == agent


def test_accepting_without_a_script_leads_to_the_chat() -> None:
    chat = ChatFactory()

    response = signed_in(colleague(chat)).post(address("accept", chat))

    assert (response.status_code, response["Location"]) == (302, address("chat", chat))


def test_who_comes_late_is_told_who_was_faster() -> None:
    chat = ChatFactory(assigned=True, agent_name="Mary L.")

    response = signed_in(colleague(chat)).post(address("accept", chat), headers=FRAGMENT)

    assert response.status_code == 409
    problem = json.loads(response.text)
    assert (problem["code"], problem["detail"]) == ("already_accepted", "Accepted by Mary L.")


def test_ending_closes_it() -> None:
    chat = ChatFactory(assigned=True)

    response = signed_in(chat.agent).post(address("end", chat), headers=FRAGMENT)

    assert response.status_code == 204
    chat.refresh_from_db()
    assert chat.status == Chat.Status.ENDED


def test_ending_without_a_script_leads_to_the_lists() -> None:
    chat = ChatFactory(assigned=True)

    response = signed_in(chat.agent).post(address("end", chat))

    assert (response.status_code, response["Location"]) == (302, reverse("console:inbox"))


def test_a_waiting_chat_cannot_be_ended() -> None:
    chat = ChatFactory()

    response = signed_in(colleague(chat)).post(address("end", chat), headers=FRAGMENT)

    assert response.status_code == 409
    chat.refresh_from_db()
    assert chat.status == Chat.Status.QUEUED


@pytest.mark.parametrize(("name", "method"), [("chat", "get"), ("accept", "post"), ("end", "post")])
def test_a_strangers_chat_is_not_there(name: str, method: str) -> None:
    chat = ChatFactory(assigned=True)

    response = getattr(signed_in(AgentFactory()), method)(address(name, chat))

    assert response.status_code == 404


@pytest.mark.parametrize("name", ["accept", "end"])
def test_looking_changes_nothing(name: str) -> None:
    chat = ChatFactory(assigned=True)

    assert signed_in(chat.agent).get(address(name, chat)).status_code == 405


def test_a_post_without_the_token_is_refused() -> None:
    chat = ChatFactory(assigned=True)
    client = Client(enforce_csrf_checks=True)
    client.force_login(chat.agent.user)

    assert client.post(address("end", chat)).status_code == 403


@pytest.mark.parametrize(("minutes", "level"), [(9, ""), (11, "amber"), (16, "red")])
def test_handling_time_turns_amber_at_the_warning_and_red_at_the_target_of_the_queue(
    minutes: int, level: str
) -> None:
    queue = QueueFactory(conversation_target_seconds=900, conversation_warning_seconds=600)
    since = timezone.now() - timedelta(minutes=minutes)
    chat = ChatFactory(assigned=True, queue=queue, accepted_at=since)

    head = conversation(chat.agent, chat)

    assert f'<time class="{level}" data-warning="600" data-target="900"' in head


@pytest.mark.parametrize("trait", ["assigned", "left"])
def test_without_a_target_or_a_customer_handling_time_is_as_long_as_it_is(trait: str) -> None:
    target = None if trait == "assigned" else 900
    queue = QueueFactory(conversation_target_seconds=target)
    chat = ChatFactory(queue=queue, **{trait: True})

    assert re.search(r'<time data-since="[^"]+" title="Handling', conversation(chat.agent, chat))
