"""route_next and drain: what waits goes to who is free, one chat a transaction, with reasons."""

import dataclasses
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from livechat.models import Agent, Chat, ChatSettings, Lease, Queue, RoutingDecision
from livechat.policy import Code
from livechat.services import drain as drains
from livechat.services.drain import drain, route_next
from tests.factories import (
    AgentFactory,
    ChatFactory,
    ChatHoursFactory,
    CompanyFactory,
    CustomerFactory,
    QueueFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue():
    return QueueFactory(auto_accept=True, capacity=2)


def ready(queue, **fields):
    return AgentFactory(queues=[queue], online=True, **fields)


def codes(chat):
    decision = RoutingDecision.objects.get(chat=chat, is_open=True)
    return [code for _agent, code, *_load in decision.verdicts]


def test_the_chat_that_waited_longest_comes_first(queue):
    agent = ready(queue)
    later, sooner = ChatFactory(queue=queue), ChatFactory(queue=queue)
    long_ago = timezone.now() - timedelta(minutes=5)
    Chat.objects.filter(pk=sooner.pk).update(rank_time=long_ago)

    given = route_next(queue.pk)

    assert (given.pk, given.agent, given.owner_epoch) == (sooner.pk, agent, 1)
    assert Chat.objects.get(pk=later.pk).status == "queued"


def test_the_least_loaded_agent_gets_it(queue):
    busy, free = ready(queue), ready(queue)
    Agent.objects.filter(pk=busy.pk).update(open_chats=1)
    ChatFactory(queue=queue)

    assert route_next(queue.pk).agent == free


def test_nobody_is_given_more_than_he_has_places(queue):
    agent = ready(queue)
    chats = [ChatFactory(queue=queue) for _ in range(3)]

    assert drain([queue.pk]) == 2

    assert Agent.objects.get(pk=agent.pk).open_chats == 2
    assert codes(chats[2]) == [Code.FULL]


def test_who_does_not_want_or_is_not_there_gets_none(queue):
    ready(queue, available=False)
    AgentFactory(queues=[queue])
    chat = ChatFactory(queue=queue)

    assert route_next(queue.pk) is None

    assert sorted(codes(chat)) == [Code.OFFLINE, Code.UNAVAILABLE]
    assert Chat.objects.get(pk=chat.pk).next_action == "route"


def test_the_same_verdicts_are_counted_not_repeated(queue):
    chat = ChatFactory(queue=queue)

    for _ in range(3):
        route_next(queue.pk)

    decision = RoutingDecision.objects.get(chat=chat)
    assert (decision.times, decision.verdicts) == (3, [[None, Code.NO_AGENTS, 0, 0]])


def test_other_verdicts_are_another_decision(queue):
    chat = ChatFactory(queue=queue)
    route_next(queue.pk)
    ready(queue, available=False)

    route_next(queue.pk)

    assert list(chat.decisions.order_by("pk").values_list("is_open", flat=True)) == [False, True]


def test_under_another_selector_the_same_verdicts_are_another_decision(queue):
    ready(queue, available=False)
    chat = ChatFactory(queue=queue)
    route_next(queue.pk)
    Queue.objects.filter(pk=queue.pk).update(selector="rotation")

    route_next(queue.pk)

    decisions = RoutingDecision.objects.filter(chat=chat).order_by("pk")
    kept = list(decisions.values_list("selector", "is_open"))
    assert kept == [("least_relative_load", False), ("rotation", True)]


@pytest.mark.parametrize("selector", ["fewest_open", "rotation"])
def test_the_selector_in_force_stands_with_the_choice(queue, selector):
    Queue.objects.filter(pk=queue.pk).update(selector=selector)
    ready(queue)
    ChatFactory(queue=queue)

    route_next(queue.pk)

    assert RoutingDecision.objects.get().selector == selector


def test_why_me_stands_with_the_chat(queue):
    agent = ready(queue)
    chat = ChatFactory(queue=queue)

    route_next(queue.pk)

    decision = RoutingDecision.objects.get(chat=chat, agent=agent)
    assert (decision.how, decision.verdicts) == ("auto", [[agent.pk, Code.CHOSEN, 0, 2]])


def test_a_place_that_is_lost_meanwhile_goes_to_the_next(queue, monkeypatch):
    """The reading is stale: who came first is full by the time he is claimed."""
    full, free = ready(queue), ready(queue)
    choose = drains.policy.choose

    def stale(*args, **kwargs):
        choice = choose(*args, **kwargs)
        Agent.objects.filter(pk=full.pk).update(open_chats=2)
        return dataclasses.replace(choice, ranked=(full.pk, free.pk))

    monkeypatch.setattr(drains.policy, "choose", stale)
    ChatFactory(queue=queue)

    assert route_next(queue.pk).agent == free
    assert Agent.objects.get(pk=full.pk).open_chats == 2


def test_who_let_it_go_is_passed_over_for_a_while(queue):
    left, other = ready(queue), ready(queue)
    Agent.objects.filter(pk=other.pk).update(open_chats=1)
    ChatFactory(queue=queue, let_go_by=left, let_go_at=timezone.now())

    assert route_next(queue.pk).agent == other


def test_but_not_when_there_is_nobody_else(queue):
    left = ready(queue)
    ChatFactory(queue=queue, let_go_by=left, let_go_at=timezone.now())

    assert route_next(queue.pk).agent == left


def test_without_auto_accept_nobody_is_given_anything():
    queue = QueueFactory()
    ready(queue)
    ChatFactory(queue=queue)

    assert drain([queue.pk]) == 0


def test_the_settings_decide_where_the_queue_does_not():
    ChatSettings.objects.update(auto_accept=True)
    queue = QueueFactory()
    agent = ready(queue)
    ChatFactory(queue=queue)

    assert drain([queue.pk]) == 1
    assert Agent.objects.get(pk=agent.pk).open_chats == 1


def test_an_agents_own_choice_holds_up_to_the_largest(queue):
    ChatSettings.objects.update(largest_capacity=3)
    agent = ready(queue, capacity=3)
    for _ in range(5):
        ChatFactory(queue=queue)

    assert drain([queue.pk]) == 3
    assert Agent.objects.get(pk=agent.pk).open_chats == 3


def test_where_the_number_is_fixed_the_choice_does_not_count(queue):
    ChatSettings.objects.update(capacity_fixed=True)
    ready(queue, capacity=5)
    for _ in range(5):
        ChatFactory(queue=queue)

    assert drain([queue.pk]) == 2


def test_a_lease_that_ran_out_counts_as_gone(queue):
    agent = ready(queue)
    Lease.objects.filter(agent=agent).update(expires_at=timezone.now() - timedelta(seconds=1))
    chat = ChatFactory(queue=queue)

    assert route_next(queue.pk) is None
    assert codes(chat) == [Code.OFFLINE]


def test_over_several_queues_whoever_comes_first_comes_first():
    company = CompanyFactory()
    queues = [
        QueueFactory(company=company, auto_accept=True, capacity=1, priority_seconds=seconds)
        for seconds in (0, 600)
    ]
    AgentFactory(queues=queues, online=True)
    plain, urgent = (ChatFactory(queue=queue) for queue in queues)
    now = timezone.now()
    Chat.objects.filter(pk=plain.pk).update(rank_time=now - timedelta(seconds=300))
    Chat.objects.filter(pk=urgent.pk).update(rank_time=now - timedelta(seconds=600))

    assert drain([queue.pk for queue in queues]) == 1

    assert Chat.objects.get(pk=urgent.pk).status == "assigned"


def test_outside_its_hours_a_chat_waits_and_says_why(queue):
    ready(queue)
    ChatHoursFactory(company=queue.company, kind="closed", week=dict.fromkeys(range(7), (0, 24)))
    chat = ChatFactory(queue=queue)

    assert route_next(queue.pk) is None
    assert codes(chat) == [Code.CLOSED]


def test_whose_company_is_closed_keeps_nobody_else_waiting():
    general = QueueFactory(company=None, auto_accept=True)
    agent = ready(general)
    shut, open_one = CustomerFactory(), CustomerFactory()
    ChatHoursFactory(company=shut.company, kind="closed", week=dict.fromkeys(range(7), (0, 24)))
    first = ChatFactory(queue=general, customer=shut)
    second = ChatFactory(queue=general, customer=open_one)

    assert drain([general.pk]) == 1

    assert Chat.objects.get(pk=second.pk).agent == agent
    assert Chat.objects.get(pk=first.pk).status == "queued"


def test_a_closed_companys_chat_lets_its_queue_overtake_no_other():
    general, desk = QueueFactory(company=None, auto_accept=True), QueueFactory(auto_accept=True)
    agent = AgentFactory(queues=[general, desk], online=True, largest_capacity=1)
    shut = CustomerFactory()
    ChatHoursFactory(company=shut.company, kind="closed", week=dict.fromkeys(range(7), (0, 24)))
    oldest = ChatFactory(queue=general, customer=shut)
    older, newest = ChatFactory(queue=desk), ChatFactory(queue=general)

    assert drain([general.pk, desk.pk]) == 1

    assert Chat.objects.get(pk=older.pk).agent == agent
    assert Chat.objects.get(pk=newest.pk).status == "queued"
    assert codes(newest) == [Code.FULL]
    assert Chat.objects.get(pk=oldest.pk).status == "queued"


def test_why_nobody_got_a_closed_companys_chat_is_kept_where_nobody_else_waits(queue):
    agent, other = ready(queue), QueueFactory(auto_accept=True)
    ChatHoursFactory(company=queue.company, kind="closed", week=dict.fromkeys(range(7), (0, 24)))
    closed, open_one = ChatFactory(queue=queue), ChatFactory(queue=other)
    agent.queues.add(other)

    assert drain([queue.pk, other.pk]) == 1

    assert Chat.objects.get(pk=open_one.pk).agent == agent
    assert codes(closed) == [Code.CLOSED]


def test_a_drain_that_fails_takes_nothing_from_who_caused_it(
    queue, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    def fail(queues):
        raise OperationalError("deadlock detected")

    monkeypatch.setattr(drains, "drain", fail)

    with django_capture_on_commit_callbacks(execute=True):
        drains.drain_soon([queue.pk])

    assert "deadlock detected" in caplog.text
