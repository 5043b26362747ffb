"""API tokens: made, replaced without a gap, revoked, recognised."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tickets.models import ApiToken
from tickets.services.history import record_deed

SAID = re.compile(r"parley_([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})")
#: When a token was last used is written down so often at most.
NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def make_secret(token_id: int, *, overlap: timedelta = timedelta(0)) -> str:
    """A new secret, which is told this once. The one before stays good for `overlap`."""
    token = ApiToken.objects.select_for_update().get(pk=token_id)
    secret = secrets.token_urlsafe(32)
    keeps = bool(token.digest and overlap)
    token.earlier_digest = token.digest if keeps else ""
    token.earlier_until = timezone.now() + overlap if keeps else None
    token.digest = digest_of(secret)
    token.save(update_fields=["digest", "earlier_digest", "earlier_until"])
    record_deed(token, code="secret_made")
    return f"parley_{token.public_id}.{secret}"


def digest_of(secret: str) -> str:
    """Of 256 random bits: nobody guesses them, so no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def read_api_token(said: str) -> ApiToken | None:
    """The token whose secret this is, when it may be used now; its use is noted."""
    found = SAID.fullmatch(said)
    if not found:
        return None
    now = timezone.now()
    tokens = ApiToken.objects.usable(now).select_related("user")
    token = tokens.filter(public_id=found[1]).first()
    if token is None or not _opens(token, digest_of(found[2]), now):
        return None
    _note_use(token, now)
    return token


def _opens(token: ApiToken, digest: str, now: datetime) -> bool:
    good = [token.digest]
    if token.earlier_until and token.earlier_until > now:
        good.append(token.earlier_digest)
    return any(hmac.compare_digest(each, digest) for each in good if each)


def _note_use(token: ApiToken, now: datetime) -> None:
    """Only now and then: a busy integration does not write its row with every call."""
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - NOTED_EVERY)
    if token.last_used_at is None or token.last_used_at < now - NOTED_EVERY:
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
