"""Each checker passes good histories and catches the bad ones that are its own."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.delivery.checkers import assert_sound, findings
from tests.delivery.history import (
    Accepted,
    Acked,
    History,
    Present,
    Read,
    Record,
    Refused,
    Sent,
    Shown,
    Stored,
)

CHAT = "chat"
Break = Callable[[list[Record]], list[Record]]


def message(number: int, who: str, at: float) -> list[Record]:
    """Sent by one of two, acked, stored, and shown to both."""
    client_id, body, author = f"id-{number}", f"Line {number}", who.split()[0]
    return [
        Sent(at, who, CHAT, client_id, body),
        Acked(at + 0.1, who, CHAT, client_id, number),
        *(shown(number, page, at + 0.2, author) for page in ("customer 1", "agent 1")),
        Stored(CHAT, number, client_id, author, body),
    ]


def shown(number: int, page: str, at: float, author: str) -> Shown:
    return Shown(at, page, CHAT, number, number - 1, f"id-{number}", author, f"Line {number}")


def good() -> list[Record]:
    """A short conversation in which everything is as it should be."""
    return [
        *message(1, "customer 1", 1.0),
        Accepted(1.5, "agent 1", CHAT, 1),
        *message(2, "agent 1", 2.0),
        *message(3, "customer 1", 3.0),
        Sent(4.0, "customer 1", CHAT, "id-late", "Too late"),
        Refused(4.1, "customer 1", CHAT, "id-late", "chat_ended", True),
        Read(5.0, 5.1, "agent 1", CHAT, 1, (2, 3), 3),
        Present("customer 1", CHAT),
        Present("agent 1", CHAT, True),
    ]


def with_note() -> list[Record]:
    """A side note: the agent's page shows it, the customer's goes on without a hole."""
    note = [
        Sent(2.0, "agent 1", CHAT, "id-2", "Hm", "note"),
        Acked(2.1, "agent 1", CHAT, "id-2", 2),
        Shown(2.2, "agent 1", CHAT, 2, 1, "id-2", "agent", "Hm", "note"),
        Stored(CHAT, 2, "id-2", "agent", "Hm", "note"),
    ]
    last = [
        replace(record, after=1)
        if isinstance(record, Shown) and record.who == "customer 1"
        else record
        for record in message(3, "customer 1", 3.0)
    ]
    present: list[Record] = [Present("customer 1", CHAT), Present("agent 1", CHAT, True)]
    return [*message(1, "customer 1", 1.0), *note, *last, *present]


def with_a_repeat() -> list[Record]:
    """The connection broke before the ack: refused for now, sent again, acked twice as the same."""
    return [
        *good(),
        Refused(1.05, "customer 1", CHAT, "id-1", "try_again", False),
        Acked(9.0, "customer 1", CHAT, "id-1", 1),
        Read(9.1, 9.2, "customer 1", CHAT, 0, (1, 2), 3, full=True),
        Accepted(9.3, "agent 1", CHAT, 1),
    ]


def without(kind: type[Record], **wanted: object) -> Break:
    """The history less the records of this kind that are so."""

    def broken(records: list[Record]) -> list[Record]:
        kept = [record for record in records if not is_so(record, kind, wanted)]
        assert len(kept) < len(records)
        return kept

    return broken


def changed(kind: type[Record], wanted: dict[str, object], **news: object) -> Break:
    """The history with the records of this kind that are so made different."""

    def broken(records: list[Record]) -> list[Record]:
        found = [
            replace(record, **news) if is_so(record, kind, wanted) else record  # type: ignore[arg-type]
            for record in records
        ]
        assert found != records
        return found

    return broken


def added(*more: Record) -> Break:
    return lambda records: [*records, *more]


def is_so(record: Record, kind: type[Record], wanted: dict[str, object]) -> bool:
    return isinstance(record, kind) and all(
        getattr(record, name) == value for name, value in wanted.items()
    )


@pytest.mark.parametrize("history", [good, with_note, with_a_repeat, list])
def test_a_good_history_passes(history: Callable[[], list[Record]]) -> None:
    assert_sound(History(history()))


BROKEN: dict[str, tuple[str, Break]] = {
    "an acked row is gone": ("c1", without(Stored, seq=3)),
    "an acked row has another number": ("c1", changed(Stored, {"seq": 3}, seq=4)),
    "a row was changed": ("c1", changed(Stored, {"seq": 2}, body="line 2")),
    "a page misses the last line": ("c1", without(Shown, seq=3, who="agent 1")),
    "a page misses a line": ("c1", without(Shown, seq=2, who="customer 1")),
    "stored twice": ("c2", added(Stored(CHAT, 4, "id-3", "customer", "Line 3"))),
    "shown twice": ("c2", added(shown(3, "agent 1", 9.0, "customer"))),
    "shown again under another number": (
        "c2",
        added(Shown(9.0, "agent 1", CHAT, 4, 3, "id-3", "customer", "Line 3")),
    ),
    "acked under two numbers": ("c2", added(Acked(9.0, "customer 1", CHAT, "id-3", 4))),
    "a hole in a page": ("c3", without(Shown, seq=2, who="agent 1")),
    "a hole in the rows": ("c3", without(Stored, seq=2)),
    "shown out of order": (
        "c3",
        lambda records: sorted(
            records, key=lambda one: one.seq == 2 if isinstance(one, Shown) else 0
        ),
    ),
    "two rows with one number": ("c3", changed(Stored, {"seq": 3}, seq=2)),
    "two lines with one number": (
        "c4",
        changed(Shown, {"seq": 3, "who": "agent 1"}, client_id="id-x"),
    ),
    "another text at one page": ("c4", changed(Shown, {"seq": 3, "who": "agent 1"}, body="?")),
    "the ack names another's number": ("c4", changed(Acked, {"seq": 3}, seq=2)),
    "a refused line is shown": (
        "c5",
        added(Shown(9.0, "agent 1", CHAT, 4, 3, "id-late", "customer", "Too late")),
    ),
    "a refused line is stored": ("c5", added(Stored(CHAT, 4, "id-late", "customer", "Too late"))),
    "a rolled back line was shown": ("c5", without(Stored, seq=3)),
    "a line from nowhere": ("c5", without(Sent, client_id="id-3")),
    "an answer stands above its question": (
        "c6",
        lambda records: [
            replace(one, seq=5 - one.seq)
            if isinstance(one, Stored | Acked) and one.seq > 1
            else one
            for one in records
        ],
    ),
    "sent later, numbered lower": (
        "c7",
        lambda records: [
            replace(one, seq=4 - one.seq) if isinstance(one, Stored | Acked) else one
            for one in records
        ],
    ),
    "a read without what was acked": ("c8", changed(Read, {}, seqs=(2,))),
    "a read that ends too soon": ("c8", changed(Read, {}, head=2)),
    "a full page with a hole": ("c8", changed(Read, {}, after=0, seqs=(1, 3), full=True)),
    "two agents have it": ("c9", added(Accepted(1.6, "agent 2", CHAT, 1))),
}


@pytest.mark.parametrize(("checker", "break_it"), BROKEN.values(), ids=BROKEN)
def test_a_bad_history_is_caught(checker: str, break_it: Break) -> None:
    assert checker in findings(History(break_it(good())))
