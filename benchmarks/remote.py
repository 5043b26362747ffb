"""The load's process, from outside: tell it what to do, and look at the servers meanwhile."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple, Self

import orjson

from benchmarks.processes import cpu_seconds, machine_seconds
from benchmarks.servers import ROOT, Server


class Mark(NamedTuple):
    """Seconds at the edge of a window: the clock's, and CPU of server, load and whole machine."""

    clock: float
    server: float
    load: float
    machine: float


class Load:
    """A load process and the server it loads."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.process: subprocess.Popen[bytes]

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.load"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    def connect(self, pairs: Any) -> dict[str, Any]:
        return self.give("connect", {"dialect": self.server.dialect, "pairs": pairs})

    def give(self, do: str, spec: Any, **how: Any) -> dict[str, Any]:
        """`tell`, with much to say: by a file."""
        with tempfile.NamedTemporaryFile(suffix=".json") as file:
            Path(file.name).write_bytes(orjson.dumps(spec))
            return self.tell(do, spec=file.name, **how)

    def tell(self, do: str, **how: Any) -> dict[str, Any]:
        """Have it done; the load's figures, with the cost of the window it marked."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(orjson.dumps({"do": do, **how}) + b"\n")
        self.process.stdin.flush()
        marks: list[Mark] = []
        for line in self.process.stdout:
            news = orjson.loads(line)
            if "mark" in news:
                server = cpu_seconds(self.server.roots)
                marks.append(Mark(time.monotonic(), server, news["used"], machine_seconds()))
            else:
                return {**news["result"], **_cost(marks, news["result"])}
        raise SystemExit(f"The load on {self.server.name} ended early.")


def _cost(marks: list[Mark], result: dict[str, Any]) -> dict[str, Any]:
    """CPU in the marked window. `other_cores` tells whether somebody else was at work."""
    if len(marks) < 2:
        return {}
    spent = [end - start for start, end in zip(marks[0], marks[-1], strict=True)]
    seconds, server, load, machine = spent
    cost = {
        "server_cores": server / seconds,
        "load_cores": load / seconds,
        "other_cores": max(0.0, machine - server - load) / seconds,
    }
    if messages := result.get("messages"):
        cost["cpu_us"] = server / messages * 1e6
    return cost
