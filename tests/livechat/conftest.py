"""What the chats' tests share."""

from collections.abc import Iterable

import pytest

from livechat import events


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[events.Event]:
    """Every event that services publish, in order, whether or not anything commits."""
    said: list[events.Event] = []
    publish = events.publish_all

    def keep(news: Iterable[events.Event]) -> None:
        fresh = list(news)
        said.extend(fresh)
        publish(fresh)

    monkeypatch.setattr(events, "publish_all", keep)
    return said
