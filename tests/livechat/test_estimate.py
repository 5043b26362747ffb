"""What a customer is told of the wait: a range that is honest, or nothing."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livechat.policy import WAITS, estimate_wait, is_kept, may_promise

USUAL: dict[str, Any] = {
    "ahead": 3,
    "free": 0,
    "slots": 8,
    "hold_seconds": 480.0,
    "samples": 40,
    "last_entered_wait": None,
    "head_age": None,
}
NOTHING: dict[str, dict[str, Any]] = {
    "no agent is there": {"slots": 0},
    "no agent is there, nobody waits": {"slots": 0, "ahead": 0},
    "less than no place": {"slots": -1},
    "no place, but one is said to be free": {"slots": 0, "free": 1, "ahead": 0},
    "no chat has ended yet": {"hold_seconds": None, "samples": 0},
    "no mean": {"hold_seconds": None},
    "19 samples": {"samples": 19},
    "19 samples, next in line, nothing free": {"samples": 19, "ahead": 0},
    "19 samples, free places, but others before": {"samples": 19, "free": 2, "ahead": 1},
}


@pytest.mark.parametrize("world", NOTHING.values(), ids=NOTHING)
def test_nothing_is_shown_when_nothing_is_known(world: dict[str, Any]) -> None:
    assert estimate_wait(**USUAL | world) is None


@pytest.mark.parametrize(
    "world",
    [
        {},
        {"samples": 0, "hold_seconds": None},
        {"hold_seconds": 7200.0, "last_entered_wait": 3600.0, "head_age": 60.0},
    ],
)
def test_a_free_place_and_nobody_before_is_less_than_a_minute(world: dict[str, Any]) -> None:
    assert estimate_wait(**USUAL | {"free": 1, "ahead": 0} | world) == (0, 1)


@pytest.mark.parametrize(
    ("world", "shown"),
    [
        ({"free": 0, "ahead": 0}, (10, 20)),  # 7200 / 8 = 900 s
        ({"free": 3, "ahead": 1}, (20, 0)),  # 1800 s
    ],
)
def test_otherwise_the_line_is_reckoned(world: dict[str, Any], shown: tuple[int, int]) -> None:
    assert estimate_wait(**USUAL | {"hold_seconds": 7200.0} | world) == shown


def test_20_samples_are_enough() -> None:
    assert estimate_wait(**USUAL | {"samples": 20}) == (3, 5)  # 240 s


def told(expected: float) -> tuple[int, int] | None:
    """One place, nobody before: the estimate is the mean itself."""
    return estimate_wait(**USUAL | {"ahead": 0, "slots": 1, "hold_seconds": expected})


@pytest.mark.parametrize(
    ("expected", "shown"),
    [
        # seconds   the range in seconds, and where most of it lies
        (0, (0, 1)),  # -30..30
        (30, (0, 1)),  # -9..75
        (54, (0, 1)),  # 8..111: 52 of the first minute, 51 of the next two
        (55, (1, 3)),  # 8.5..112.5
        (60, (1, 3)),  # 12..120
        (120, (1, 3)),  # 54..210
        (160, (1, 3)),  # 82..270: 98 and 90
        (170, (3, 5)),  # 89..285: 91 and 105
        (240, (3, 5)),  # 138..390: 42, 120 and 90
        (259, (3, 5)),
        (260, (5, 10)),  # 152..420: 120 and 120, the longer is told
        (300, (5, 10)),  # 180..480
        (420, (5, 10)),  # 264..660
        (540, (5, 10)),  # 348..840: 252 and 240
        (560, (10, 20)),  # 362..870: 238 and 270
        (900, (10, 20)),  # 600..1380
        (1080, (10, 20)),  # 726..1650: 474 and 450
        (1100, (20, 0)),  # 740..1680: 460 and 480
        (1200, (20, 0)),
        (86_400, (20, 0)),
    ],
)
def test_the_range_is_told_as_the_wait_that_holds_most_of_it(
    expected: float, shown: tuple[int, int]
) -> None:
    assert told(expected) == shown


@pytest.mark.parametrize(
    ("world", "shown"),
    [
        # (ahead + 1) * hold / slots, then three quarters of it and a quarter of what was seen
        ({"ahead": 0}, (1, 3)),  # 60 s
        ({"ahead": 3}, (3, 5)),  # 240 s
        ({"ahead": 3, "slots": 1}, (20, 0)),  # 1920 s: places, not chats, divide
        ({"ahead": 3, "slots": 32}, (1, 3)),  # 60 s
        ({"ahead": 19}, (20, 0)),  # 1200 s
        ({"hold_seconds": 120.0}, (1, 3)),  # 60 s
        ({"last_entered_wait": 240.0}, (3, 5)),  # 240 s both
        ({"last_entered_wait": 0.0}, (3, 5)),  # 180 s
        ({"last_entered_wait": 0.0, "hold_seconds": 240.0}, (1, 3)),  # 90 s
        ({"last_entered_wait": 1200.0}, (5, 10)),  # 180 + 300 = 480 s
        ({"head_age": 1200.0}, (5, 10)),
        ({"last_entered_wait": 1200.0, "head_age": 60.0}, (5, 10)),  # the larger counts
        ({"last_entered_wait": 60.0, "head_age": 1200.0}, (5, 10)),
        ({"last_entered_wait": 60.0, "head_age": 30.0, "ahead": 0}, (1, 3)),  # 45 + 15 = 60 s
    ],
)
def test_the_line_counts_three_quarters_and_what_was_seen_a_quarter(
    world: dict[str, Any], shown: tuple[int, int]
) -> None:
    assert estimate_wait(**USUAL | world) == shown


@pytest.mark.parametrize(
    ("world", "shown"),
    [
        ({"free": 1, "ahead": 0, "head_age": 60.0}, (0, 1)),
        ({"free": 1, "ahead": 0, "head_age": 61.0, "samples": 0, "hold_seconds": None}, None),
        ({"free": 1, "ahead": 0, "head_age": 61.0, "hold_seconds": 8.0}, None),  # 16 s
        ({"free": 1, "ahead": 0, "head_age": 1122.0}, (5, 10)),  # 45 + 281 s
    ],
)
def test_less_than_a_minute_is_not_told_while_somebody_has_waited_longer(
    world: dict[str, Any], shown: tuple[int, int] | None
) -> None:
    assert estimate_wait(**USUAL | world) == shown


#: The machine may be slow; the claim has no clock.
at_leisure = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
seconds = st.floats(0, 100_000)
situations = st.fixed_dictionaries(
    {
        "ahead": st.integers(0, 500),
        "free": st.integers(0, 5),
        "slots": st.integers(0, 300),
        "hold_seconds": st.none() | seconds,
        "samples": st.integers(0, 40),
        "last_entered_wait": st.none() | seconds,
        "head_age": st.none() | seconds,
    }
)


@at_leisure
@given(situations)
def test_it_is_one_of_six_ranges_or_nothing(situation: dict[str, Any]) -> None:
    assert estimate_wait(**situation) in {None, *WAITS}


@at_leisure
@given(situations, st.integers(1, 50), seconds)
def test_it_never_shrinks_when_the_line_or_the_mean_grows(
    situation: dict[str, Any], more: int, longer: float
) -> None:
    shown = estimate_wait(**situation)
    if shown is None:
        return
    grown = situation | {"ahead": situation["ahead"] + more}
    if situation["hold_seconds"] is not None:
        grown["hold_seconds"] = situation["hold_seconds"] + longer
    then = estimate_wait(**grown)

    assert then is None or WAITS.index(then) >= WAITS.index(shown)


@at_leisure
@given(st.floats(0, 10_000))
def test_the_wait_told_touches_the_range(expected: float) -> None:
    shown = told(expected)
    assert shown is not None
    start, end = shown

    assert start * 60 <= 1.5 * expected + 30
    assert end == 0 or end * 60 >= 0.7 * expected - 30


@pytest.mark.parametrize(
    ("promise", "waited", "kept"),
    [
        ((0, 1), 0, True),
        ((0, 1), 90, True),
        ((0, 1), 91, False),
        ((3, 5), 149, False),
        ((3, 5), 150, True),
        ((3, 5), 330, True),
        ((3, 5), 331, False),
        ((20, 0), 1169, False),
        ((20, 0), 1170, True),
        ((20, 0), 86_400, True),
    ],
)
def test_a_promise_is_kept_within_half_a_minute(
    promise: tuple[int, int], waited: int, kept: bool
) -> None:
    assert is_kept(promise, waited) is kept


@pytest.mark.parametrize(
    ("kept", "missed", "told"),
    [(0, 0, True), (0, 19, True), (0, 20, False), (11, 9, False), (12, 8, True), (20, 0, True)],
)
def test_twelve_of_twenty_promises_have_to_be_kept(kept: int, missed: int, told: bool) -> None:
    assert may_promise([True] * kept + [False] * missed) is told
