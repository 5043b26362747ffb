"""Chats that wait and agents who are free find each other: the drain, one chat a transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from livechat import policy
from livechat.models import Agent, Chat, ChatHours, ChatSettings, NextAction, Queue, RoutingDecision
from livechat.models.agents import Member, day_of
from livechat.models.hours import Place
from livechat.models.settings import QueueSettings
from livechat.policy import Candidate, Choice, Selector
from livechat.services.ownership import How, give
from livechat.services.planning import ROUTE_AGAIN, SELDOM, plan

PASSED_OVER = timedelta(seconds=120)


def drain_soon(queues: Iterable[int]) -> None:
    """Once this transaction has committed, give what waits in these queues to who is free."""
    wanted = sorted(set(queues))
    if wanted:
        # No partial: Django names what failed by its __qualname__, which a partial has not.
        transaction.on_commit(lambda: drain(wanted), robust=True)


def drain_for(agent_id: int) -> None:
    """The same for all queues of an agent who has a free place now, or can be reached again."""
    served = Queue.objects.active().filter(agents=agent_id)
    drain_soon(served.values_list("pk", flat=True))


def drain(queues: Iterable[int]) -> int:
    """Give away what waits in these queues, as long as somebody is free. How many were given.

    Whoever comes first over all of them comes first: that is what priority seconds compare. Who
    cannot be given to anybody, as it is closed for his company, keeps no other queue waiting.
    """
    given, open_queues = 0, set(_accepting(queues))
    closed = _closed_now(open_queues, timezone.now()) if len(open_queues) > 1 else set()
    while open_queues:
        # Mostly it is one new chat of one queue: that one is asked for as it is locked.
        only = not given and len(open_queues) == 1
        first = min(open_queues) if only else Chat.objects.queue_of_first(open_queues, closed)
        if first is None:
            break
        if route_next(first):
            given += 1
        else:
            open_queues.discard(first)
    return given


def _accepting(queues: Iterable[int]) -> list[int]:
    """Those of the queues whose chats go to agents by themselves."""
    settings = ChatSettings.objects.current()
    found = Queue.objects.active().filter(pk__in=set(queues))
    return [queue.pk for queue in found if settings.for_queue(queue).gives_chats]


@transaction.atomic(durable=True)
def route_next(queue_id: int) -> Chat | None:
    """Give the queue's first chat to the best free agent. None: nobody waits, or nobody is free."""
    found = _first_of(queue_id)
    if found is None:
        return None
    chat, open_now = found
    now = timezone.now()  # Not before the chat came, which may have been a moment ago.
    settings = ChatSettings.objects.current()
    chosen = settings.for_queue(chat.queue)
    choice, capacities = _choose(chat, chosen, now, open_now=open_now)
    for agent_id in choice.ranked:
        if Agent.objects.claim(agent_id, capacity=capacities[agent_id], now=now):
            agent = Agent.objects.select_related("user").get(pk=agent_id)
            return give(
                chat,
                agent=agent,
                how=How.AUTO,
                now=now,
                verdicts=choice.verdicts,
                selector=chosen.selector,
                settings=settings,
            )
    RoutingDecision.objects.note(chat, choice.verdicts, now, selector=chosen.selector)
    plan(chat, now, tried=True, settings=settings)
    chat.save(update_fields=["next_action", "next_action_at"])
    return None


def _first_of(queue_id: int) -> tuple[Chat, bool] | None:
    """The chat that comes first, locked, and whether its company's hours are on.

    One of a company that is closed just now only where no other waits.
    """
    chat, now = Chat.objects.next_of(queue_id), timezone.now()
    if chat is None:
        return None
    if ChatHours.objects.is_open(chat.queue, now, company=chat.customer.company_id):
        return chat, True
    closed = {company for company, _queue in _closed_now({queue_id}, now) if company}
    able = Chat.objects.next_of(queue_id, closed=closed)
    return (able, True) if able else (chat, False)


def _closed_now(queues: Collection[int], now: datetime) -> set[Place]:
    """The companies of chats in these queues, with the queue, whose chat hours are over."""
    waiting = Chat.objects.waiting().filter(queue__in=queues).order_by()
    places = waiting.values_list("customer__company", "queue").distinct()
    states = ChatHours.objects.state_for([Place(*place) for place in places], now)
    return {place for place, state in states.items() if not state.is_open}


def _choose(
    chat: Chat, chosen: QueueSettings, now: datetime, *, open_now: bool
) -> tuple[Choice, dict[int, int]]:
    """Who comes first, and how many chats each may have."""
    passed = chat.let_go_by_id if chat.let_go_at and now - chat.let_go_at < PASSED_OVER else None
    members = Agent.objects.members_of(chat.queue_id, now)
    candidates = [_candidate(member, chosen, passed, now) for member in members]
    choice = policy.choose(
        chat.public_id,
        Selector(chosen.selector),
        candidates,
        auto_accept=chosen.auto_accept,
        open_now=open_now,
    )
    return choice, {candidate.agent: candidate.capacity for candidate in candidates}


def _candidate(
    member: Member, chosen: QueueSettings, passed: int | None, now: datetime
) -> Candidate:
    return Candidate(
        agent=member.pk,
        available=member.available,
        online=member.reachable,
        open_chats=member.open_chats,
        capacity=chosen.capacity_of(member.capacity, member.largest_capacity),
        assigned_today=member.assigned_today if member.assigned_on == day_of(now) else 0,
        last_assigned_at=member.last_assigned_at,
        passed_over=member.pk == passed,
    )


def route_due(queue_id: int, now: datetime) -> None:
    """What the clock does for a queue with a chat that is due: all of it; the others wait on."""
    drain([queue_id])
    again = ROUTE_AGAIN if _accepting([queue_id]) else SELDOM
    wait_on(queue_id, due=now, again=now + again)


@transaction.atomic
def wait_on(queue_id: int, *, due: datetime, again: datetime) -> int:
    """Whoever of this queue was due then, and still waits, is looked at again."""
    waiting = Chat.objects.due(due).filter(queue=queue_id, next_action=NextAction.ROUTE)
    free = list(waiting.unlocked().values_list("pk", flat=True))
    return Chat.objects.filter(pk__in=free).update(next_action_at=again)
