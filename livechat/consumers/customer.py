"""The customer's socket: a signed token in `hello`, no cookie read."""

from typing import Any

from livechat import events, protocol, realtime
from livechat.consumers.admission import token_credentials
from livechat.consumers.base import Socket
from livechat.consumers.resume import Answer


class CustomerSocket(Socket):
    staff = False
    heartbeat_seconds = protocol.CUSTOMER_HEARTBEAT_SECONDS
    rates = "customer"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: By chat: as of which version, and the topic of the line that it waits in, if it does.
        self.lines: dict[str, tuple[int, str]] = {}

    def introduce(self, frame: protocol.Hello) -> None:
        self.credentials = token_credentials(frame.token)

    def resumed(self, answer: Answer) -> None:
        """While he waits he also hears that his line moves."""
        super().resumed(answer)
        if not self.closing:
            for chat, mark in answer.marks.items():
                self.line_up(chat, mark)

    def noticed(self, key: str, mark: list[Any]) -> None:
        """It may have got an agent, come back from him, or gone to another line."""
        if not self.closing:
            self.line_up(key, events.Mark(*mark))

    def line_up(self, chat: str, mark: events.Mark) -> None:
        version, former = self.lines.get(chat, (0, ""))
        if mark.version < version:  # It was read before it changed, and came later.
            return
        waits = mark.live and mark.agent is None and mark.transferred_to is None
        wanted = events.line_topic(mark.queue) if waits else ""
        self.lines[chat] = (mark.version, wanted)
        realtime.hub.leave(self, {former} - {wanted, ""})
        realtime.hub.join(self, {wanted} - {""})

    def left(self) -> None:
        realtime.hub.leave(self, {topic for _version, topic in self.lines.values()} - {""})

    def holds(self, mark: events.Mark) -> bool:
        return self.person is not None and mark.customer == self.person.sender.pk
