"""What the sockets of one process share: writer, readers, limits, upkeep."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from django.utils import timezone

from livechat import protocol, realtime
from livechat.consumers import resume, sweep, watch
from livechat.consumers.admission import Admission, Credentials, Denied, Person, admit
from livechat.models import Draft, Lease, Sender
from livechat.protocol import Close, Code
from livechat.realtime import Writer
from livechat.services import presence
from livechat.services.conversation import Outcome, Read, Refused, post_messages, record_receipts

if TYPE_CHECKING:
    from livechat.consumers.base import Socket

logger = logging.getLogger(__name__)

#: Two of them, and a query, are less than the two seconds in which everything arrives.
TICK_SECONDS = 0.75
LEASE_TICK_SECONDS = 5.0
REVOCATION_TICK_SECONDS = 4.0
READERS = 4
STALE_SECONDS = 15.0
#: A hidden tab may beat once a minute only; uvicorn's pings end a dead peer after 40 s.
UNHEARD_SECONDS = 90.0


class Process:
    """Made once; `start` may be called any number of times. Everything here runs on the loop."""

    def __init__(self) -> None:
        self.leaving = False
        self.ticked_at = 0.0
        self.sockets: set[Socket] = set()
        self.addresses: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()
        self.pages: Counter[str] = Counter()
        self.receipts: dict[tuple[int, str], Read] = {}
        self.unsent: list[Socket] = []
        self.loop: asyncio.AbstractEventLoop | None = None
        self.tasks: set[asyncio.Task[Any]] = set()

    # --- life ------------------------------------------------------------------------------------

    def start(self) -> None:
        """Serve the running loop."""
        loop = asyncio.get_running_loop()
        if self.loop is loop:
            return
        self.loop, self.leaving, self.ticked_at = loop, False, monotonic()
        self.unsent.clear()
        self.writer: Writer[Draft, Outcome] = Writer(
            post_messages, lambda draft: Refused(Code.TRY_AGAIN), name="writer"
        )
        self.admission: Writer[Credentials, Admission] = Writer(
            admit, lambda shown: Denied(Close.GOING), name="admission"
        )
        self.missed: Writer[resume.Missed, resume.Answer] = Writer(
            resume.read_missed, lambda asked: resume.Answer(None, [], {}), name="catch-up"
        )
        self.leases: Writer[int, Lease | None] = Writer(
            presence.open_leases, lambda agent: None, name="leases"
        )
        self.readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self.upkeep = ThreadPoolExecutor(1, thread_name_prefix="upkeep")
        self.sweep = sweep.Sweep()
        self.watch = watch.Watch()
        realtime.start()
        self.spawn(self._every(TICK_SECONDS, self._tick))
        self.spawn(self._every(LEASE_TICK_SECONDS, self._renew))
        self.spawn(self._every(REVOCATION_TICK_SECONDS, self._revoke))

    async def leave(self, seconds: float = 2.0) -> None:
        """Say good-bye to everybody, spread over a few seconds, and finish what is under way."""
        self.leaving = True
        for socket in list(self.sockets):
            socket.bye(Close.GOING, "restart", (0.1, seconds))
        if self.loop:
            async with asyncio.timeout(10):
                await self.writer.drain()
                await self._flush_receipts()

    async def stop(self) -> None:
        """End the loops and give the connections back."""
        if not self.loop:
            return
        for task in list(self.tasks):
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for writer in (self.writer, self.admission, self.missed, self.leases):
            writer.close()
        for pool, size in ((self.readers, READERS), (self.upkeep, 1)):
            for _ in range(size):
                pool.submit(connections.close_all)
            pool.shutdown(wait=True)
        realtime.stop()
        self.loop = None

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run beside everything else; kept until it is done."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (fault := task.exception()):
            expected = isinstance(fault, (OSError, TimeoutError, RuntimeError))
            logger.log(
                logging.INFO if expected else logging.ERROR,
                "a task of the sockets failed: %s",
                type(fault).__name__,
                exc_info=None if expected else fault,
            )

    async def _every(self, seconds: float, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do it again and again; whatever goes wrong costs one turn, no more."""
        while True:
            await asyncio.sleep(seconds)
            turn = asyncio.get_running_loop().create_task(work())
            await asyncio.wait({turn})
            if turn.cancelled() or not (fault := turn.exception()):
                continue
            if isinstance(fault, (DatabaseError, InterfaceError)):
                logger.warning("upkeep failed: %s", type(fault).__name__)
                await self._off_loop(close_old_connections)
            else:
                logger.error("upkeep failed", exc_info=fault)

    async def _off_loop(self, work: Callable[..., Any], *args: Any) -> Any:
        assert self.loop is not None  # started
        return await self.loop.run_in_executor(self.upkeep, partial(work, *args))

    # --- who comes and goes ----------------------------------------------------------------------

    def admit_connection(self, socket: Socket) -> bool:
        """Whether there is room for one more socket, of this address too."""
        self.start()
        limits = settings.SOCKET_LIMITS
        if (
            self.leaving
            or len(self.sockets) >= limits["connections"]
            or self.addresses[socket.address] >= limits["connections_per_address"]
            or self.unknown[socket.address] >= limits["before_hello_per_address"]
        ):
            return False
        self.sockets.add(socket)
        self.addresses[socket.address] += 1
        self.unknown[socket.address] += 1
        return True

    def admit_person(self, socket: Socket, person: Person) -> bool:
        """Whether this person may have one more page open."""
        self._known(socket)
        key = f"{person.sender.kind}{person.sender.pk}"
        if self.pages[key] >= settings.SOCKET_LIMITS["pages_per_person"]:
            return False
        self.pages[key] += 1
        socket.page_key = key
        return True

    def admit_nobody(self, socket: Socket) -> None:
        """Whoever that is, he has said hello. Such pages are counted by address alone."""
        self._known(socket)

    def forget(self, socket: Socket) -> None:
        self._known(socket)
        self.sockets.discard(socket)
        _one_less(self.addresses, socket.address)
        if socket.page_key:
            _one_less(self.pages, socket.page_key)

    def _known(self, socket: Socket) -> None:
        if not socket.counted_known:
            socket.counted_known = True
            _one_less(self.unknown, socket.address)

    # --- what sockets ask for --------------------------------------------------------------------

    def admit(self, shown: Credentials, done: Callable[[Admission], None]) -> None:
        """Who showed these credentials."""
        self.admission.submit(shown, done)

    def catch_up(self, asked: resume.Missed, done: Callable[[resume.Answer], None]) -> None:
        """The heads of a person's chats and what his page misses of them."""

        def answered(answer: resume.Answer) -> None:
            for chat, mark in answer.marks.items():
                realtime.hub.learn(chat, list(mark))
            done(answer)

        self.missed.submit(asked, answered)

    def history(
        self, sender: Sender, asked: protocol.History, done: Callable[[str | None], None]
    ) -> None:
        """One page of a chat's lines, read in a thread."""
        assert self.loop is not None  # started
        future = self.loop.run_in_executor(self.readers, _read_history, sender, asked)

        async def answer() -> None:
            done(await future)

        self.spawn(answer())

    def open_lease(self, socket: Socket, agent_id: int) -> None:
        """Keep the agent reachable for as long as this page is open."""

        def opened(lease: Lease | None) -> None:
            if lease is None:
                return  # The database is away: `_renew` asks again.
            if socket.closing or socket.lease:
                self.close_lease(lease.page)
            else:
                socket.lease = lease.page

        self.leases.submit(agent_id, opened)

    def close_lease(self, page: str) -> None:
        """The page has closed. A process that is being killed leaves the lease to run out."""
        if not self.leaving:
            self.spawn(self._off_loop(presence.close_lease, page))

    def collect(self, read: Read) -> None:
        """Keep a receipt for the next second's statement; cumulative, so the furthest counts."""
        key = (read.mark.chat, read.cursor)
        before = self.receipts.get(key)
        if before:
            read = Read(
                read.mark,
                read.chat,
                read.reader,
                max(before.delivered, read.delivered),
                max(before.read, read.read),
            )
        self.receipts[key] = read

    def flush_soon(self, socket: Socket) -> None:
        """Send what waits for this page at the end of the loop's turn, together with all others."""
        assert self.loop is not None  # started
        self.unsent.append(socket)
        if len(self.unsent) == 1:
            self.loop.call_soon(self._flush_all)

    def _flush_all(self) -> None:
        sockets, self.unsent = self.unsent, []
        for socket in sockets:
            socket.flush()

    def now_stamp(self) -> str:
        return protocol.stamp(timezone.now())

    # --- loops -----------------------------------------------------------------------------------

    async def _tick(self) -> None:
        self._part_with_the_silent()
        await self._flush_receipts()
        found = await self._off_loop(self.sweep.changed)
        if lost := self.sweep.lost(found, realtime.hub.marks):
            self._repaired(await self._off_loop(self.sweep.repair, lost))
        wants_cursors = self.watch.wants_cursors(healthy=realtime.bus().healthy)
        people = self._people() if wants_cursors else None
        realtime.hub.deliver(await self._off_loop(self.watch.look, people))
        self.ticked_at = monotonic()

    def _people(self) -> watch.People:
        senders = {s.person.sender for s in self.sockets if s.person}
        customers = frozenset(sender.pk for sender in senders if sender.kind == "c")
        return watch.People(customers, frozenset(s.pk for s in senders if s.kind == "a"))

    def _repaired(self, deliveries: list[realtime.Delivery]) -> None:
        """Tell what was lost. It was read, so from here on it is known."""
        realtime.hub.deliver(deliveries)
        for delivery in deliveries:
            if delivery.mark:
                realtime.hub.remember(*delivery.mark)

    @property
    def is_ticking(self) -> bool:
        """False when the sockets are no longer looked after."""
        return self.loop is None or monotonic() - self.ticked_at < STALE_SECONDS

    def _part_with_the_silent(self) -> None:
        """No hello in time, or nothing read for too long."""
        now = monotonic()
        slowest = settings.SOCKET_LIMITS["send_seconds"]
        for socket in list(self.sockets):
            if socket.closing:
                continue
            if not socket.greeted and now - socket.opened_at > protocol.HELLO_SECONDS:
                socket.bye(Close.FORBIDDEN, "no hello")
            elif socket.sending_since and now - socket.sending_since > slowest:
                socket.drop(Close.TOO_SLOW)

    async def _flush_receipts(self) -> None:
        if self.receipts:
            batch, self.receipts = list(self.receipts.values()), {}
            try:
                await self._off_loop(record_receipts, batch)
            except (DatabaseError, InterfaceError):
                for read in batch:  # No page tells us again: they wait for the next second.
                    self.collect(read)
                raise

    async def _renew(self) -> None:
        """The leases of pages that were heard lately, in one statement."""
        for socket in self.sockets:
            if socket.staff and socket.welcomed and not socket.lease and socket.person:
                self.open_lease(socket, socket.person.sender.pk)
        heard = monotonic() - UNHEARD_SECONDS
        pages = [s.lease for s in self.sockets if s.lease and s.heard_at > heard]
        if pages:
            await self._off_loop(presence.renew_leases, pages)

    async def _revoke(self) -> None:
        """Ask again who everybody is. Signed out, deactivated, another epoch: closed."""
        held = [s for s in self.sockets if s.welcomed and not s.closing]
        shown = list({s.credentials for s in held})
        answers = dict(zip(shown, await self._off_loop(admit, shown), strict=True))
        for socket in held:
            answer = answers[socket.credentials]
            changed = isinstance(answer, Denied) or answer.topics != socket.topics
            if changed and not socket.closing:
                socket.readmitted(answer)


def _read_history(sender: Sender, asked: protocol.History) -> str | None:
    """In a reader's thread; once more when its connection turns out to be dead."""
    try:
        return resume.read_history(sender, asked)
    except (DatabaseError, InterfaceError):
        close_old_connections()
        return resume.read_history(sender, asked)


def _one_less(counter: Counter[str], key: str) -> None:
    counter[key] -= 1
    if counter[key] <= 0:
        del counter[key]


process = Process()
