"""Warning and breach: when each step comes, and which hold for a queue."""

from datetime import UTC, datetime, timedelta

import pytest

from livechat.models import ChatSettings, Queue
from livechat.targets import Step, Targets

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("seconds", "step"),
    [(0, 0), (149.9, 0), (150, 1), (299.9, 1), (300, 2), (86_400, 2)],
)
def test_a_step_has_come_from_its_second_on(seconds, step):
    assert Targets(150, 300).passed(NINE, after(seconds)) == Step(step)


@pytest.mark.parametrize(
    ("told", "at"), [(Step.NONE, after(150)), (Step.WARNING, after(300)), (Step.BREACH, None)]
)
def test_after_each_step_comes_the_next_and_after_the_last_none(told, at):
    assert Targets(150, 300).next_at(NINE, told) == at


def test_a_warning_that_comes_with_the_breach_is_the_breach():
    both = Targets(300, 300)

    assert both.passed(NINE, both.next_at(NINE, Step.NONE)) == Step.BREACH


@pytest.mark.parametrize(
    ("general", "own", "held"),
    [
        ((None, None), (None, None), None),
        ((1800, None), (None, None), (900, 1800)),
        ((1800, 1200), (None, None), (1200, 1800)),
        ((1800, 1200), (None, 600), (600, 1800)),
        ((1800, 1200), (3600, None), (1200, 3600)),
        ((1800, 1200), (900, None), (900, 900)),
        ((None, None), (600, None), (300, 600)),
        ((None, None), (None, 60), None),
    ],
)
def test_conversations_have_the_queues_target_else_that_of_all_else_none(general, own, held):
    settings, queue = (
        kind(conversation_target_seconds=target, conversation_warning_seconds=warning)
        for kind, (target, warning) in ((ChatSettings, general), (Queue, own))
    )

    assert settings.conversation_targets(queue) == held
