"""`manage.py clock`: the clock alone, for servers that do not run one (daphne)."""

import contextlib
import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from livechat.clock import clock


class Command(BaseCommand):
    help = "Look after what is due, until stopped. Any number may run; `serve` runs one itself."

    def handle(self, *args: Any, **options: Any) -> None:
        def stop(sig: int, frame: FrameType | None) -> None:
            clock.stopping.set()

        signal.signal(signal.SIGTERM, stop)
        with contextlib.suppress(KeyboardInterrupt):
            clock.run()
