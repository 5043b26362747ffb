"""The load's process, from outside: tell it what to do, and look at the servers meanwhile."""

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import orjson

from benchmarks.processes import cpu_seconds
from benchmarks.servers import ROOT, Server


@dataclass(frozen=True)
class Usage:
    """What a window of time cost."""

    seconds: float
    server: float
    load: float


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
        marks: list[tuple[float, float, float]] = []
        for line in self.process.stdout:
            news = orjson.loads(line)
            if "mark" in news:
                marks.append((time.monotonic(), cpu_seconds(self.server.roots), news["used"]))
            else:
                return {**news["result"], **_cost(marks, news["result"])}
        raise SystemExit(f"The load on {self.server.name} ended early.")


def _cost(marks: list[tuple[float, float, float]], result: dict[str, Any]) -> dict[str, Any]:
    if len(marks) < 2:
        return {}
    (start, server, load), (end, server_after, load_after) = marks[0], marks[-1]
    usage = Usage(end - start, server_after - server, load_after - load)
    messages = max(1, result.get("messages", 1))
    return {
        "cpu_us": usage.server / messages * 1e6,
        "server_cores": usage.server / usage.seconds,
        "load_cores": usage.load / usage.seconds,
    }
