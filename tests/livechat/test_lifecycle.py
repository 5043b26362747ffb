"""Whatever is done to chats, in whatever order, and whoever hears of it: the rows agree.

`LIFECYCLE_EXAMPLES=2000 pytest tests/livechat/test_lifecycle.py` runs longer, at random, and makes
what it finds shorter, which takes minutes.
"""

import os
import random
from collections import Counter
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from livechat.invariants import wrongs
from livechat.models import Agent, Chat, ChatSettings, Queue, RoutingDecision
from livechat.models.chats import LIVE_STATUSES
from tests.livechat.desk import ACTIONS, Desk, undone

EXAMPLES = int(os.environ.get("LIFECYCLE_EXAMPLES", "0"))
STEPS = 50
#: One rule for all: rules of their own are chosen from too few at a time.
WEIGHED = [*ACTIONS, "arrive", "arrive", "arrive", "tick", "wait"]
done: Counter[str] = Counter()


class Lifecycle(RuleBasedStateMachine):
    """One day at the desk."""

    def __init__(self) -> None:
        super().__init__()
        self.work = ExitStack()
        self.desk = Desk()
        self.past: dict[int, tuple[object, int, str]] = {}
        self.decided = 0

    @initialize(chats=st.integers(0, 6))
    def open(self, chats: int) -> None:
        self.work.enter_context(undone())
        self.work.enter_context(self.desk.at_work())
        for _ in range(chats):
            self.desk.do("arrive", lambda among: among[0], heard=True)

    @rule(name=st.sampled_from(WEIGHED), seed=st.integers(0, 2**32), heard=st.booleans())
    def do(self, name: str, seed: int, heard: bool) -> None:
        """`heard`: whether the process lives to tell of it, and to drain, after its commit."""
        self.desk.do(name, random.Random(seed).choice, heard=heard)

    def teardown(self) -> None:
        done.update(self.desk.done)
        self.work.close()

    @invariant()
    def rows_agree(self) -> None:
        assert list(wrongs(self.desk.now)) == []

    @invariant()
    def no_chat_goes_back(self) -> None:
        """Nobody loses his place, no epoch returns, what is over stays over."""
        for pk, *now in Chat.objects.values_list("pk", "queued_at", "owner_epoch", "status"):
            came, epoch, status = self.past.get(pk, now)
            assert now[0] == came
            assert now[1] >= epoch
            assert status in LIVE_STATUSES or now[2] == status
            self.past[pk] = now

    @invariant()
    def nobody_is_given_more_than_he_takes(self) -> None:
        """Whoever was given a chat just now, and took none himself, is within his limit."""
        fresh = RoutingDecision.objects.filter(pk__gt=self.decided, agent__isnull=False)
        given: dict[int, set[str]] = {}
        for pk, agent, how, queue in fresh.values_list("pk", "agent", "how", "chat__queue"):
            self.decided = pk
            given.setdefault(agent, set()).add(how)
            if given[agent] == {"auto"}:
                within_limit(agent, queue)


def within_limit(agent_id: int, queue_id: int) -> None:
    agent, queue = Agent.objects.get(pk=agent_id), Queue.objects.get(pk=queue_id)
    chosen = ChatSettings.objects.current().for_queue(queue)
    assert agent.open_chats <= chosen.capacity_of(agent.capacity, agent.largest_capacity)


@pytest.mark.django_db
def test_the_rows_agree_after_every_step(capsys):
    done.clear()
    run_state_machine_as_test(
        Lifecycle,
        settings=settings(
            max_examples=EXAMPLES or 24,
            phases=list(Phase) if EXAMPLES else [Phase.generate],
            stateful_step_count=STEPS,
            derandomize=not EXAMPLES,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

    refused = sum(count for name, count in done.items() if name.endswith("refused"))
    with capsys.disabled():
        print(f"\nlifecycle: {done.total()} steps, {refused} of them refused", end=" ")
    assert all(done[name] for name in ACTIONS), f"never done: {set(ACTIONS) - set(done)}"
