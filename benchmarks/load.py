"""The load: a process of its own, told on standard input what to do, a JSON object a line."""

import asyncio
import gc
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import uvloop

from benchmarks.crowd import KINDS, Crowd, Listener
from benchmarks.dialects import DIALECTS, Peer
from benchmarks.workloads import Pairs, closed, open_loop

SLICES = 10


def say(**news: Any) -> None:
    sys.stdout.write(orjson.dumps(news).decode() + "\n")
    sys.stdout.flush()


def mark(what: str) -> None:
    say(mark=what, used=time.process_time())


class Worker:
    """What can be asked of a load: a method for each `do`."""

    def __init__(self) -> None:
        self.pairs = Pairs()
        self.crowd = Crowd(Listener)
        self.ticking: asyncio.Task[None] | None = None

    def peers(self) -> Sequence[Peer]:
        return self.crowd.peers or [side for chat in self.pairs.chats for side in chat.sides]

    async def tick(self) -> None:
        """Each side ticks once a second, not all at the same moment."""
        while True:
            for first in range(SLICES):
                await asyncio.sleep(1 / SLICES)
                now = time.monotonic()
                for peer in self.peers()[first::SLICES]:
                    peer.tick(now)

    def settle(self) -> None:
        """Everybody is there: begin to tick, and keep the collector from pausing us."""
        self.ticking = self.ticking or asyncio.get_running_loop().create_task(self.tick())
        gc.freeze()
        gc.disable()

    async def connect(self, spec: str) -> dict[str, Any]:
        described = _read(spec)
        kind = DIALECTS[described["dialect"]]
        pairs = described["pairs"]
        await self.pairs.connect([(kind(self.pairs, a), kind(self.pairs, b)) for a, b in pairs])
        self.settle()
        return {"connected": 2 * len(pairs)}

    async def closed(self, **how: float) -> dict[str, Any]:
        return await closed(self.pairs, mark, **how)

    async def open(self, **how: float) -> dict[str, Any]:
        return await open_loop(self.pairs, mark, **how)

    async def come(self, spec: str, kind: str, at_once: int) -> dict[str, Any]:
        self.crowd = Crowd(KINDS[kind])
        mark("start")
        came = await self.crowd.come(_read(spec), at_once)
        mark("end")
        self.settle()
        return came

    async def wait(self, seconds: float) -> dict[str, Any]:
        mark("start")
        await asyncio.sleep(seconds)
        mark("end")
        return self.crowd.heard()

    async def drop(self) -> dict[str, Any]:
        return self.crowd.drop()

    async def come_back(self, missed: int, at_once: int) -> dict[str, Any]:
        mark("start")
        back = await self.crowd.come_back(missed, at_once)
        mark("end")
        return back


def _read(spec: str) -> Any:
    return orjson.loads(Path(spec).read_bytes())


async def work() -> None:
    loop = asyncio.get_running_loop()
    worker = Worker()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        task = orjson.loads(line)
        say(result=await getattr(worker, task.pop("do"))(**task))


if __name__ == "__main__":
    uvloop.run(work())
