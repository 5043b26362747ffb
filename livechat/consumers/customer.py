"""The customer's socket: a signed token in `hello`, no cookie read."""

from livechat import events, protocol
from livechat.consumers.admission import token_credentials
from livechat.consumers.base import Socket


class CustomerSocket(Socket):
    staff = False
    heartbeat_seconds = protocol.CUSTOMER_HEARTBEAT_SECONDS
    rates = "customer"

    def introduce(self, frame: protocol.Hello) -> None:
        self.credentials = token_credentials(frame.token)

    def holds(self, mark: events.Mark) -> bool:
        return self.person is not None and mark.customer == self.person.sender.pk
