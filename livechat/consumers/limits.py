"""How much one socket may ask of us."""

from __future__ import annotations

import math
from collections import deque
from time import monotonic


class Bucket:
    """`rate` a second on average, `burst` at once."""

    __slots__ = ("burst", "filled_at", "rate", "tokens")

    def __init__(self, rate: float, burst: float) -> None:
        self.rate, self.burst, self.tokens, self.filled_at = rate, burst, burst, monotonic()

    def take(self) -> float:
        """0 when one more is allowed, else seconds until it will be."""
        now = monotonic()
        self.tokens = min(self.burst, self.tokens + (now - self.filled_at) * self.rate)
        self.filled_at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return math.ceil((1 - self.tokens) / self.rate * 1000) / 1000


class Refusals:
    """Counts refusals: too many within ten seconds is a flood."""

    __slots__ = ("most", "times")

    def __init__(self, most: int) -> None:
        self.most = most
        self.times: deque[float] = deque(maxlen=most)

    def one_more(self) -> bool:
        """Count one; True when that was one too many."""
        now = monotonic()
        self.times.append(now)
        return len(self.times) == self.most and now - self.times[0] < 10
