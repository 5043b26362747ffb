"""Counters of attempts, shared by every process."""

from __future__ import annotations

import hashlib
import ipaddress
import math
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

#: Of a request's META: what `standing` said of it, for the answer's headers.
RATE = "parley.rate"


def network_of(address: str | None) -> str:
    """What limits count an address by: IPv6 hands out networks, so one of those is one caller."""
    try:
        number = ipaddress.ip_address(address or "")
    except ValueError:
        return address or "local"
    if number.version == 6 and number.ipv4_mapped is None:
        return str(ipaddress.ip_network((number, 64), strict=False))
    return str(getattr(number, "ipv4_mapped", None) or number)


def _key(rate: str, who: str) -> str:
    return hashlib.sha256(f"{rate}\0{who}".encode()).hexdigest()


class ThrottleManager(models.Manager["Throttle"]):
    def take(self, rate: str, who: str) -> int:
        """Count one attempt of `who`. 0 when it is allowed, else seconds until the next may be."""
        limit, seconds = settings.RATES[rate]
        now = timezone.now()
        key = _key(rate, who)
        # Each statement is conditional and counts alone: 50 attempts at once never pass the limit.
        if self._count(key, limit, now):
            return 0
        # Over long ago: else a moment between two who come at once would begin the window twice.
        over = Throttle(key=key, resets_at=now - timedelta(hours=1))
        self.bulk_create([over], ignore_conflicts=True)
        fresh = self.filter(key=key, resets_at__lte=now)
        if fresh.update(taken=1, resets_at=now + timedelta(seconds=seconds)):
            return 0
        if self._count(key, limit, now):  # Another has begun the window meanwhile.
            return 0
        resets_at = self.filter(key=key).values_list("resets_at", flat=True).first() or now
        return max(1, math.ceil((resets_at - now).total_seconds()))

    def _count(self, key: str, limit: int, now: datetime) -> bool:
        running = self.filter(key=key, taken__lt=limit, resets_at__gt=now)
        return running.update(taken=F("taken") + 1) == 1

    def standing(self, rate: str, who: str) -> tuple[int, int, int]:
        """Of `who`: attempts in a window, those that are left of it, and its seconds left."""
        limit, _seconds = settings.RATES[rate]
        row = self.filter(key=_key(rate, who)).first()
        if row is None:
            return limit, limit, 0
        seconds = max(0, math.ceil((row.resets_at - timezone.now()).total_seconds()))
        return limit, max(0, limit - row.taken), seconds

    def give_back(self, rate: str, who: str) -> None:
        """This attempt of `who` shall not count."""
        self.filter(key=_key(rate, who), taken__gt=0).update(taken=F("taken") - 1)

    def clear(self, rate: str, who: str) -> None:
        """No attempt of `who` in this window shall count."""
        self.filter(key=_key(rate, who)).update(taken=0)

    def forget_expired(self, now: datetime) -> int:
        """Drop counters that no longer count anything."""
        return self.filter(Q(resets_at__lt=now - timedelta(days=1))).delete()[0]


class Throttle(models.Model):
    """How often somebody tried something in this window. The key is a hash: no names kept."""

    key = models.CharField(max_length=64, primary_key=True)
    taken = models.PositiveIntegerField(default=0)
    resets_at = models.DateTimeField(db_index=True)

    objects: ClassVar[ThrottleManager] = ThrottleManager()

    def __str__(self) -> str:
        return self.key[:12]
