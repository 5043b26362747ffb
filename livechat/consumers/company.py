"""The socket of a company's page without a chat: hears of hours, alerts and own tickets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from livechat import events, protocol
from livechat.consumers.admission import Admission, Credentials, Denied
from livechat.consumers.base import Socket
from livechat.consumers.process import process
from livechat.consumers.resume import Answer
from livechat.protocol import Code
from tickets.services.identity import read_token


class CompanySocket(Socket):
    """Nothing of a chat is told and nothing is done, whether somebody is known here or nobody."""

    staff = False
    heartbeat_seconds = protocol.CUSTOMER_HEARTBEAT_SECONDS
    rates = "customer"

    def introduce(self, frame: protocol.Hello) -> None:
        claims = read_token(frame.token) if frame.company else None
        self.credentials = Credentials(company=frame.company, claims=claims)

    def admitted(self, answer: Admission, frame: protocol.Hello) -> None:
        """It shows no chats, so it missed nothing."""
        if self.closing:
            return
        if isinstance(answer, Denied):
            self.turn_away(answer)
            return
        process.admit_nobody(self)
        self.take(answer)
        self.resumed(Answer({}, [], {}))

    def holds(self, mark: events.Mark) -> bool:
        return False

    def nothing(self, frame: protocol.Command) -> None:
        """Whoever wants more has to be a customer."""
        self.refuse(Code.FORBIDDEN, client_id=getattr(frame, "client_id", None))

    commands: ClassVar[dict[type[protocol.Command], Callable[[Any, Any], None]]] = {
        **dict.fromkeys(protocol.COMMANDS, nothing),
        protocol.Hello: Socket.hello,
        protocol.HeartbeatPost: Socket.heartbeat,
    }
