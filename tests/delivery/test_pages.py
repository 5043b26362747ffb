"""What a page of the replay does when it is told to wait, as the browser's outbox does it."""

import asyncio
from typing import Any

import pytest

from livechat.management.replaying.page import Page
from livechat.management.replaying.web import Door, Person

pytestmark = pytest.mark.asyncio

HOME = "http://127.0.0.1:1"


class LonelyPage(Page):
    """A page without a server; what it sends is kept."""

    def __init__(self) -> None:
        super().__init__(Person([Door(HOME, HOME)], {}), "/ws/console/")
        self.sent: list[str] = []
        self.ids: dict[str, str] = {}
        self.hear({"type": "welcome", "heartbeat": 10, "chats": {}})
        for chat in ("chat", "other"):
            self.open(chat, 0, 1)

    def put(self, frame: dict[str, Any]) -> bool:
        self.sent.append(frame["body"])
        return self.online

    def write(self, chat: str, body: str) -> None:
        self.ids[body] = self.send(chat, body)

    def limited(self, body: str, seconds: float) -> None:
        refused = {"type": "refused", "code": "rate_limited", "final": False}
        self.hear({**refused, "client_id": self.ids[body], "retry_after": seconds})

    def ack(self, chat: str, body: str) -> None:
        self.hear({"type": "ack", "chat": chat, "client_id": self.ids[body], "seq": 1})


async def test_rate_limited_holds_every_chat_back_then_lines_go_one_by_one() -> None:
    page = LonelyPage()
    page.write("chat", "one")
    page.limited("one", 0.3)
    page.write("other", "two")
    page.write("chat", "three")
    assert page.sent == ["one"]

    async with asyncio.timeout(10):
        while page.sent == ["one"]:  # noqa: ASYNC110  # a timer rings no bell
            await asyncio.sleep(0.02)
    assert page.sent == ["one", "one"]
    page.ack("chat", "one")
    page.ack("other", "two")

    assert page.sent == ["one", "one", "two", "three"]
    page.away()


async def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    page = LonelyPage()
    page.write("chat", "one")
    page.write("other", "two")
    page.limited("one", 30)
    page.limited("two", 0.01)

    ends = page.timers["flush", ""].when() - asyncio.get_running_loop().time()
    assert ends > 20
    assert page.sent == ["one", "two"]
    page.away()


async def test_a_new_connection_is_counted_anew() -> None:
    page = LonelyPage()
    page.write("chat", "one")
    page.limited("one", 30)

    page.away()
    page.hear({"type": "welcome", "heartbeat": 10, "chats": {}})

    assert page.sent == ["one", "one"]
    page.away()
