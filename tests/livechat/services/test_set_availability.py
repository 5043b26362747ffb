"""set_availability: what an agent wants, up to what he may; and when he is set unavailable."""

import pytest
from django.urls import reverse

from livechat.exceptions import CapacityError
from livechat.models import Agent, AvailabilityReason, Chat, ChatSettings
from livechat.services.closing import abandon_chat, end_chat
from livechat.services.presence import set_availability
from tests.factories import PASSWORD, AgentFactory, ChatFactory, QueueFactory

pytestmark = pytest.mark.django_db


def agent_now(agent):
    return Agent.objects.get(pk=agent.pk)


def test_he_says_how_many_he_wants():
    agent = AgentFactory()

    set_availability(agent.pk, available=True, capacity=4)

    assert (agent_now(agent).available, agent_now(agent).capacity) == (True, 4)


@pytest.mark.parametrize("capacity", [0, 6])
def test_but_no_more_than_he_may(capacity):
    agent = AgentFactory()

    with pytest.raises(CapacityError) as refused:
        set_availability(agent.pk, available=True, capacity=capacity)

    assert refused.value.largest == 5


def test_his_own_limit_is_the_smaller_one():
    agent = AgentFactory(largest_capacity=2)

    with pytest.raises(CapacityError):
        set_availability(agent.pk, available=True, capacity=3)


def test_where_the_number_is_fixed_he_chooses_none():
    ChatSettings.objects.update(capacity_fixed=True)

    with pytest.raises(CapacityError):
        set_availability(AgentFactory().pk, available=True, capacity=3)


def test_the_reason_stands_until_he_is_back():
    agent, reason = AgentFactory(), AvailabilityReason.objects.create(label="At the dentist")

    set_availability(agent.pk, available=False, reason=reason.pk)
    away = agent_now(agent).reason
    set_availability(agent.pk, available=True)

    assert (away, agent_now(agent).reason) == (reason, None)


def test_what_he_has_stays_his():
    chat = ChatFactory(assigned=True)

    set_availability(chat.agent_id, available=False)

    assert Chat.objects.get(pk=chat.pk).agent == chat.agent


def test_who_is_back_is_given_what_waits(django_capture_on_commit_callbacks):
    queue = QueueFactory(auto_accept=True)
    agent = AgentFactory(queues=[queue], online=True, available=False)
    chat = ChatFactory(queue=queue)

    with django_capture_on_commit_callbacks(execute=True):
        set_availability(agent.pk, available=True)

    assert Chat.objects.get(pk=chat.pk).agent == agent


@pytest.mark.parametrize(("step", "available"), [(end_chat, False), (abandon_chat, True)])
def test_unavailable_after_ending_and_only_then(step, available):
    ChatSettings.objects.update(unavailable_after_ending=True)
    chat = ChatFactory(assigned=True)

    step(chat.pk, by=chat.agent_id)

    assert agent_now(chat.agent).available is available


@pytest.mark.parametrize("wanted", [True, False])
def test_unavailable_at_sign_in_where_the_administrator_says_so(client, wanted):
    ChatSettings.objects.update(unavailable_at_sign_in=wanted)
    agent = AgentFactory()

    client.post(reverse("sign-in"), {"username": agent.user.email, "password": PASSWORD})

    assert agent_now(agent).available is not wanted


def test_ending_a_chat_leaves_the_reason_of_who_is_unavailable_already():
    ChatSettings.objects.update(unavailable_after_ending=True)
    reason = AvailabilityReason.objects.create(label="Following up")
    chat = ChatFactory(assigned=True)
    set_availability(chat.agent_id, available=False, reason=reason.pk)

    end_chat(chat.pk, by=chat.agent_id)

    assert Agent.objects.get(pk=chat.agent_id).reason == reason
