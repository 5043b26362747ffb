"""The agent's socket: session cookie and exact Origin. Each open page keeps a lease."""

from __future__ import annotations

from typing import Any

from livechat import events, protocol
from livechat.consumers.admission import Credentials, session_cookie
from livechat.consumers.base import Socket
from livechat.consumers.process import process
from livechat.consumers.resume import Answer
from livechat.models.drafts import INVITED, invitees_of


class ConsoleSocket(Socket):
    staff = True
    heartbeat_seconds = protocol.AGENT_HEARTBEAT_SECONDS
    rates = "agent"

    def credentials_of(self, scope: Any) -> Credentials:
        return Credentials(session=session_cookie(scope["headers"]))

    def resumed(self, answer: Answer) -> None:
        super().resumed(answer)
        if self.welcomed and self.person:
            process.open_lease(self, self.person.sender.pk)

    def left(self) -> None:
        if self.lease:
            process.close_lease(self.lease)

    def reads(self, mark: events.Mark) -> bool:
        """Not in a preview, nor before an invitation is answered. Customers hear of its agent's."""
        if self.person is None:
            return False
        agent = self.person.sender.pk
        return agent == mark.agent or invitees_of(mark.invitees).get(agent, INVITED) != INVITED

    def holds(self, mark: events.Mark) -> bool:
        if self.person is None:
            return False
        agent = self.person.sender.pk
        if agent in {mark.agent, mark.transferred_to} or agent in invitees_of(mark.invitees):
            return True
        waits = mark.live and mark.agent is None and mark.transferred_to is None
        return waits and events.queue_topic(mark.queue) in self.topics
