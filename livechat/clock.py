"""What is due: each line claims its rows and calls a service. Several clocks may run."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from time import monotonic

from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from django.utils import timezone

from livechat.models import Agent, ApiCall, Chat, ChatSettings, Lease, NextAction, RoutingDecision
from livechat.services import assignment, attention, closing, drain, presence, targets
from tickets import clock as tickets_clock

logger = logging.getLogger(__name__)

TICK_SECONDS = 2.0
STALE_SECONDS = 15.0
#: Of one kind in one tick; the next tick goes on.
MOST = 1_000


def note_reach() -> None:
    """Agents whose leases ran out, or began, since somebody last looked."""
    changed = Agent.objects.changed_reach(timezone.now()).values_list("pk", "online")
    do_all(partial(presence.note_reach, agent, online=not online) for agent, online in changed)


def take_from_lost() -> None:
    """Chats of agents whom nobody has reached for the time of grace, and transfers to nobody."""
    now = timezone.now()
    grace = timedelta(seconds=ChatSettings.objects.current().grace_seconds)
    lost = Chat.objects.with_the_lost(now - grace).values_list("pk", "agent")
    do_all(
        partial(assignment.take_from_lost, chat, agent=agent)
        if agent
        else partial(assignment.return_transfer, chat)
        for chat, agent in lost[:MOST]
    )


def do_what_is_due() -> None:
    """Every chat whose time has come: its next action."""
    now = timezone.now()
    rows = Chat.objects.due(now).values_list("next_action", "pk", "queue")[:MOST]
    works: dict[tuple[str, int], Callable[[], object]] = {}
    looked_at: list[int] = []
    for action, chat, queue in rows:
        if action == NextAction.ROUTE:  # All that wait in a queue at once.
            works[action, queue] = partial(drain.route_due, queue, now)
        elif action == NextAction.LOOK:
            looked_at.append(chat)
        else:
            works[action, chat] = partial(STEPS[action], chat)
    if looked_at:
        works[NextAction.LOOK, 0] = partial(attention.look_at, looked_at)
    do_all(works.values())


STEPS: dict[str, Callable[[int], Chat]] = {
    NextAction.GIVE_BACK: assignment.return_transfer,
    NextAction.CLOSE: closing.close_left_chat,
}


def do_all(works: Iterable[Callable[[], object]]) -> None:
    """Each, in order. What fails keeps nothing else from its turn, and is raised at the end."""
    with ExitStack() as stack:
        for work in reversed(list(works)):
            stack.callback(work)


def tell_targets() -> None:
    """Every chat that waits, or takes, as long as its warning or its target says."""
    due = Chat.objects.target_due(timezone.now()).values_list("pk", flat=True)[:MOST]
    do_all(partial(targets.tell_target, chat) for chat in due)


def forget_decisions() -> None:
    RoutingDecision.objects.forget_expired(timezone.now())


def forget_leases() -> None:
    Lease.objects.forget_expired(timezone.now())


def forget_calls() -> None:
    ApiCall.objects.forget_expired(timezone.now())


#: Every tick; and once a minute.
DEADLINES: list[Callable[[], None]] = [
    note_reach,
    take_from_lost,
    do_what_is_due,
    tell_targets,
]
HOUSEKEEPING: list[Callable[[], None]] = [
    forget_leases,
    forget_calls,
    forget_decisions,
    *tickets_clock.HOUSEKEEPING,
]


class Clock:
    """One loop in a thread of its own. Whatever goes wrong costs a tick, no more."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self.ticked_at: float | None = None
        self.housekept_at = 0.0
        self.thread: threading.Thread | None = None
        #: Ticks, and hands back what went wrong.
        self.hand = ThreadPoolExecutor(1, thread_name_prefix="tick")

    def start(self) -> None:
        """Tick from now on, in a daemon thread."""
        self.ticked_at = monotonic()
        self.thread = threading.Thread(target=self.run, name="clock", daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.stopping.set()
        if self.thread:
            self.thread.join(timeout=5)

    def run(self) -> None:
        """Tick until `stop`."""
        while not self.stopping.wait(TICK_SECONDS):
            fault = self.hand.submit(self.tick).exception()
            if isinstance(fault, (DatabaseError, InterfaceError)):
                logger.warning("the clock lost a tick: %s", type(fault).__name__)
                self.hand.submit(close_old_connections)
            elif fault:
                logger.error("the clock lost a tick", exc_info=fault)
        self.hand.submit(connections.close_all)
        self.hand.shutdown(wait=True)

    def tick(self) -> None:
        """Everything that is due now."""
        due = list(DEADLINES)
        if monotonic() - self.housekept_at > 60:
            due += HOUSEKEEPING
            self.housekept_at = monotonic()
        do_all(due)
        self.ticked_at = monotonic()

    @property
    def is_ticking(self) -> bool:
        """False when this process should tick and does not; True when it is no clock."""
        return self.ticked_at is None or monotonic() - self.ticked_at < STALE_SECONDS


clock = Clock()
