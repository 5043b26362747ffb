"""The factories' rows are as the services leave them."""

import pytest

from livechat.models import Agent, Chat, Message, Sender
from livechat.services.assignment import accept_chat
from livechat.services.closing import cancel_chat, end_chat
from livechat.services.intake import start_chat
from tests.factories import (
    AgentFactory,
    ChatFactory,
    CustomerFactory,
    MessageFactory,
    QueueFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

COMPARED = ["status", "subject", "version", "owner_epoch", "last_seq", "last_public_seq"]
SET_OR_NOT = ["accepted_at", "ended_at", "left_at", "unanswered_since", "agent_id", "agent_name"]
QUESTION = "The printer on floor 3 says offline."


def shape(chat: Chat) -> dict[str, object]:
    chat.refresh_from_db()
    lines = Message.objects.filter(chat=chat).order_by("seq")
    return {
        **{name: getattr(chat, name) for name in COMPARED},
        **{name: bool(getattr(chat, name)) for name in SET_OR_NOT},
        "place": chat.queued_at - chat.rank_time,
        "lines": [(m.seq, m.public_after, m.kind, m.body, sorted(m.data)) for m in lines],
        "open_chats": chat.agent.open_chats if chat.agent else 0,
    }


def by_services(steps: str) -> Chat:
    queue = QueueFactory(is_default=True)
    agent = AgentFactory(queues=[queue])
    customer = CustomerFactory(company=queue.company)
    chat = start_chat(customer.pk, client_id="client-00000000", question=QUESTION)[0]
    for step in steps:
        {
            "a": lambda: accept_chat(chat.pk, by=agent.pk),
            "c": lambda: cancel_chat(chat.pk),
            "e": lambda: end_chat(chat.pk, by=agent.pk),
        }[step]()
    return chat


@pytest.mark.parametrize(
    ("traits", "steps"),
    [
        ({}, ""),
        ({"assigned": True}, "a"),
        ({"left": True}, "ac"),
        ({"ended": True}, "ae"),
        ({"cancelled": True}, "c"),
    ],
)
def test_a_chat_is_as_the_services_leave_it(traits, steps):
    assert shape(ChatFactory(**traits)) == shape(by_services(steps))


def test_a_chat_belongs_to_its_customers_company():
    chat, of_general = ChatFactory(), ChatFactory(queue=QueueFactory(company=None))
    customer = CustomerFactory()

    assert chat.customer.company == chat.queue.company
    assert of_general.customer.company
    assert ChatFactory(customer=customer).queue.company == customer.company


def test_its_agent_serves_its_queue_unless_another_one_is_given():
    agent = AgentFactory()

    assert ChatFactory(assigned=True).agent.queues.count() == 1
    assert ChatFactory(assigned=True, agent=agent).agent.queues.count() == 0


def test_chats_of_one_agent_are_counted():
    agent = AgentFactory()
    ChatFactory.create_batch(3, assigned=True, agent=agent)

    assert Agent.objects.get(pk=agent.pk).open_chats == 3


def test_a_message_is_the_next_line():
    chat = ChatFactory(assigned=True)
    agent = Sender("a", chat.agent_id, chat.agent_name)

    lines = [MessageFactory(chat=chat), MessageFactory(chat=chat, sender=agent, kind="note")]

    assert [(line.seq, line.public_after, line.sender[0]) for line in lines] == [
        (3, 2, "c"),
        (4, 3, "a"),
    ]


def test_users_have_the_rights_of_their_group():
    assert AgentFactory().user.has_perm("livechat.use_console")
    assert UserFactory(supervisor=True).has_perm("livechat.supervise_chats")
    administrator = UserFactory(administrator=True)
    assert administrator.is_staff
    assert administrator.has_perm("livechat.change_queue")
    assert not UserFactory().has_perm("livechat.use_console")


def test_a_verified_customer_has_an_external_id():
    assert CustomerFactory(verified=True).external_id
    assert CustomerFactory().external_id is None
