"""Which chats the sweep takes for lost: pure, by what the database says and what was published."""

from livechat.consumers.sweep import Sweep

PUBLISHED = [1, 3, 3]


def test_what_was_only_just_committed_is_on_its_way():
    sweep = Sweep()

    assert sweep.lost({"chat": (1, 4)}, {"chat": PUBLISHED}) == {}


def test_what_is_still_behind_a_tick_later_is_lost():
    sweep = Sweep()
    sweep.lost({"chat": (1, 4)}, {"chat": PUBLISHED})

    assert sweep.lost({"chat": (1, 4)}, {"chat": PUBLISHED}) == {"chat": PUBLISHED}


def test_what_came_meanwhile_is_not_lost():
    sweep = Sweep()
    sweep.lost({"chat": (1, 4)}, {"chat": PUBLISHED})

    assert sweep.lost({"chat": (1, 4)}, {"chat": [1, 4, 4]}) == {}


def test_what_was_touched_before_a_long_pause_is_lost_too():
    """The first look after a pause finds it, the second looks at the last seconds only."""
    sweep = Sweep()
    sweep.lost({"chat": (1, 4)}, {"chat": PUBLISHED})

    assert sweep.lost({}, {"chat": PUBLISHED}) == {"chat": PUBLISHED}
