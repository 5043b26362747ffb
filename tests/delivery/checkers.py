"""The promise, as functions over a history: each gives what it found wrong, a line each."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator

from tests.delivery.history import (
    Accepted,
    Acked,
    History,
    Present,
    Read,
    Refused,
    Sent,
    Shown,
    Stored,
)

Findings = Iterator[str]
Key = tuple[str, str]


def c1_no_acked_message_is_lost(history: History) -> Findings:
    """What was acked is stored as it was sent, and is shown on every page that may show it."""
    stored = {(row.chat, row.client_id): row for row in history.of(Stored)}
    bodies = {(sent.chat, sent.client_id): sent.body for sent in history.of(Sent)}
    shown = {(line.who, line.chat, line.client_id) for line in history.of(Shown)}
    present = defaultdict(list)
    for page in history.of(Present):
        present[page.chat].append(page)
    for ack in history.of(Acked):
        key = (ack.chat, ack.client_id)
        row = stored.get(key)
        if row is None or row.seq != ack.seq:
            yield f"{key} was acked as {ack.seq} and is {row and row.seq} now"
        elif row.body != bodies.get(key, row.body):
            yield f"{key} is not stored as it was sent"
        else:
            yield from (
                f"{key} was acked and {page.who} does not show it"
                for page in present[ack.chat]
                if (page.staff or row.kind != "note") and (page.who, *key) not in shown
            )


def c2_no_message_is_there_twice(history: History) -> Findings:
    """Not stored, not shown, not acked under two numbers."""
    rows = Counter((row.chat, row.author, row.client_id) for row in history.of(Stored))
    lines = Counter(
        (line.who, line.chat, line.author, line.client_id) for line in history.of(Shown)
    )
    numbers = Counter((line.who, line.chat, line.seq) for line in history.of(Shown))
    for where, counted in {"stored": rows, "shown": lines, "shown, by number": numbers}.items():
        yield from (f"{where} {count} times: {key}" for key, count in counted.items() if count > 1)
    acks: dict[Key, set[int]] = defaultdict(set)
    for ack in history.of(Acked):
        acks[ack.chat, ack.client_id].add(ack.seq)
    yield from (f"{key} was acked as {seqs}" for key, seqs in acks.items() if len(seqs) > 1)


def c3_lines_are_whole_and_in_order(history: History) -> Findings:
    """1..n in every chat; every page shows each line right after the one it follows."""
    last: dict[Key, int] = {}
    for line in history.of(Shown):
        before = last.get((line.who, line.chat), 0)
        if line.after != before or line.seq <= before:
            yield f"{line.who} showed {line.seq} (after {line.after}) below {before} in {line.chat}"
        last[line.who, line.chat] = line.seq
    seqs: dict[str, list[int]] = defaultdict(list)
    for row in history.of(Stored):
        seqs[row.chat].append(row.seq)
    for chat, numbers in seqs.items():
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            yield f"{chat} is numbered {sorted(numbers)}"


def c4_all_agree_on_every_number(history: History) -> Findings:
    """The line with a number is the same line to everybody."""
    said: dict[tuple[str, int], set[tuple[str, ...]]] = defaultdict(set)
    ids: dict[tuple[str, int], set[str]] = defaultdict(set)
    for line in (*history.of(Shown), *history.of(Stored)):
        said[line.chat, line.seq].add((line.client_id, line.author, line.body, line.kind))
        ids[line.chat, line.seq].add(line.client_id)
    for ack in history.of(Acked):
        ids[ack.chat, ack.seq].add(ack.client_id)
    for where in ids:
        if len(ids[where]) > 1 or len(said[where]) > 1:
            yield f"{where} is {said[where] or ids[where]}"


def c5_nothing_is_shown_that_is_not(history: History) -> Findings:
    """Neither what was refused, nor what was rolled back, nor what nobody sent."""
    sent = {(one.chat, one.client_id) for one in history.of(Sent)}
    refused = {(no.chat, no.client_id) for no in history.of(Refused) if no.final}
    rows = {(row.chat, row.seq, row.client_id) for row in history.of(Stored)}
    dumped = {row.chat for row in history.of(Stored)}
    for line in (*history.of(Shown), *history.of(Stored)):
        key = (line.chat, line.client_id)
        if key in refused:
            yield f"{key} was refused, and is there as {line.seq}"
        if line.kind in {"reply", "note"} and key not in sent:
            yield f"{key} is there as {line.seq}, and nobody sent it"
        if line.chat in dumped and (line.chat, line.seq, line.client_id) not in rows:
            yield f"{key} was shown as {line.seq}, and is not stored"


def c6_what_was_acked_comes_before_what_is_sent_then(history: History) -> Findings:
    """Real time counts: who answers a line comes after it, on whatever process."""
    seqs = _seqs(history)
    for chat, events in _by_chat(history).items():
        highest = 0
        for event in sorted(events, key=lambda one: one.at):
            if isinstance(event, Acked):
                highest = max(highest, event.seq)
                continue
            seq = seqs.get((chat, event.client_id))
            if seq is not None and seq <= highest:
                yield f"{event.client_id} is {seq} in {chat}; before it, {highest} was acked"


def _by_chat(history: History) -> dict[str, list[Sent | Acked]]:
    chats: dict[str, list[Sent | Acked]] = defaultdict(list)
    for event in (*history.of(Sent), *history.of(Acked)):
        chats[event.chat].append(event)
    return chats


def c7_everybody_s_order_is_kept(history: History) -> Findings:
    """What one person sent first has the lower number."""
    seqs = _seqs(history)
    last: dict[Key, int] = {}
    for sent in history.of(Sent):
        seq = seqs.get((sent.chat, sent.client_id))
        if seq is None:
            continue
        if seq <= last.get((sent.who, sent.chat), 0):
            yield f"{sent.who} sent {sent.client_id} later, and it is {seq} in {sent.chat}"
        last[sent.who, sent.chat] = seq


def c8_later_reads_contain_what_was_acked(history: History) -> Findings:
    """Whoever asks after an ack finds the message."""
    acks: dict[str, list[Acked]] = defaultdict(list)
    for ack in history.of(Acked):
        acks[ack.chat].append(ack)
    for read in history.of(Read):
        end = max(read.seqs, default=0) if read.full else None
        for ack in acks[read.chat]:
            asked = ack.at < read.began and ack.seq > read.after
            if asked and (end is None or ack.seq <= end) and ack.seq not in read.seqs:
                yield f"{read.who} read {read.chat} without {ack.seq}, acked before"
            if asked and ack.seq > read.head:
                yield f"{read.who} was told {read.chat} ends at {read.head}; {ack.seq} was acked"


def c9_a_chat_has_one_owner(history: History) -> Findings:
    """Nobody is told that a chat is his while somebody else has it."""
    owners: dict[str, Accepted] = {}
    for accepted in history.of(Accepted):
        first = owners.setdefault(accepted.chat, accepted)
        if first.who != accepted.who or first.epoch != accepted.epoch:
            yield f"{accepted.chat} went to {first.who} and to {accepted.who}"


def _seqs(history: History) -> dict[Key, int]:
    """The number of each message: the stored one, else the one that was acked."""
    seqs = {(ack.chat, ack.client_id): ack.seq for ack in history.of(Acked)}
    return seqs | {(row.chat, row.client_id): row.seq for row in history.of(Stored)}


CHECKERS: tuple[Callable[[History], Findings], ...] = (
    c1_no_acked_message_is_lost,
    c2_no_message_is_there_twice,
    c3_lines_are_whole_and_in_order,
    c4_all_agree_on_every_number,
    c5_nothing_is_shown_that_is_not,
    c6_what_was_acked_comes_before_what_is_sent_then,
    c7_everybody_s_order_is_kept,
    c8_later_reads_contain_what_was_acked,
    c9_a_chat_has_one_owner,
)


def findings(history: History) -> dict[str, list[str]]:
    """What each checker found, by its number; nothing of those that found nothing."""
    found = {checker.__name__[:2]: list(checker(history)) for checker in CHECKERS}
    return {name: wrong for name, wrong in found.items() if wrong}


def assert_sound(history: History) -> None:
    """Fail with all that is wrong."""
    lines = [f"{name}: {line}" for name, wrong in findings(history).items() for line in wrong[:5]]
    assert not lines, "\n" + "\n".join(lines)
