"""Who is ranked, in which order, and what is said of everybody: by tables."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from livechat.policy import Candidate, Choice, Code, Selector, Verdict, choose, rank_time

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LEAST, FEWEST, ROTATION = (
    Selector.LEAST_RELATIVE_LOAD,
    Selector.FEWEST_OPEN,
    Selector.ROTATION,
)
PUSHING = (LEAST, FEWEST, ROTATION)


def member(
    agent: int,
    open_chats: int = 0,
    capacity: int = 4,
    *,
    ago: int | None = None,
    today: int = 0,
    **others: Any,
) -> Candidate:
    """An agent who can take a chat, last given one so many minutes ago."""
    return Candidate(
        agent=agent,
        available=others.pop("available", True),
        online=others.pop("online", True),
        open_chats=open_chats,
        capacity=capacity,
        assigned_today=today,
        last_assigned_at=None if ago is None else NOW - timedelta(minutes=ago),
        **others,
    )


def chosen(
    members: Sequence[Candidate],
    selector: Selector = LEAST,
    chat: str = "chat",
    *,
    auto_accept: bool = True,
    open_now: bool = True,
) -> Choice:
    return choose(chat, selector, members, auto_accept=auto_accept, open_now=open_now)


def codes(choice: Choice) -> dict[int | None, Code]:
    return {verdict.agent: verdict.code for verdict in choice.verdicts}


WORLDS: dict[str, tuple[list[Candidate], tuple[int, ...], tuple[int, ...], tuple[int, ...]]] = {
    # name: members, then the order by least relative load, fewest open, rotation
    "one agent": ([member(1)], (1,), (1,), (1,)),
    "idle, who waited longest first": (
        [member(1, ago=5), member(2, ago=30), member(3, ago=10)],
        (2, 3, 1),
        (2, 3, 1),
        (2, 3, 1),
    ),
    "never assigned before ever assigned": (
        [member(1, ago=9000), member(2)],
        (2, 1),
        (2, 1),
        (2, 1),
    ),
    "same moment, fewest today": (
        [member(1, ago=5, today=5), member(2, ago=5, today=3), member(3, ago=5, today=4)],
        (2, 3, 1),
        (2, 3, 1),
        (2, 3, 1),
    ),
    "both never assigned, fewest today": (
        [member(1, today=2), member(2, today=1)],
        (2, 1),
        (2, 1),
        (2, 1),
    ),
    "fewest today does not come before waiting": (
        [member(1, ago=60, today=9), member(2, ago=5)],
        (1, 2),
        (1, 2),
        (1, 2),
    ),
    "the same number of unequal limits": (
        [member(1, 2, 3, ago=60), member(2, 2, 6, ago=1)],
        (2, 1),
        (1, 2),
        (1, 2),
    ),
    "more chats and yet the smaller share": (
        [member(1, 1, 2, ago=60), member(2, 2, 6, ago=1)],
        (2, 1),
        (1, 2),
        (1, 2),
    ),
    "shares that are nearly equal": (
        [member(1, 3, 7, ago=60), member(2, 2, 5, ago=1)],
        (2, 1),
        (2, 1),
        (1, 2),
    ),
    "equal shares of unequal limits": (
        [member(1, 1, 3, ago=5), member(2, 2, 6, ago=50)],
        (2, 1),
        (1, 2),
        (2, 1),
    ),
    "all busy, each rule its own way": (
        [member(1, 3, 9, ago=30), member(2, 2, 4, ago=1), member(3, 3, 4, ago=60)],
        (1, 2, 3),
        (2, 3, 1),
        (3, 1, 2),
    ),
    "who has no chat comes first, then rotation goes by time": (
        [member(1, 2, ago=60), member(2, 1, ago=30), member(3, 0, ago=1)],
        (3, 2, 1),
        (3, 2, 1),
        (3, 1, 2),
    ),
    "never assigned but busy by hand": (
        [member(1, 1), member(2, 0, ago=1)],
        (2, 1),
        (2, 1),
        (2, 1),
    ),
    "no chat with a small limit or a large one": (
        [member(1, 0, 9, ago=5), member(2, 0, 1, ago=6)],
        (2, 1),
        (2, 1),
        (2, 1),
    ),
    "full ones are skipped however long they waited": (
        [member(1, 4), member(2, 3, ago=1), member(3, 1, 1, ago=90)],
        (2,),
        (2,),
        (2,),
    ),
    "over the limit by hand is full": ([member(1, 5), member(2, 3)], (2,), (2,), (2,)),
    "a limit of nothing is full": ([member(1, 0, 0), member(2, 3)], (2,), (2,), (2,)),
    "nobody can": ([member(1, 4), member(2, online=False)], (), (), ()),
}
ROWS = [
    pytest.param(members, selector, order, id=f"{name}, {selector}")
    for name, (members, *orders) in WORLDS.items()
    for selector, order in zip(PUSHING, orders, strict=True)
]


@pytest.mark.parametrize(("members", "selector", "order"), ROWS)
def test_agents_are_ranked_as_the_selector_says(
    members: list[Candidate], selector: Selector, order: tuple[int, ...]
) -> None:
    assert chosen(members, selector).ranked == order


@pytest.mark.parametrize("selector", PUSHING)
def test_the_same_moment_in_another_time_zone_is_a_tie(selector: Selector) -> None:
    there = timezone(timedelta(hours=9))
    abroad = Candidate(1, True, True, 0, 4, 5, NOW.astimezone(there))
    here = Candidate(2, True, True, 0, 4, 4, NOW)

    assert chosen([abroad, here], selector).ranked == (2, 1)


@pytest.mark.parametrize("selector", PUSHING)
def test_last_ties_go_to_everybody_alike(selector: Selector) -> None:
    equals = [member(agent, ago=5) for agent in range(1, 5)]
    firsts = [chosen(equals, selector, chat=f"chat {n}").ranked[0] for n in range(1000)]

    assert all(200 < firsts.count(agent) < 300 for agent in range(1, 5))


def test_last_ties_are_settled_alike_in_every_process() -> None:
    """As `printf "a 7" | b2sum -l 128` orders them."""
    equals = [member(agent) for agent in range(1, 9)]

    assert chosen(equals, chat="a").ranked == (7, 3, 1, 8, 5, 6, 4, 2)
    assert chosen(equals, chat="b").ranked == (5, 8, 7, 2, 1, 6, 3, 4)


def test_chat_and_agent_do_not_run_together_in_the_lot() -> None:
    """Chat "1" and agent 12 is not chat "11" and agent 2."""
    orders = {chosen([member(2), member(12)], chat="1" * n).ranked for n in range(1, 20)}

    assert orders == {(2, 12), (12, 2)}


HINDRANCES = [
    # available, online, open chats of 4, passed over; the first that fails is said
    (True, True, 3, False, None),
    (True, True, 3, True, Code.PASSED_OVER),
    (True, True, 4, False, Code.FULL),
    (True, True, 4, True, Code.FULL),
    (True, False, 3, False, Code.OFFLINE),
    (True, False, 3, True, Code.OFFLINE),
    (True, False, 4, False, Code.OFFLINE),
    (True, False, 4, True, Code.OFFLINE),
    (False, True, 3, False, Code.UNAVAILABLE),
    (False, True, 3, True, Code.UNAVAILABLE),
    (False, True, 4, False, Code.UNAVAILABLE),
    (False, True, 4, True, Code.UNAVAILABLE),
    (False, False, 3, False, Code.UNAVAILABLE),
    (False, False, 3, True, Code.UNAVAILABLE),
    (False, False, 4, False, Code.UNAVAILABLE),
    (False, False, 4, True, Code.UNAVAILABLE),
]


@pytest.mark.parametrize("selector", PUSHING)
@pytest.mark.parametrize(("available", "online", "open_chats", "passed", "code"), HINDRANCES)
def test_the_first_failing_test_is_the_verdict(
    selector: Selector,
    available: bool,
    online: bool,
    open_chats: int,
    passed: bool,
    code: Code | None,
) -> None:
    judged = member(1, open_chats, available=available, online=online, passed_over=passed)
    choice = chosen([judged, member(2)], selector)

    assert choice.ranked == ((2, 1) if code is None else (2,))
    assert codes(choice) == {1: code or Code.RANKED, 2: Code.CHOSEN}


PASSED = {"passed_over": True}
LET_GO: dict[str, tuple[list[Candidate], dict[int, Code]]] = {
    "alone": ([member(1, **PASSED)], {1: Code.CHOSEN}),
    "somebody else can": (
        [member(1, **PASSED), member(2, 3)],
        {1: Code.PASSED_OVER, 2: Code.CHOSEN},
    ),
    "the other is full": ([member(1, **PASSED), member(2, 4)], {1: Code.CHOSEN, 2: Code.FULL}),
    "the other is offline": (
        [member(1, **PASSED), member(2, online=False)],
        {1: Code.CHOSEN, 2: Code.OFFLINE},
    ),
    "the other is unavailable": (
        [member(1, **PASSED), member(2, available=False)],
        {1: Code.CHOSEN, 2: Code.UNAVAILABLE},
    ),
    "both let it go": (
        [member(1, ago=5, **PASSED), member(2, ago=9, **PASSED)],
        {1: Code.RANKED, 2: Code.CHOSEN},
    ),
    "two let it go, a third can": (
        [member(1, **PASSED), member(2, **PASSED), member(3, 3)],
        {1: Code.PASSED_OVER, 2: Code.PASSED_OVER, 3: Code.CHOSEN},
    ),
    "who let it go is full, and so is everybody": (
        [member(1, 4, **PASSED), member(2, 4)],
        {1: Code.FULL, 2: Code.FULL},
    ),
}


@pytest.mark.parametrize("selector", PUSHING)
@pytest.mark.parametrize(("members", "expected"), LET_GO.values(), ids=LET_GO)
def test_who_let_a_chat_go_is_passed_over_while_somebody_else_can(
    members: list[Candidate], expected: dict[int, Code], selector: Selector
) -> None:
    assert codes(chosen(members, selector)) == expected


@pytest.mark.parametrize(
    ("selector", "members", "auto_accept", "open_now", "code"),
    [
        (Selector.MANUAL, [member(1)], True, True, Code.MANUAL),
        (Selector.MANUAL, [member(1)], False, False, Code.MANUAL),
        (Selector.MANUAL, [], True, False, Code.MANUAL),
        (LEAST, [member(1)], False, True, Code.MANUAL),
        (ROTATION, [], False, False, Code.MANUAL),
        (LEAST, [member(1)], True, False, Code.CLOSED),
        (FEWEST, [], True, False, Code.CLOSED),
        (LEAST, [], True, True, Code.NO_AGENTS),
        (FEWEST, [], True, True, Code.NO_AGENTS),
        (ROTATION, [], True, True, Code.NO_AGENTS),
    ],
)
def test_a_chat_that_is_given_to_nobody_says_so_once(
    selector: Selector, members: list[Candidate], auto_accept: bool, open_now: bool, code: Code
) -> None:
    choice = chosen(members, selector, auto_accept=auto_accept, open_now=open_now)

    assert choice == Choice((), (Verdict(None, code),))


def test_verdicts_stand_in_the_order_of_the_ranking_then_of_the_agents() -> None:
    members = [member(9, 4), member(3, 1), member(7, available=False), member(5)]

    assert chosen(members).verdicts == (
        Verdict(5, Code.CHOSEN, 0, 4),
        Verdict(3, Code.RANKED, 1, 4),
        Verdict(7, Code.UNAVAILABLE, 0, 4),
        Verdict(9, Code.FULL, 4, 4),
    )


def test_codes_and_selectors_are_stored_in_small_letters() -> None:
    assert [code.value for code in Code] == [code.name.lower() for code in Code]
    assert [each.value for each in Selector] == [each.name.lower() for each in Selector]


@pytest.mark.parametrize(("priority", "minute"), [(0, 0), (60, -1), (1800, -30), (86_400, -1440)])
def test_priority_counts_as_time_waited(priority: int, minute: int) -> None:
    assert rank_time(NOW, priority) == NOW + timedelta(minutes=minute)
