"""A call that comes again under its key is answered as the first was, and does nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from livechat.exceptions import KeyReusedError, KeyRunningError
from livechat.models import ApiCall
from tickets.models import token_urlsafe_16

#: A call that is under way longer has died with its process: the next one does it.
LONGEST = timedelta(seconds=60)

#: Status and JSON of an answer.
Answer = tuple[int, str]


def once(actor: str, key: str, digest: str, deed: Callable[[], Answer]) -> tuple[Answer, bool]:
    """What the deed answers, or answered the first time; True when it is a repeat.

    The answer is kept in the transaction of the deed: both are there, or neither. What is refused
    is not kept: it did nothing, and may be tried again. KeyReusedError for another digest,
    KeyRunningError while the first is under way.
    """
    claim = token_urlsafe_16()
    call = _claimed(actor, key, digest, claim)
    if call.status is not None:
        return (call.status, call.answer), True
    mine = ApiCall.objects.filter(pk=call.pk, claim=claim, status=None)
    done = False
    try:
        with transaction.atomic():
            status, answer = deed()
            if not mine.update(status=status, answer=answer):
                raise KeyRunningError  # It took so long that another took it over.
        done = True
    finally:
        if not done:
            mine.delete()
    return (status, answer), False


def _claimed(actor: str, key: str, digest: str, claim: str) -> ApiCall:
    """Committed at once, so that two at the same moment find each other."""
    now = timezone.now()
    fresh = ApiCall(actor=actor, key=key, digest=digest, claim=claim, begun_at=now)
    ApiCall.objects.bulk_create([fresh], ignore_conflicts=True)
    call = ApiCall.objects.get(actor=actor, key=key)
    if call.digest != digest:
        raise KeyReusedError
    if call.status is not None or call.claim == claim:
        return call
    dead = ApiCall.objects.filter(pk=call.pk, claim=call.claim, begun_at__lt=now - LONGEST)
    if not dead.update(claim=claim, begun_at=now):
        raise KeyRunningError
    return call
