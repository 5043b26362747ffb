"""docs/events.md and docs/asyncapi.json say what the code says."""

from scripts.write_event_docs import stale


def test_the_papers_of_the_wire_are_fresh():
    assert stale() == []
