"""A supervisor's help: asked for, withdrawn, cleared."""

import pytest

from livechat import events
from livechat.exceptions import ChatEndedError, NotYoursError
from livechat.models import AssistanceRequest, Chat
from livechat.services.assignment import transfer_to_queue
from livechat.services.closing import cancel_chat, end_chat
from livechat.services.teamwork import ask_for_assistance, clear_assistance, withdraw_assistance
from tests.factories import AgentFactory, ChatFactory, CompanyFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def chat():
    return ChatFactory(assigned=True)


def supervisor_of(company, **fields):
    user = UserFactory(in_groups=["Agent", "Supervisor"], companies=[company], **fields)
    return AgentFactory(user=user)


def is_open(chat):
    return AssistanceRequest.objects.open().filter(chat=chat).exists()


def told(published):
    """Of each news of assistance: whether it is wanted, and who hears of it."""
    return [
        (news.asked, {topic for each in news.deliveries() for topic in each.topics})
        for news in published
        if isinstance(news, events.AssistanceChanged)
    ]


def test_its_agent_asks_and_the_supervisors_of_its_company_hear_of_it(chat, published):
    supervisor = supervisor_of(chat.customer.company)
    supervisor_of(CompanyFactory())
    AgentFactory(queues=[chat.queue])

    ask_for_assistance(chat.pk, by=chat.agent_id)

    hearers = {events.agent_topic(chat.agent_id), events.agent_topic(supervisor.pk)}
    assert (is_open(chat), told(published)) == (True, [(True, hearers)])


def test_asked_again_it_is_one_request(chat, published):
    first = ask_for_assistance(chat.pk, by=chat.agent_id)

    assert ask_for_assistance(chat.pk, by=chat.agent_id) == first
    assert len(told(published)) == 1


def test_the_agent_may_withdraw_it_and_ask_again(chat, published):
    ask_for_assistance(chat.pk, by=chat.agent_id)
    for _ in range(2):
        withdraw_assistance(chat.pk, by=chat.agent_id)

    assert not is_open(chat)
    assert AssistanceRequest.objects.get(chat=chat).cleared_by == chat.agent.user
    ask_for_assistance(chat.pk, by=chat.agent_id)
    assert [asked for asked, _ in told(published)] == [True, False, True]


def test_a_supervisor_clears_it(chat):
    supervisor = supervisor_of(chat.customer.company)
    ask_for_assistance(chat.pk, by=chat.agent_id)

    clear_assistance(chat.pk, by=supervisor.user)

    assert AssistanceRequest.objects.get(chat=chat).cleared_by == supervisor.user


def test_one_of_all_companies_too_and_no_others(chat):
    ask_for_assistance(chat.pk, by=chat.agent_id)
    company = chat.customer.company
    others = [
        chat.agent.user,
        UserFactory(agent=True, companies=[company]),
        UserFactory(supervisor=True, companies=[CompanyFactory()]),
    ]

    for user in others:
        with pytest.raises(NotYoursError):
            clear_assistance(chat.pk, by=user)
    clear_assistance(chat.pk, by=UserFactory(supervisor=True, all_companies=True))

    assert not is_open(chat)


def test_nobody_else_asks_or_withdraws(chat):
    other = AgentFactory(queues=[chat.queue])

    for service in (ask_for_assistance, withdraw_assistance):
        with pytest.raises(NotYoursError):
            service(chat.pk, by=other.pk)


def test_for_a_chat_that_its_customer_has_left_nobody_can_help(chat):
    cancel_chat(chat.pk)

    with pytest.raises(ChatEndedError):
        ask_for_assistance(chat.pk, by=chat.agent_id)


def test_it_stays_while_the_chat_changes_hands_and_goes_with_its_end(chat, published):
    ask_for_assistance(chat.pk, by=chat.agent_id)
    transfer_to_queue(chat.pk, by=chat.agent_id, to=chat.queue_id)
    assert is_open(chat)

    other = ChatFactory(assigned=True)
    ask_for_assistance(other.pk, by=other.agent_id)
    end_chat(other.pk, by=other.agent_id)

    assert Chat.objects.get(pk=other.pk).status == "ended"
    assert (is_open(other), told(published)[-1][0]) == (False, False)
