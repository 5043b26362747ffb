"""Random worlds: the policy says what an oracle says that compares agents two by two."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from hashlib import blake2b
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from livechat import policy
from livechat.policy import Candidate, Choice, Code, Selector

WORLDS, FEWER = 1000, 200
#: The machine may be slow; the claims have no clock.
at_leisure = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
#: Few different ones of everything, so that worlds are full of ties.
MOMENTS = [None, NOON, NOON - timedelta(microseconds=1), NOON - timedelta(hours=30)]


class World(NamedTuple):
    chat: str
    selector: Selector
    candidates: list[Candidate]
    auto_accept: bool
    open_now: bool

    def choice(self) -> Choice:
        return policy.choose(
            self.chat,
            self.selector,
            self.candidates,
            auto_accept=self.auto_accept,
            open_now=self.open_now,
        )


def mostly(usual: bool) -> st.SearchStrategy[bool]:
    return st.sampled_from([usual] * 5 + [not usual])


agents = st.builds(
    Candidate,
    agent=st.integers(1, 10_000),
    available=mostly(True),
    online=mostly(True),
    open_chats=st.integers(0, 4),
    capacity=st.integers(0, 7),
    assigned_today=st.integers(0, 2),
    last_assigned_at=st.sampled_from(MOMENTS),
    passed_over=mostly(False),
)


def members(least: int) -> st.SearchStrategy[list[Candidate]]:
    return st.lists(agents, min_size=least, max_size=8, unique_by=lambda one: one.agent)


worlds = st.builds(
    World,
    chat=st.text(max_size=22),
    selector=st.sampled_from(Selector),
    candidates=st.integers(0, 6).flatmap(members),
    auto_accept=mostly(True),
    open_now=mostly(True),
)


def goes_before(one: Candidate, other: Candidate, world: World) -> bool:
    """The rules of two agents who can both take the chat, in words and without a sort key."""
    load = load_rule(one, other, world.selector)
    if load is not None:
        return load
    if one.last_assigned_at != other.last_assigned_at:
        if one.last_assigned_at is None or other.last_assigned_at is None:
            return one.last_assigned_at is None
        return (other.last_assigned_at - one.last_assigned_at) > timedelta()
    if one.assigned_today != other.assigned_today:
        return one.assigned_today < other.assigned_today
    return lot(world.chat, one) < lot(world.chat, other)


def load_rule(one: Candidate, other: Candidate, selector: Selector) -> bool | None:
    """None: the selector sees no difference."""
    match selector:
        case Selector.LEAST_RELATIVE_LOAD:
            mine, theirs = one.open_chats * other.capacity, other.open_chats * one.capacity
        case Selector.FEWEST_OPEN:
            mine, theirs = one.open_chats, other.open_chats
        case _:
            mine, theirs = min(one.open_chats, 1), min(other.open_chats, 1)
    return None if mine == theirs else mine < theirs


def lot(chat: str, one: Candidate) -> int:
    return int(blake2b((chat + " " + str(one.agent)).encode(), digest_size=16).hexdigest(), 16)


def can_take(one: Candidate) -> bool:
    return one.available and one.online and one.capacity - one.open_chats > 0


def reason_against(one: Candidate, world: World) -> Code | None:
    if not one.available:
        return Code.UNAVAILABLE
    if not one.online:
        return Code.OFFLINE
    if one.capacity - one.open_chats <= 0:
        return Code.FULL
    others = [other for other in world.candidates if other.agent != one.agent]
    somebody_else = any(can_take(other) and not other.passed_over for other in others)
    return Code.PASSED_OVER if one.passed_over and somebody_else else None


def foretold(world: World) -> tuple[list[int], dict[int | None, Code]]:
    """Who is ranked, and the verdict on each."""
    if world.selector is Selector.MANUAL or not world.auto_accept:
        return [], {None: Code.MANUAL}
    if not world.open_now:
        return [], {None: Code.CLOSED}
    if world.candidates == []:
        return [], {None: Code.NO_AGENTS}
    reasons = {one.agent: reason_against(one, world) for one in world.candidates}
    able = [one for one in world.candidates if reasons[one.agent] is None]
    places: list[int] = [0] * len(able)
    for one in able:
        beaten_by = sum(goes_before(other, one, world) for other in able if other is not one)
        places[beaten_by] = one.agent
    said = {
        agent: reason or (Code.CHOSEN if agent == places[0] else Code.RANKED)
        for agent, reason in reasons.items()
    }
    return places, dict(said)


def compare(world: World) -> None:
    ranked, codes = foretold(world)
    choice = world.choice()

    assert list(choice.ranked) == ranked
    assert {verdict.agent: verdict.code for verdict in choice.verdicts} == codes


@settings(at_leisure, max_examples=WORLDS)
@given(worlds)
def test_the_policy_says_what_the_oracle_says(world: World) -> None:
    compare(world)


@settings(at_leisure, max_examples=FEWER)
@given(worlds)
def test_every_candidate_has_exactly_one_verdict_and_every_verdict_a_reason(world: World) -> None:
    choice = world.choice()

    assert all(isinstance(verdict.code, Code) for verdict in choice.verdicts)
    if choice.verdicts[0].agent is None:
        assert len(choice.verdicts) == 1
        assert choice.ranked == ()
        return
    assert sorted(verdict.agent or 0 for verdict in choice.verdicts) == sorted(
        one.agent for one in world.candidates
    )
    places = {one.agent: (one.open_chats, one.capacity) for one in world.candidates}
    assert all(
        (verdict.open_chats, verdict.capacity) == places[verdict.agent or 0]
        for verdict in choice.verdicts
    )


@settings(at_leisure, max_examples=FEWER)
@given(worlds)
def test_the_ranked_are_those_whom_nothing_hinders(world: World) -> None:
    choice = world.choice()
    able = [each.agent for each in choice.verdicts if each.code in {Code.CHOSEN, Code.RANKED}]

    assert list(choice.ranked) == able
    assert [each.code for each in choice.verdicts].count(Code.CHOSEN) == min(1, len(able))


@settings(at_leisure, max_examples=FEWER)
@given(worlds, st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_changes_nothing(world: World, random: Any) -> None:
    shuffled = list(world.candidates)
    random.shuffle(shuffled)

    assert world._replace(candidates=shuffled).choice() == world.choice()


@settings(at_leisure, max_examples=FEWER)
@given(worlds)
def test_a_chat_finds_somebody_whenever_somebody_can_take_it(world: World) -> None:
    pushed = world._replace(selector=Selector.ROTATION, auto_accept=True, open_now=True)

    assert bool(pushed.choice().ranked) == any(map(can_take, world.candidates))


@settings(
    at_leisure,
    max_examples=WORLDS,
    database=None,
    derandomize=True,
    report_multiple_bugs=False,
    phases=[Phase.generate],
)
@given(worlds)
def compare_many(world: World) -> None:
    compare(world)


def truncated(one: Candidate) -> Fraction | int:
    return int(one.open_chats / one.capacity)


def rounded(one: Candidate) -> Fraction | int:
    return round(10 * one.open_chats / one.capacity)


def free_places(one: Candidate) -> Fraction | int:
    return one.open_chats - one.capacity


def hindrance_forgetting_room(one: Candidate) -> Code | None:
    if not one.available:
        return Code.UNAVAILABLE
    return None if one.online else Code.OFFLINE


def forget_who_let_go(candidates: list[Candidate]) -> dict[int, Code]:
    return {one.agent: code for one in candidates if (code := policy._hindrance(one))}


def pass_over_without_end(candidates: list[Candidate]) -> dict[int, Code]:
    passed = {one.agent: Code.PASSED_OVER for one in candidates if one.passed_over}
    return passed | forget_who_let_go(candidates)


def load_of(selector: Selector, load: Callable[[Candidate], Fraction | int]) -> dict[str, Any]:
    return {"_LOADS": {**policy._LOADS, selector: load}}


MUTANTS: dict[str, dict[str, Any]] = {
    "ties by pk": {"_lot": lambda chat, agent: agent.to_bytes(8, "big")},
    "ties by agent alone": {"_lot": lambda chat, agent: lot("", member(agent)).to_bytes(16, "big")},
    "relative load truncated": load_of(Selector.LEAST_RELATIVE_LOAD, truncated),
    "relative load rounded": load_of(Selector.LEAST_RELATIVE_LOAD, rounded),
    "most free places": load_of(Selector.LEAST_RELATIVE_LOAD, free_places),
    "absolute for relative": load_of(Selector.LEAST_RELATIVE_LOAD, policy._open_chats),
    "rotation that ignores load": load_of(Selector.ROTATION, lambda one: 0),
    "never assigned comes last": {"NEVER": datetime.max.replace(tzinfo=UTC)},
    "passed over forgotten": {"_failing": forget_who_let_go},
    "passed over without end": {"_failing": pass_over_without_end},
    "room forgotten": {"_hindrance": hindrance_forgetting_room},
}


def member(agent: int) -> Candidate:
    return Candidate(agent, True, True, 0, 1, 0, None)


def test_the_oracle_agrees_before_anything_is_broken() -> None:
    compare_many()


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_the_oracle_sees_a_broken_policy(
    mutant: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, broken in mutant.items():
        monkeypatch.setattr(policy, name, broken)

    with pytest.raises((AssertionError, ZeroDivisionError)):
        compare_many()
