"""Who may see a chat: queries and rows already read say the same, whatever the chat."""

import json
from itertools import product

import pytest

from livechat.consumers.admission import _queues_of
from livechat.consumers.resume import Missed, read_history
from livechat.events import Mark, agent_topic, queue_topic
from livechat.models import Agent, Chat, ChatHead, Invitation, Sender
from livechat.protocol import History
from tests.factories import AgentFactory, ChatFactory, InvitationFactory, QueueFactory

pytestmark = pytest.mark.django_db

STATUSES = Chat.Status.values


def chat_that_is(status: str) -> Chat:
    return ChatFactory(**({} if status == "queued" else {status: True}))


def invited(chat: Chat, agent: Agent, letter: str) -> None:
    """He has accepted, or has not answered."""
    Chat.objects.filter(pk=chat.pk).update(invitees=f"{letter}{agent.pk}")
    role = "monitor" if letter == "m" else "participant"
    status = Invitation.Status.PENDING if letter == "i" else Invitation.Status.ACCEPTED
    asked = {"invited_by": agent, "role": role, "status": status}
    Invitation.objects.create(chat=chat, agent=agent, **asked)


def head_of(chat: Chat) -> ChatHead:
    return ChatHead(*Chat.objects.filter(pk=chat.pk).values_list(*ChatHead.COLUMNS).get())


def rows_say(agent: Agent, chat: Chat) -> bool:
    topics = frozenset(map(queue_topic, _queues_of([agent]).get(agent.pk, ())))
    return Missed(Sender("a", agent.pk, ""), topics, {}).may_see(head_of(chat))


@pytest.mark.parametrize(("status", "letter"), list(product(STATUSES, ["", "p", "m", "i"])))
def test_rows_let_those_agents_see_a_chat_whom_queries_let(status: str, letter: str) -> None:
    chat = chat_that_is(status)
    serving, elsewhere = AgentFactory(queues=[chat.queue]), AgentFactory(queues=[QueueFactory()])
    if letter:
        invited(chat, elsewhere, letter)
    agents = [serving, elsewhere, AgentFactory(), chat.agent, chat.transferred_to]

    said = [(rows_say(agent, chat), agent) for agent in agents if agent]

    assert said == [
        (Chat.objects.visible_to(agent.user).filter(pk=chat.pk).exists(), agent)
        for _, agent in said
    ]
    assert rows_say(elsewhere, chat) == bool(letter)
    assert rows_say(serving, chat) == (status == "queued")


@pytest.mark.parametrize("status", STATUSES)
def test_a_customer_sees_his_own_chats_and_no_others(status: str) -> None:
    chat, other = chat_that_is(status), ChatFactory()
    for customer in (chat.customer, other.customer):
        sender = Sender("c", customer.pk, "")

        seen = Missed(sender, frozenset(), {}).may_see(head_of(chat))
        page = read_history(sender, History(type="history", chat=chat.public_id, after=0))

        assert Chat.objects.of_customer(customer).filter(pk=chat.pk).exists() == seen
        assert (page is not None) == seen == (customer == chat.customer)


def test_an_invitation_not_answered_opens_the_chat_and_all_that_is_said_from_then_on() -> None:
    asked = InvitationFactory(agent=AgentFactory())

    page = read_history(
        Sender("a", asked.agent.pk, ""),
        History(type="history", chat=asked.chat.public_id, after=0),
    )

    assert page
    assert json.loads(page)["items"]
    assert rows_say(asked.agent, asked.chat)
    assert agent_topic(asked.agent.pk) in Mark.of(asked.chat).staff_topics()
