"""The clock does what is due, and survives a database that is away."""

from datetime import timedelta
from time import monotonic

import pytest
from django.db import OperationalError
from django.utils import timezone

from livechat import clock as clocks
from livechat import events
from livechat.clock import Clock
from livechat.models import Agent, Chat, Lease
from livechat.services import presence
from tests.factories import AgentFactory, ChatFactory, CompanyFactory
from tickets.models import IdentityUse, Throttle


@pytest.fixture
def no_waiting(monkeypatch) -> None:
    monkeypatch.setattr(clocks, "TICK_SECONDS", 0.01)


@pytest.fixture
def lines(monkeypatch) -> list[object]:
    """The lines of the clock, to be filled; nothing else is due."""
    due: list[object] = []
    monkeypatch.setattr(clocks, "DEADLINES", due)
    monkeypatch.setattr(clocks, "HOUSEKEEPING", [])
    return due


@pytest.mark.django_db
def test_an_agent_whose_leases_ran_out_is_reconnecting_for_his_customers(published):
    chat = ChatFactory(assigned=True, agent=AgentFactory(online=True))
    Lease.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    clocks.note_reach()
    clocks.note_reach()

    assert not Agent.objects.get(pk=chat.agent_id).online
    assert published == [events.AgentReachChanged(chat.customer_id, chat.public_id, online=False)]


@pytest.mark.django_db
def test_an_agent_who_is_back_is_online_for_his_customers(published):
    chat = ChatFactory(assigned=True, agent=AgentFactory(online=True))
    Agent.objects.update(online=False)

    clocks.note_reach()

    assert Agent.objects.get(pk=chat.agent_id).online
    assert [event.online for event in published] == [True]


@pytest.mark.django_db
def test_what_another_clock_has_noted_is_told_once(published, monkeypatch):
    ChatFactory(assigned=True, agent=AgentFactory(online=True))
    Lease.objects.all().delete()
    note = presence.note_reach

    def note_twice(agent_id: int, *, online: bool) -> bool:
        return note(agent_id, online=online) and note(agent_id, online=online)

    monkeypatch.setattr(presence, "note_reach", note_twice)

    clocks.note_reach()

    assert len(published) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("minutes", [0, 2])
def test_who_was_never_there_is_given_the_same_time(minutes):
    """He accepted over the interface of programs, and no page of his was ever open."""
    chat = ChatFactory(assigned=True)
    accepted_at = timezone.now() - timedelta(minutes=minutes)
    Chat.objects.filter(pk=chat.pk).update(accepted_at=accepted_at)

    clocks.take_from_lost()

    chat.refresh_from_db()
    assert chat.status == ("queued" if minutes else "assigned")


@pytest.mark.django_db
def test_when_nothing_is_due_a_tick_is_five_queries(django_assert_num_queries):
    """Leases, grace, chats of the lost, chats that are due, targets."""
    AgentFactory(online=True)
    ChatFactory(assigned=True)
    clock = Clock()
    clock.housekept_at = monotonic()

    with django_assert_num_queries(5):
        clock.tick()


@pytest.mark.django_db
def test_once_a_minute_it_tidies_up():
    long_ago = timezone.now() - timedelta(days=2)
    Lease.objects.create(agent=AgentFactory(), expires_at=long_ago)
    IdentityUse.objects.create(company=CompanyFactory(), nonce="nonce-01", expires_at=long_ago)
    Throttle.objects.create(key="k", resets_at=long_ago)

    Clock().tick()

    assert not any(model.objects.exists() for model in (Lease, IdentityUse, Throttle))


def test_housekeeping_is_not_done_at_every_tick(lines, monkeypatch):
    done: list[str] = []
    monkeypatch.setattr(clocks, "HOUSEKEEPING", [lambda: done.append("kept")])
    lines.append(lambda: done.append("due"))
    clock = Clock()
    clock.housekept_at = monotonic() - 61

    clock.tick()
    clock.tick()

    assert done == ["due", "kept", "due"]


@pytest.mark.usefixtures("no_waiting")
def test_a_fault_of_the_database_costs_a_tick_and_no_more(lines, caplog):
    ticks = []
    clock = Clock()

    def fail_first() -> None:
        ticks.append(1)
        if len(ticks) == 1:
            raise OperationalError("gone")
        clock.stopping.set()

    lines.append(fail_first)
    clock.start()
    clock.thread.join(10)

    assert len(ticks) == 2
    assert "lost a tick" in caplog.text


@pytest.mark.usefixtures("no_waiting")
def test_it_stops_when_it_is_told_to(lines):
    clock = Clock()
    clock.start()

    clock.stop()

    assert not clock.thread.is_alive()


def test_a_clock_that_hangs_is_seen(lines):
    clock = Clock()
    assert clock.is_ticking  # Not started: another process is the clock.

    clock.tick()
    assert clock.is_ticking

    clock.ticked_at = monotonic() - clocks.STALE_SECONDS - 1
    assert not clock.is_ticking


def test_what_fails_keeps_nothing_else_from_its_turn(lines):
    done: list[str] = []

    def fail() -> None:
        raise ValueError("a chat like no other")

    lines.extend([fail, lambda: done.append("next"), lambda: done.append("last")])

    with pytest.raises(ValueError, match="a chat like no other"):
        Clock().tick()

    assert done == ["next", "last"]


@pytest.mark.django_db
def test_one_chat_whose_return_fails_does_not_hold_up_the_others(monkeypatch):
    receiver = AgentFactory(online=True)
    first, second = ChatFactory.create_batch(2, transferred=True, transferred_to=receiver)
    Chat.objects.update(next_action_at=timezone.now() - timedelta(seconds=1))
    return_transfer = clocks.STEPS["give_back"]

    def fail_for_first(chat: int) -> Chat:
        if chat == first.pk:
            raise ValueError("broken row")
        return return_transfer(chat)

    monkeypatch.setitem(clocks.STEPS, "give_back", fail_for_first)

    with pytest.raises(ValueError, match="broken row"):
        clocks.do_what_is_due()

    second.refresh_from_db()
    assert second.status == Chat.Status.QUEUED
