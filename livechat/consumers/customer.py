"""The customer's socket: a signed token in `hello`, no cookie read."""

from collections.abc import Collection

from livechat import events, protocol, realtime
from livechat.consumers.admission import token_credentials
from livechat.consumers.base import Socket
from livechat.consumers.resume import Answer


class CustomerSocket(Socket):
    staff = False
    heartbeat_seconds = protocol.CUSTOMER_HEARTBEAT_SECONDS
    rates = "customer"
    lines: Collection[str] = ()

    def introduce(self, frame: protocol.Hello) -> None:
        self.credentials = token_credentials(frame.token)

    def resumed(self, answer: Answer) -> None:
        """While he waits he also hears that his line moves."""
        super().resumed(answer)
        if not self.closing:
            waiting = [mark for mark in answer.marks.values() if mark.live and mark.agent is None]
            self.lines = {events.line_topic(mark.queue) for mark in waiting}
            realtime.hub.join(self, self.lines)

    def left(self) -> None:
        realtime.hub.leave(self, self.lines)

    def holds(self, mark: events.Mark) -> bool:
        return self.person is not None and mark.customer == self.person.sender.pk
