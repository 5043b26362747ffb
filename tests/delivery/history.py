"""What happened in a run: every command, every answer, every line that was shown to somebody."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar


@dataclass(frozen=True)
class Sent:
    """Somebody wrote a message and pressed send."""

    at: float
    who: str
    chat: str
    client_id: str
    body: str
    kind: str = "reply"


@dataclass(frozen=True)
class Acked:
    """He was told that it is stored."""

    at: float
    who: str
    chat: str
    client_id: str
    seq: int


@dataclass(frozen=True)
class Refused:
    """He was told that it is not."""

    at: float
    who: str
    chat: str
    client_id: str
    code: str
    final: bool


@dataclass(frozen=True)
class Shown:
    """A line appeared on a page. `who` is the page."""

    at: float
    who: str
    chat: str
    seq: int
    after: int
    client_id: str
    author: str
    body: str
    kind: str = "reply"


@dataclass(frozen=True)
class Read:
    """Somebody asked for the lines after one. `full`: there may be more of them."""

    began: float
    at: float
    who: str
    chat: str
    after: int
    seqs: tuple[int, ...]
    head: int
    full: bool = False


@dataclass(frozen=True)
class Accepted:
    """An agent was told that the chat is his."""

    at: float
    who: str
    chat: str
    epoch: int


@dataclass(frozen=True)
class Present:
    """At the end this page still shows the chat, and nothing stands in its way."""

    who: str
    chat: str
    staff: bool = False


@dataclass(frozen=True)
class Stored:
    """A row, when all was over."""

    chat: str
    seq: int
    client_id: str
    author: str
    body: str
    kind: str = "reply"


Record = Sent | Acked | Refused | Shown | Read | Accepted | Present | Stored
Kind = TypeVar("Kind", bound=Record)


@dataclass
class History:
    records: list[Record] = field(default_factory=list)

    def add(self, record: Record) -> None:
        self.records.append(record)

    def of(self, kind: type[Kind]) -> Iterator[Kind]:
        """The records of one kind, in the order in which they were made."""
        return (record for record in self.records if isinstance(record, kind))

    def forget(self, *kinds: type[Record]) -> None:
        """Drop the records of these kinds."""
        self.records = [record for record in self.records if not isinstance(record, kinds)]
