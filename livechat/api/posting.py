"""What posting answers, whatever is posted; and how often anything may be tried."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from rest_framework.response import Response

from livechat.exceptions import ChatError
from livechat.protocol import DETAILS, Code, stamp
from livechat.services.conversation import Outcome, Refused
from tickets.exceptions import ThrottledError
from tickets.models import Throttle


class RefusedError(ChatError):
    """A message's refusal, as the answer to its request."""

    def __init__(self, code: Code) -> None:
        super().__init__(DETAILS[code])
        self.code = code


def throttle(*attempts: tuple[str, str]) -> None:
    """Count these attempts; refuse when one of them is too many."""
    if wait := max(Throttle.objects.take(rate, who) for rate, who in attempts):
        raise ThrottledError(wait)


def answer_to(outcome: Outcome, *, chat: str, client_id: str) -> Response:
    """The ack: 201, or 200 of a repeat. What is refused is raised."""
    if isinstance(outcome, Refused):
        if outcome.code == Code.NOT_FOUND:
            raise Http404
        raise RefusedError(outcome.code)
    ack: dict[str, Any] = {
        "client_id": client_id,
        "chat": chat,
        "seq": outcome.seq,
        "posted_at": stamp(outcome.posted_at),
    }
    return Response(ack, status=200 if outcome.repeat else 201)
