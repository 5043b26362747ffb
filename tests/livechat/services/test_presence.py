"""Leases: an agent can be reached while one of his pages lives; his customers are told once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from livechat import events
from livechat.exceptions import ScreenNameLockedError
from livechat.models import Agent, Lease
from livechat.models.agents import LEASE_SECONDS, RELOAD_SECONDS
from livechat.services import presence
from tests.factories import AgentFactory, ChatFactory

pytestmark = pytest.mark.django_db


def left_of(lease: Lease) -> float:
    """Seconds this lease still has."""
    lease.refresh_from_db()
    return (lease.expires_at - timezone.now()).total_seconds()


def runs_out(lease: Lease, seconds: float) -> None:
    lease.expires_at = timezone.now() + timedelta(seconds=seconds)
    lease.save(update_fields=["expires_at"])


def is_online(agent: Agent) -> bool:
    return Agent.objects.get(pk=agent.pk).online


def test_the_first_page_makes_an_agent_reachable():
    agent = AgentFactory()

    lease = presence.open_leases([agent.pk])[0]

    assert is_online(agent)
    assert 0 < left_of(lease) <= LEASE_SECONDS


def test_every_page_has_a_lease_of_its_own():
    agent = AgentFactory()

    pages = {presence.open_leases([agent.pk])[0].page for _ in range(3)}

    assert len(pages) == 3


def test_his_customers_are_told_that_he_is_back_once(published):
    chat = ChatFactory(assigned=True)

    presence.open_leases([chat.agent_id])[0]
    presence.open_leases([chat.agent_id])[0]

    assert published == [events.AgentReachChanged(chat.customer_id, chat.public_id, online=True)]


def test_an_agent_of_no_chats_has_nobody_to_tell(published):
    presence.open_leases([AgentFactory().pk])[0]

    assert not published


@pytest.mark.parametrize("traits", [{}, {"ended": True}])
def test_customers_of_other_chats_are_not_told(published, traits):
    agent = AgentFactory()
    ChatFactory(**traits, **({"agent": agent} if traits else {}))
    ChatFactory(assigned=True)

    presence.open_leases([agent.pk])[0]

    assert not published


def test_leases_are_renewed_together():
    leases = [presence.open_leases([AgentFactory().pk])[0] for _ in range(2)]
    for lease in leases:
        runs_out(lease, 1)

    renewed = presence.renew_leases([lease.page for lease in leases])

    assert renewed == 2
    assert all(left_of(lease) > LEASE_SECONDS - 10 for lease in leases)


def test_other_pages_are_not_renewed():
    lease = presence.open_leases([AgentFactory().pk])[0]
    runs_out(lease, 1)

    assert presence.renew_leases(["x" * 22]) == 0
    assert left_of(lease) <= 1


def test_leases_are_renewed_in_one_statement(django_assert_num_queries):
    pages = [presence.open_leases([AgentFactory().pk])[0].page for _ in range(20)]

    with django_assert_num_queries(3):  # a savepoint around it
        presence.renew_leases(pages)


def test_a_closed_page_lives_long_enough_to_be_loaded_again():
    agent = AgentFactory()
    lease = presence.open_leases([agent.pk])[0]

    presence.close_lease(lease.page)

    assert 0 < left_of(lease) <= RELOAD_SECONDS
    assert is_online(agent)


def test_closing_one_page_leaves_the_others():
    agent = AgentFactory()
    closed, other = presence.open_leases([agent.pk])[0], presence.open_leases([agent.pk])[0]

    presence.close_lease(closed.page)

    assert left_of(other) > RELOAD_SECONDS


def test_closing_never_gives_a_lease_more_time():
    lease = presence.open_leases([AgentFactory().pk])[0]
    runs_out(lease, 1)

    presence.close_lease(lease.page)

    assert left_of(lease) <= 1


def test_an_agent_who_is_gone_is_written_and_told_once(published):
    chat = ChatFactory(assigned=True, agent=AgentFactory(online=True))

    first = presence.note_reach(chat.agent_id, online=False)
    second = presence.note_reach(chat.agent_id, online=False)

    assert (first, second) == (True, False)
    assert not is_online(chat.agent)
    assert published == [events.AgentReachChanged(chat.customer_id, chat.public_id, online=False)]


def test_a_screen_name_is_stored_trimmed_and_may_be_empty():
    agent = AgentFactory()

    presence.set_screen_name(agent.pk, screen_name="  Noor ")
    assert Agent.objects.get(pk=agent.pk).display_name == "Noor"

    presence.set_screen_name(agent.pk, screen_name=" ")
    assert Agent.objects.get(pk=agent.pk).display_name == agent.user.name


def test_open_pages_speak_under_a_new_screen_name(published):
    agent = AgentFactory(screen_name="Noor")

    presence.set_screen_name(agent.pk, screen_name="Noor")
    assert published == []

    presence.set_screen_name(agent.pk, screen_name="Noor H.")
    assert published == [events.AccessChanged(agent.pk)]


def test_a_locked_screen_name_is_not_changed():
    agent = AgentFactory(screen_name="Desk 4", screen_name_locked=True)

    with pytest.raises(ScreenNameLockedError) as refused:
        presence.set_screen_name(agent.pk, screen_name="Noor")

    assert refused.value.code == "forbidden"
    assert presence.set_screen_name(agent.pk, screen_name=" Desk 4 ").screen_name == "Desk 4"
