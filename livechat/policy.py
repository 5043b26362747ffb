"""Who gets the next chat, and why the others do not. Plain Python."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from hashlib import blake2b
from typing import TypeAlias

NEVER = datetime.min.replace(tzinfo=UTC)

SAMPLES_NEEDED = 20
LINE_SHARE, SEEN_SHARE = 0.75, 0.25
RANGE_FACTORS = 0.7, 1.5
RANGE_SLACK_SECONDS = 30
#: What a customer may be told, in minutes; 0 is the open end.
WAITS: tuple[tuple[int, int], ...] = ((0, 1), (1, 3), (3, 5), (5, 10), (10, 20), (20, 0))
#: Of so many promises so many have to be kept, or nothing more is told.
PROMISES_JUDGED, PROMISES_TO_KEEP = 20, 12


class Selector(StrEnum):
    """The rule that picks among the agents who can take a chat."""

    LEAST_RELATIVE_LOAD = "least_relative_load"
    FEWEST_OPEN = "fewest_open"
    ROTATION = "rotation"
    MANUAL = "manual"


class Code(StrEnum):
    """What became of an agent, or of the whole attempt."""

    CHOSEN = "chosen"
    RANKED = "ranked"
    UNAVAILABLE = "unavailable"
    OFFLINE = "offline"
    FULL = "full"
    PASSED_OVER = "passed_over"
    MANUAL = "manual"
    CLOSED = "closed"
    NO_AGENTS = "no_agents"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member of the chat's queue, as seen at one moment."""

    agent: int
    available: bool
    online: bool
    open_chats: int
    capacity: int
    assigned_today: int
    last_assigned_at: datetime | None
    passed_over: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """One reason. Without an agent it is about the chat itself."""

    agent: int | None
    code: Code
    open_chats: int = 0
    capacity: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """Agents to be tried in this order, then a verdict for each candidate: ranked ones first."""

    ranked: tuple[int, ...]
    verdicts: tuple[Verdict, ...]


_Turn: TypeAlias = tuple[Fraction | int, datetime, int, bytes]


def choose(
    chat: str,
    selector: Selector,
    candidates: Sequence[Candidate],
    *,
    auto_accept: bool,
    open_now: bool,
) -> Choice:
    """Rank those who can take the chat, and say of everybody why or why not."""
    if not auto_accept or selector == Selector.MANUAL:
        return _nobody(Code.MANUAL)
    if not open_now:
        return _nobody(Code.CLOSED)
    if not candidates:
        return _nobody(Code.NO_AGENTS)
    failing = _failing(candidates)
    able = [candidate for candidate in candidates if candidate.agent not in failing]
    able.sort(key=lambda candidate: _turn(chat, selector, candidate))
    unable = [candidate for candidate in candidates if candidate.agent in failing]
    unable.sort(key=lambda candidate: candidate.agent)
    verdicts = [_verdict(one, Code.RANKED if at else Code.CHOSEN) for at, one in enumerate(able)]
    verdicts += [_verdict(one, failing[one.agent]) for one in unable]
    return Choice(tuple(one.agent for one in able), tuple(verdicts))


def rank_time(queued_at: datetime, priority_seconds: int) -> datetime:
    """A chat's place in line: as if it had waited so much longer, and never more than that."""
    return queued_at - timedelta(seconds=priority_seconds)


def estimate_wait(
    *,
    ahead: int,
    free: int,
    slots: int,
    hold_seconds: float | None,
    samples: int,
    last_entered_wait: float | None,
    head_age: float | None,
) -> tuple[int, int] | None:
    """How many minutes the customer will wait, from and to; None when nothing honest can be said.

    `ahead` counts those before the customer, `slots` the places of all agents now, `free` those
    not taken; `hold_seconds` is how long one of `samples` chats held its place on average. Where
    the first in line has waited longer than the shortest wait, that one is not told.
    """
    if slots <= 0:
        return None
    stuck = head_age is not None and head_age > WAITS[0][1] * 60
    if free > 0 and ahead == 0 and not stuck:
        return WAITS[0]
    if hold_seconds is None or samples < SAMPLES_NEEDED:
        return None
    expected = (ahead + 1) * hold_seconds / slots
    seen = [wait for wait in (last_entered_wait, head_age) if wait is not None]
    if seen:
        expected = LINE_SHARE * expected + SEEN_SHARE * max(seen)
    least, most = (factor * expected for factor in RANGE_FACTORS)
    shown = _snapped(least - RANGE_SLACK_SECONDS, most + RANGE_SLACK_SECONDS)
    return None if stuck and shown == WAITS[0] else shown


def is_kept(promise: tuple[int, int], waited_seconds: float) -> bool:
    """Whether the wait was the one that was named, give or take the slack of every estimate."""
    least, most = promise
    too_soon = waited_seconds < least * 60 - RANGE_SLACK_SECONDS
    return not too_soon and (not most or waited_seconds <= most * 60 + RANGE_SLACK_SECONDS)


def may_promise(kept: Sequence[bool]) -> bool:
    """Whether a queue's last promises came true often enough; too few of them prove nothing."""
    return len(kept) < PROMISES_JUDGED or sum(kept) >= PROMISES_TO_KEEP


def _nobody(code: Code) -> Choice:
    return Choice((), (Verdict(None, code),))


def _verdict(candidate: Candidate, code: Code) -> Verdict:
    return Verdict(candidate.agent, code, candidate.open_chats, candidate.capacity)


def _failing(candidates: Sequence[Candidate]) -> dict[int, Code]:
    """Why some cannot take it. Who let the chat go can, when nobody else is left."""
    failing = {one.agent: code for one in candidates if (code := _hindrance(one)) is not None}
    able = [one for one in candidates if one.agent not in failing]
    if not all(one.passed_over for one in able):
        failing |= {one.agent: Code.PASSED_OVER for one in able if one.passed_over}
    return failing


def _hindrance(candidate: Candidate) -> Code | None:
    if not candidate.available:
        return Code.UNAVAILABLE
    if not candidate.online:
        return Code.OFFLINE
    if candidate.open_chats >= candidate.capacity:
        return Code.FULL
    return None


def _turn(chat: str, selector: Selector, candidate: Candidate) -> _Turn:
    """Lowest first. Ties go to whoever waited longest, at last to chance: never by name or age."""
    return (
        _LOADS[selector](candidate),
        candidate.last_assigned_at or NEVER,
        candidate.assigned_today,
        _lot(chat, candidate.agent),
    )


def _relative_load(candidate: Candidate) -> Fraction:
    return Fraction(candidate.open_chats, candidate.capacity)


def _open_chats(candidate: Candidate) -> int:
    return candidate.open_chats


def _is_busy(candidate: Candidate) -> int:
    return int(candidate.open_chats > 0)


_LOADS: dict[Selector, Callable[[Candidate], Fraction | int]] = {
    Selector.LEAST_RELATIVE_LOAD: _relative_load,
    Selector.FEWEST_OPEN: _open_chats,
    Selector.ROTATION: _is_busy,
}


def _lot(chat: str, agent: int) -> bytes:
    """Random to people, the same in every process."""
    return blake2b(f"{chat} {agent}".encode(), digest_size=16).digest()


def _snapped(least: float, most: float) -> tuple[int, int]:
    """The wait that holds most of the range, in seconds; of two the longer one."""

    def held(wait: tuple[int, int]) -> float:
        start, end = wait
        return min(most, end * 60 or most) - max(least, start * 60)

    return max(reversed(WAITS), key=held)
