"""When chats are taken, by tables; over the days on which clocks are set, too."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from livechat.hours import (
    DayOff,
    Period,
    Schedule,
    State,
    is_open_at,
    state_at,
    stretches,
)

BERLIN, NEW_YORK, LONDON = map(ZoneInfo, ("Europe/Berlin", "America/New_York", "Europe/London"))
MIDNIGHT = time(0)
EVERY_DAY = range(7)
#: A Monday.
MONDAY = date(2026, 3, 2)


def moment(text: str, zone: ZoneInfo = LONDON) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def week(*weekdays: int, since: int = 8, until: int = 18) -> list[Period]:
    return [Period(day, time(since), time(until % 24)) for day in weekdays]


def opening(*periods: Period, zone: ZoneInfo = LONDON, **others: object) -> Schedule:
    return Schedule(True, zone, periods, **others)  # type: ignore[arg-type]


def closing(*periods: Period, zone: ZoneInfo = LONDON, **others: object) -> Schedule:
    return Schedule(False, zone, periods, **others)  # type: ignore[arg-type]


OFFICE = opening(*week(*range(5)), message="Office hours")


def opens_at(schedule: Schedule, now: str) -> str:
    """By the clock of the schedule; with its distance from UTC."""
    found = state_at([schedule], moment(now, schedule.zone)).opens_at
    assert found
    return found.astimezone(schedule.zone).isoformat(timespec="minutes")


def test_without_a_schedule_it_is_always_open() -> None:
    assert state_at([], moment("2026-03-02T03:00")) == State(True)
    assert is_open_at([], moment("2026-03-02T03:00"))


@pytest.mark.parametrize(
    ("now", "is_open", "until"),
    [
        ("2026-03-02T07:59", False, "2026-03-02T08:00"),
        ("2026-03-02T08:00", True, "2026-03-02T18:00"),
        ("2026-03-02T17:59", True, "2026-03-02T18:00"),
        ("2026-03-02T18:00", False, "2026-03-03T08:00"),
        ("2026-03-06T18:00", False, "2026-03-09T08:00"),
    ],
)
def test_an_open_schedule_is_open_from_the_first_minute_to_the_last(
    now: str, is_open: bool, until: str
) -> None:
    assert state_at([OFFICE], moment(now)) == State(is_open, moment(until), OFFICE)
    assert is_open_at([OFFICE], moment(now)) == is_open


def test_the_message_is_said_outside_alone() -> None:
    assert state_at([OFFICE], moment("2026-03-02T07:00")).message == "Office hours"
    assert state_at([OFFICE], moment("2026-03-02T09:00")).message == ""


def test_open_without_a_time_is_open_at_all_times() -> None:
    always = opening()

    assert state_at([always], moment("2026-03-02T03:00")) == State(True, None, always)


def test_closed_without_a_time_is_closed_at_all_times() -> None:
    never = closing(message="Moved")

    state = state_at([never], moment("2026-03-02T03:00"))

    assert (state.is_open, state.opens_at, state.message) == (False, None, "Moved")


def test_the_day_ends_at_24_00() -> None:
    night = opening(*week(0, since=22, until=24), *week(1, since=0, until=6))

    assert opens_at(night, "2026-03-02T12:00") == "2026-03-02T22:00+00:00"
    assert state_at([night], moment("2026-03-02T23:30")).until == moment("2026-03-03T06:00")
    assert state_at([night], moment("2026-03-03T00:00")).is_open


def test_times_are_those_of_its_zone() -> None:
    office = opening(*week(0), zone=NEW_YORK)

    assert not is_open_at([office], moment("2026-03-02T08:30"))
    assert is_open_at([office], moment("2026-03-02T08:30", NEW_YORK))


def test_a_day_off_is_closed_and_the_next_day_is_as_usual() -> None:
    christmas = opening(*week(*EVERY_DAY), days_off=[DayOff(date(2026, 12, 25))])

    assert state_at([christmas], moment("2026-12-25T12:00")).opens_at == moment("2026-12-26T08:00")
    assert state_at([christmas], moment("2026-12-24T12:00")).until == moment("2026-12-24T18:00")


def test_a_day_off_may_have_other_times() -> None:
    eve = opening(*week(*EVERY_DAY), days_off=[DayOff(date(2026, 12, 24), time(9), time(12))])

    assert opens_at(eve, "2026-12-24T08:30") == "2026-12-24T09:00+00:00"
    assert state_at([eve], moment("2026-12-24T10:00")).until == moment("2026-12-24T12:00")


def test_days_off_alone_leave_the_other_days_open() -> None:
    schedule = opening(days_off=[DayOff(date(2026, 12, 25))])

    assert is_open_at([schedule], moment("2026-12-24T23:59"))
    assert opens_at(schedule, "2026-12-25T00:00") == "2026-12-26T00:00+00:00"


def test_a_closed_schedule_goes_before_and_says_nothing_outside_its_times() -> None:
    training = closing(*week(2, since=10, until=12), message="Training")

    assert state_at([training, OFFICE], moment("2026-03-04T11:00")) == State(
        False, moment("2026-03-04T12:00"), training
    )
    assert state_at([training, OFFICE], moment("2026-03-04T09:00")).until == moment(
        "2026-03-04T10:00"
    )
    assert state_at([training, OFFICE], moment("2026-03-04T19:00")).schedule == OFFICE


def test_one_of_lower_priority_has_no_say_where_the_higher_is_open() -> None:
    assert state_at([opening(), closing()], moment("2026-03-02T09:00")).is_open


def test_a_closed_schedule_of_dates_alone_closes_those_dates() -> None:
    shut = closing(days_off=[DayOff(date(2026, 3, 3))])

    assert state_at([shut], moment("2026-03-02T09:00")) == State(
        True, moment("2026-03-03T00:00"), None
    )
    assert state_at([shut, OFFICE], moment("2026-03-03T09:00")).opens_at == moment(
        "2026-03-04T08:00"
    )


@pytest.mark.parametrize(
    ("since", "until", "is_open"),
    [
        (time(9), time(12), [False, True, False]),
        (MIDNIGHT, time(12), [True, True, False]),
        (time(9), MIDNIGHT, [False, True, True]),
    ],
)
def test_a_date_of_a_closed_schedule_is_closed_but_for_its_times(
    since: time, until: time, is_open: list[bool]
) -> None:
    shut = closing(days_off=[DayOff(MONDAY, since, until)])
    asked = [moment(f"2026-03-02T{hour}:00") for hour in ("08", "10", "20")]

    assert [is_open_at([shut], each) for each in asked] == is_open


def test_what_opens_in_more_than_fourteen_days_is_not_named() -> None:
    rows = [DayOff(MONDAY + timedelta(days=number)) for number in range(20)]
    schedule = opening(*week(*EVERY_DAY), days_off=rows)

    assert state_at([schedule], moment("2026-03-02T09:00")).opens_at is None
    assert opens_at(schedule, "2026-03-10T09:00") == "2026-03-22T08:00+00:00"


# --- Clocks are set -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "now", "expected"),
    [
        (BERLIN, "2026-03-28T19:00", "2026-03-29T08:00+02:00"),
        (BERLIN, "2026-10-24T19:00", "2026-10-25T08:00+01:00"),
        (NEW_YORK, "2026-03-07T19:00", "2026-03-08T08:00-04:00"),
        (NEW_YORK, "2026-10-31T19:00", "2026-11-01T08:00-05:00"),
    ],
)
def test_it_opens_by_the_clock_of_the_day(zone: ZoneInfo, now: str, expected: str) -> None:
    assert opens_at(opening(*week(*EVERY_DAY), zone=zone), now) == expected


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        # The clock goes from 2:00 to 3:00: there is no 2:30, it opens at once.
        (BERLIN, "2026-03-29", "2026-03-29T03:00+02:00"),
        (NEW_YORK, "2026-03-08", "2026-03-08T03:00-04:00"),
        # The hour from 2:00 (1:00) comes twice: the first counts.
        (BERLIN, "2026-10-25", "2026-10-25T02:30+02:00"),
        (NEW_YORK, "2026-11-01", "2026-11-01T02:30-05:00"),
    ],
)
def test_a_time_that_comes_never_or_twice(zone: ZoneInfo, day: str, expected: str) -> None:
    early = opening(*(Period(each, time(2, 30), time(5)) for each in EVERY_DAY), zone=zone)

    assert opens_at(early, f"{day}T00:00") == expected


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (BERLIN, "2026-03-29", 23),
        (BERLIN, "2026-10-25", 25),
        (NEW_YORK, "2026-03-08", 23),
        (NEW_YORK, "2026-11-01", 25),
    ],
)
def test_a_whole_day_is_as_long_as_it_is(zone: ZoneInfo, day: str, hours: int) -> None:
    sunday = opening(Period(6, MIDNIGHT, MIDNIGHT), zone=zone)
    midnight = moment(f"{day}T00:00", zone).astimezone(UTC)

    state = state_at([sunday], midnight)

    assert state.until == midnight + timedelta(hours=hours)


def test_what_is_told_in_advance_agrees_with_every_minute() -> None:
    """Around both changes, in both zones, minute by minute."""
    for zone in (BERLIN, NEW_YORK):
        odd = [Period(day, time(0, 15), time(1, 45)) for day in EVERY_DAY]
        odd += [Period(day, time(2, 15), time(23, 30)) for day in EVERY_DAY]
        schedules = [closing(*week(6, since=3, until=4), zone=BERLIN), opening(*odd, zone=zone)]
        for start in (
            "2026-03-07T22:00",
            "2026-03-28T22:00",
            "2026-10-24T22:00",
            "2026-10-31T22:00",
        ):
            since = moment(start, zone).astimezone(UTC)
            until = since + timedelta(hours=12)
            told = list(stretches(schedules, since, until))
            assert told[0].since == since
            assert told[-1].until == until
            for each in told:
                minutes = int((each.until - each.since).total_seconds() // 60)
                for number in range(minutes):
                    now = each.since + timedelta(minutes=number)
                    assert is_open_at(schedules, now) == each.is_open, now
