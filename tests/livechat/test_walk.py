"""A long day at the desk, at random: events get lost, the clock stands still, and nothing waits
beyond its bound once the clock runs.

`WALK_STEPS=10000 WALK_SEED=7 pytest tests/livechat/test_walk.py` walks further, or elsewhere.
"""

import os
import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from livechat import clock as clocks
from livechat.invariants import wrongs
from livechat.models import Agent, Chat, ChatHours, ChatSettings, Lease, Queue
from livechat.services import drain as drains
from livechat.services.planning import ROUTE_AGAIN
from tests.livechat.desk import ACTIONS, Desk, undone

STEPS = int(os.environ.get("WALK_STEPS", "3000"))
SEED = int(os.environ.get("WALK_SEED", "3"))
TICK = timedelta(seconds=clocks.TICK_SECONDS)
#: Of what is to happen after a commit.
LOST = 0.6
#: Of the actions that `step` draws; time and clock have a course of their own here.
OFTEN = {"arrive": 20, "end": 12, "become_available": 6, "open_page": 6, "change_hours": 0}
DRAWN = {name: OFTEN.get(name, 1) for name in ACTIONS if name not in {"wait", "tick", "drain_all"}}
DRAWN["drain_all"] = 0


class Walk:
    """Time goes on by itself; the clock ticks in it, or stands still for a while."""

    def __init__(self, desk: Desk, chance: random.Random) -> None:
        self.desk, self.chance = desk, chance
        self.next_tick = desk.now
        self.stopped_until = desk.now
        self.givable_since: dict[int, datetime] = {}
        self.stops = self.ticks = self.given_late = 0
        self.lost = LOST

    def go(self, steps: int) -> None:
        for number in range(steps):
            self.step()
            if number % 250 == 0:
                assert list(wrongs(self.desk.now)) == []

    def step(self) -> None:
        [name] = self.chance.choices(list(DRAWN), DRAWN.values())
        self.desk.do(name, self.chance.choice, heard=self.chance.random() > self.lost)
        quiet = self.chance.random() < 0.05
        self.pass_time(timedelta(seconds=self.chance.expovariate(0.1 if quiet else 1.5)))
        if self.chance.random() < 0.003:
            self.stops += 1
            self.stopped_until = self.desk.now + timedelta(seconds=self.chance.randint(5, 300))
            self.givable_since.clear()

    def pass_time(self, seconds: timedelta) -> None:
        end = self.desk.now + seconds
        while self.next_tick <= end:
            self.desk.now = max(self.desk.now, self.next_tick)
            self.next_tick += TICK
            if self.desk.now >= self.stopped_until:
                self.tick()
        self.desk.now = max(self.desk.now, end)

    def tick(self) -> None:
        self.ticks += 1
        began = self.desk.now
        self.desk.beat()
        self.desk.heard = self.chance.random() > self.lost
        self.desk.tick()
        self.nothing_is_overdue(began)
        self.nobody_waits_for_somebody_free(began)

    def nothing_is_overdue(self, began: datetime) -> None:
        assert not Chat.objects.live().filter(next_action_at__lte=began).exists()
        assert not Chat.objects.without_next_action().exists()
        assert not Chat.objects.target_due(began).exists()
        grace = timedelta(seconds=ChatSettings.objects.current().grace_seconds)
        assert not Chat.objects.with_the_lost(began - grace).exists()

    def nobody_waits_for_somebody_free(self, began: datetime) -> None:
        """Two ticks, or the ten seconds after which a lost event is made good, and a tick."""
        now = {chat: self.givable_since.get(chat, began) for chat in givable(self.desk.now)}
        late = [chat for chat, since in now.items() if began - since > ROUTE_AGAIN + TICK]
        assert not late, f"chat {late} could have been given"
        self.given_late += len(now)
        self.givable_since = now


def givable(now: datetime) -> Iterator[int]:
    """Chats that wait although an agent could take them: judged here, not by the policy."""
    waiting = list(Chat.objects.waiting().values_list("pk", "queue"))
    if not waiting or ChatHours.objects.filter(retired_at=None).exists():
        return
    settings = ChatSettings.objects.current()
    alive = set(Lease.objects.filter(expires_at__gt=now).values_list("agent", flat=True))
    free: set[int] = set()
    for queue in Queue.objects.filter(pk__in=[queue for _chat, queue in waiting]):
        chosen = settings.for_queue(queue)
        if not chosen.auto_accept or chosen.selector == "manual":
            continue
        for agent in Agent.objects.filter(queues=queue, available=True, pk__in=alive):
            if agent.open_chats < chosen.capacity_of(agent.capacity, agent.largest_capacity):
                free.add(queue.pk)
    yield from (chat for chat, queue in waiting if queue in free)


@pytest.fixture
def walk(db) -> Iterator[Walk]:
    desk = Desk()
    with undone(), desk.at_work():
        yield Walk(desk, random.Random(SEED))


def test_nothing_waits_beyond_its_bound(walk, capsys):
    walk.go(STEPS)

    assert list(wrongs(walk.desk.now)) == []
    hours = (walk.desk.now - walk.next_tick + walk.ticks * TICK).total_seconds() / 3600
    with capsys.disabled():
        print(
            f"\nwalk: {walk.desk.done.total()} steps, {walk.ticks} ticks ({hours:.1f} h),"
            f" clock stopped {walk.stops} times, {walk.given_late} looks at somebody who waited",
            end=" ",
        )


def test_after_a_stop_two_ticks_are_enough(walk):
    """However much came meanwhile: who could be given is given."""
    for _ in range(12):
        walk.desk.do("arrive", walk.chance.choice, heard=False)
    assert list(givable(walk.desk.now))

    walk.desk.now += timedelta(minutes=5)
    walk.desk.beat()
    walk.tick()
    walk.tick()

    assert not list(givable(timezone.now()))


def test_a_clock_that_forgets_to_route_is_caught(walk, monkeypatch):
    """The walk sees what it is there to see."""

    def route_due(queue: int, now: datetime) -> None:
        drains.wait_on(queue, due=now, again=now + timedelta(hours=1))

    monkeypatch.setattr(drains, "route_due", route_due)
    walk.lost = 1.0

    with pytest.raises(AssertionError, match="could have been given"):
        walk.go(300)
