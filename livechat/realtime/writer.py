"""Group commit, generic: while one batch is under way, the next one gathers."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Lock
from typing import Generic, TypeVar

from django.db import DatabaseError, InterfaceError, close_old_connections, connections

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

logger = logging.getLogger(__name__)

BATCH = 200
WAITING = 20_000


class Writer(Generic[Item, Outcome]):
    """Calls `commit` with all items that wait, in a thread of its own, and hands each its outcome.

    `submit` and the callbacks run on the event loop, `commit` never does. The thread goes from one
    batch to the next by itself: it need not wait until a busy loop has heard of the first. A batch
    that fails is tried once more, then item by item; an item that fails alone gets `failed`.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[Item]], Sequence[Outcome]],
        failed: Callable[[Item], Outcome],
        *,
        name: str,
        batch: int = BATCH,
    ) -> None:
        self.commit = commit
        self.failed = failed
        self.name = name
        self.batch = batch
        self.waiting: deque[tuple[Item, Callable[[Outcome], None]]] = deque()
        self.under_way = False
        self.guard = Lock()  # of these two
        self.unanswered = 0
        self.emptied: list[asyncio.Future[None]] = []
        self.loop: asyncio.AbstractEventLoop | None = None
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    def submit(self, item: Item, done: Callable[[Outcome], None]) -> None:
        """Put the item into the next batch; `done` hears its outcome on the loop."""
        if len(self.waiting) >= WAITING:
            done(self.failed(item))
            return
        self.unanswered += 1
        with self.guard:
            self.waiting.append((item, done))
            starts, self.under_way = not self.under_way, True
        if starts:
            self.loop = asyncio.get_running_loop()
            self._next()

    async def drain(self) -> None:
        """Return when everything that was submitted is answered."""
        if self.unanswered:
            emptied: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self.emptied.append(emptied)
            await emptied

    def close(self) -> None:
        """Give the thread's connection back and end it; what still waits is not begun."""
        with self.guard:
            self.waiting.clear()
        self.thread.submit(connections.close_all)
        self.thread.shutdown(wait=True)

    def _next(self) -> None:
        with self.guard:
            batch = [self.waiting.popleft() for _ in range(min(self.batch, len(self.waiting)))]
            self.under_way = bool(batch)
        if batch:
            self.thread.submit(self._carry_out, [item for item, _done in batch]).add_done_callback(
                partial(self._finished, batch)
            )

    def _finished(
        self, batch: list[tuple[Item, Callable[[Outcome], None]]], result: Future[Sequence[Outcome]]
    ) -> None:
        """In the thread: the next batch first, then the news of this one."""
        assert self.loop is not None  # something was submitted
        self._next()
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._tell, batch, result)

    def _tell(
        self, batch: list[tuple[Item, Callable[[Outcome], None]]], result: Future[Sequence[Outcome]]
    ) -> None:
        if fault := result.exception():
            logger.error("%s lost a batch", self.name, exc_info=fault)
        outcomes = [self.failed(item) for item, _ in batch] if fault else result.result()
        self.unanswered -= len(batch)
        for (_item, done), outcome in zip(batch, outcomes, strict=True):
            done(outcome)
        while self.emptied and not self.unanswered:
            emptied = self.emptied.pop()
            if not emptied.done():  # Whoever waited may have given up.
                emptied.set_result(None)

    def _carry_out(self, items: list[Item]) -> Sequence[Outcome]:
        """In the thread: the batch, the batch again, then one by one."""
        for _attempt in range(2):
            try:
                return self.commit(items)
            except (DatabaseError, InterfaceError) as fault:
                logger.warning("%s repeats a batch: %s", self.name, type(fault).__name__)
                close_old_connections()
        return [self._alone(item) for item in items]

    def _alone(self, item: Item) -> Outcome:
        try:
            return self.commit([item])[0]
        except (DatabaseError, InterfaceError) as fault:
            logger.error("%s gave an item up", self.name, exc_info=fault)
            close_old_connections()
            return self.failed(item)
