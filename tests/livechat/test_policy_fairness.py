"""Over a long day equal agents get equally many chats, and nobody is overtaken beyond his boost."""

import heapq
from collections import Counter, deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from random import Random
from statistics import mean, pstdev
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livechat import policy
from livechat.policy import Candidate, Selector, rank_time

OPENING = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
AGENTS, CAPACITY, CHATS = 8, 4, 2000
MEAN_SECONDS = 480.0
PUSHING = [each for each in Selector if each is not Selector.MANUAL]
#: Share of all places that is taken on average.
QUIET, USUAL, BUSY, OVERRUN = 0.05, 0.25, 0.6, 1.2


class Desk:
    """Equal agents and a line, driven by events: a chat comes, a chat ends."""

    def __init__(self, selector: Selector, taken: float, seed: int) -> None:
        self.selector = selector
        self.random = Random(seed)
        self.gap = MEAN_SECONDS / (AGENTS * CAPACITY * taken)
        self.open: Counter[int] = Counter()
        self.given: Counter[int] = Counter()
        self.last: dict[int, datetime] = {}
        self.line: deque[int] = deque()
        self.ends: list[tuple[float, int]] = []

    def day(self) -> Counter[int]:
        now = 0.0
        for number in range(CHATS):
            now += self.random.expovariate(1 / self.gap)
            self.end_until(now)
            self.line.append(number)
            self.drain(now)
        self.end_until(float("inf"))
        return self.given

    def end_until(self, now: float) -> None:
        while self.ends and self.ends[0][0] <= now:
            ended, agent = heapq.heappop(self.ends)
            self.open[agent] -= 1
            self.drain(ended)

    def drain(self, now: float) -> None:
        while self.line:
            ranked = policy.choose(
                f"chat {self.line[0]}",
                self.selector,
                list(self.candidates()),
                auto_accept=True,
                open_now=True,
            ).ranked
            if not ranked:
                return
            self.line.popleft()
            self.give(ranked[0], now)

    def give(self, agent: int, now: float) -> None:
        self.open[agent] += 1
        self.given[agent] += 1
        self.last[agent] = OPENING + timedelta(seconds=now)
        # Log-normal with mean 480 s and as spread as real chats are.
        heapq.heappush(self.ends, (now + self.random.lognormvariate(5.877, 0.77), agent))

    def candidates(self) -> Iterator[Candidate]:
        for agent in range(AGENTS):
            given, last = self.given[agent], self.last.get(agent)
            yield Candidate(agent, True, True, self.open[agent], CAPACITY, given, last)


def variation(counts: Counter[int]) -> float:
    """Standard deviation in percent of the mean."""
    numbers = [counts[agent] for agent in range(AGENTS)]
    assert sum(numbers) % CHATS == 0
    return 100 * pstdev(numbers) / mean(numbers)


@pytest.mark.parametrize("selector", PUSHING)
@pytest.mark.parametrize("taken", [QUIET, USUAL])
def test_equal_agents_get_equally_many_chats(selector: Selector, taken: float) -> None:
    found = variation(Desk(selector, taken, seed=1).day())

    print(f"{selector}, {taken:.0%} taken: coefficient of variation {found:.2f} %")
    assert found < 5


@pytest.mark.parametrize("selector", PUSHING)
@pytest.mark.parametrize("taken", [BUSY, OVERRUN])
def test_when_all_are_busy_the_days_differ_and_the_week_does_not(
    selector: Selector, taken: float
) -> None:
    """Who has the long chats of a busy day gets fewer of them: chance, which no selector mends."""
    days = [Desk(selector, taken, seed).day() for seed in range(1, 6)]
    found = variation(sum(days, Counter()))

    each = ", ".join(f"{variation(day):.2f}" for day in days)
    print(f"{selector}, {taken:.0%} taken: coefficient of variation {found:.2f} % (days: {each})")
    assert found < 5


def test_ties_by_pk_are_seen_to_be_unfair(monkeypatch: pytest.MonkeyPatch) -> None:
    def by_pk(chat: str, selector: Selector, one: Candidate) -> tuple[Any, ...]:
        return policy._LOADS[selector](one), one.agent

    monkeypatch.setattr(policy, "_turn", by_pk)

    assert variation(Desk(Selector.FEWEST_OPEN, QUIET, seed=1).day()) > 5


#: The machine may be slow; the claim has no clock.
at_leisure = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
#: When each chat came, in seconds, and its boost.
lines = st.lists(
    st.tuples(st.integers(0, 7200), st.sampled_from([0, 0, 120, 480, 1800])), min_size=1
)
LARGEST = 1800


def at(second: int) -> datetime:
    return OPENING + timedelta(seconds=second)


@at_leisure
@given(lines)
def test_nobody_is_overtaken_by_who_came_later_than_the_boost(
    line: list[tuple[int, int]],
) -> None:
    for (came, boost), (other_came, other_boost) in combinations(line, 2):
        earlier, later = sorted([(came, boost), (other_came, other_boost)])
        if rank_time(at(later[0]), later[1]) < rank_time(at(earlier[0]), earlier[1]):
            assert later[0] - earlier[0] < later[1] - earlier[1] <= LARGEST


@at_leisure
@given(st.lists(st.integers(0, 7200), min_size=2), st.integers(0, 86_400))
def test_among_equals_the_line_stays_as_they_came(came: list[int], boost: int) -> None:
    in_order = sorted(came)
    places = [rank_time(at(second), boost) for second in in_order]

    assert all(one <= other for one, other in pairwise(places))
    assert [place + timedelta(seconds=boost) for place in places] == [at(s) for s in in_order]


def waits(line: list[tuple[int, int]], served_in: int) -> list[int]:
    """One place; each chat holds it for so long; next is the lowest rank time of those who wait."""
    coming = deque(sorted(line))
    waiting: list[tuple[datetime, int]] = []
    now, waited = 0, []
    while coming or waiting:
        if not waiting:
            now = max(now, coming[0][0])
        while coming and coming[0][0] <= now:
            came, boost = coming.popleft()
            heapq.heappush(waiting, (rank_time(at(came), boost), came))
        came = heapq.heappop(waiting)[1]
        waited.append(now - came)
        now += served_in
    return waited


@at_leisure
@given(lines, st.integers(30, 600))
def test_nobody_starves_however_overrun_the_line_is(
    line: list[tuple[int, int]], served_in: int
) -> None:
    """The longest wait grows by the largest boost at most, against plain first come first."""
    plain = waits([(came, 0) for came, _ in line], served_in)

    assert max(waits(line, served_in)) <= max(plain) + max(boost for _, boost in line)


def test_strict_priority_is_seen_to_starve() -> None:
    """The same measure with a boost that knows no end: who has none waits for all others."""
    overrun = [(second, 86_400) for second in range(0, 7200, 60)] + [(0, 0)]
    plain = waits([(came, 0) for came, _ in overrun], served_in=120)

    assert max(waits(overrun, served_in=120)) > max(plain) + LARGEST
