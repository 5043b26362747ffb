"""`benchmarks/messages`: the message path of several chats, in turn, on one PostgreSQL."""

import argparse
import json
import shutil
import sys
from typing import Any

from benchmarks.figures import middle, number, table
from benchmarks.remote import Load
from benchmarks.results import save
from benchmarks.servers import SERVERS, Server
from tests.services import postgres, redis

LIMIT_SECONDS = 0.25
STEP = 1.4
HEAD = ["system", "closed msg/s", "ack p50/p99 ms", "delivery p50/p99 ms", "CPU us/msg"]
HEAD += ["open msg/s", "ack p50/p99 ms", "delivery p50/p99 ms", "CPU us/msg", "others' cores"]


def options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/messages", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8, help="length of a measured window")
    parser.add_argument("--warm", type=float, default=2, help="seconds before each window")
    parser.add_argument("--pairs", type=int, default=200, help="chats, two sockets each")
    parser.add_argument("--only", nargs="+", choices=SERVERS, default=list(SERVERS))
    parser.add_argument("--closed-only", action="store_true", help="leave the open loop out")
    parser.add_argument("--quick", action="store_true", help="one short round: does it work?")
    chosen = parser.parse_args(arguments)
    if chosen.quick:
        chosen.rounds, chosen.seconds, chosen.warm, chosen.pairs = 1, 2.0, 0.5, 20
    if "socketio" in chosen.only and shutil.which("node") is None:
        print("Node.js is missing: the plain socket.io server is left out.")
        chosen.only.remove("socketio")
    return chosen


def measure(server: Server, chosen: argparse.Namespace) -> dict[str, Any]:
    """One round of one system: the closed loop, then ever higher rates."""
    with server, Load(server) as load:
        load.connect(server.pairs(chosen.pairs))
        closed = load.tell("closed", warm=chosen.warm, seconds=chosen.seconds)
        print(f"  {server.name}: {closed['rate']:,.0f}/s closed", flush=True)
        if chosen.closed_only:
            return {"closed": closed, "open": None, "steps": []}
        steps: list[dict[str, Any]] = []
        best = _largest(load, closed["rate"], chosen, steps)
    print(f"  {server.name}: {best['asked'] if best else 0:,.0f}/s open", flush=True)
    return {"closed": closed, "open": best, "steps": steps}


def _largest(
    load: Load, guess: float, chosen: argparse.Namespace, steps: list[dict[str, Any]]
) -> dict[str, Any] | None:
    """The largest steady rate whose deliveries stay below the limit: up, then closer."""
    best, low, high = None, 0.0, float("inf")
    rate = max(20.0, guess * 0.6)
    while high / max(low, 1) > 1.1 and len(steps) < 14:
        step = load.tell("open", rate=rate, warm=chosen.warm / 2, seconds=chosen.seconds / 2)
        steps.append(step)
        if _kept_up(step):
            best, low = step, rate
        else:
            high = rate
        rate = _next(low, high)
    return best


def _kept_up(step: dict[str, Any]) -> bool:
    steady = not step["overrun"] and not step["lost"]
    return bool(steady and step["delivery"][1] < LIMIT_SECONDS)


def _next(low: float, high: float) -> float:
    if not low:
        return high / STEP / STEP
    return low * STEP if high == float("inf") else float((low * high) ** 0.5)


def summary(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians over the rounds."""

    def mid(loop: str, name: str, at: int | None = None) -> float | None:
        there = [each[loop].get(name) for each in rounds if each[loop]]
        return middle(value if at is None or value is None else value[at] for value in there)

    return {
        "closed": mid("closed", "rate"),
        "closed_ack": [mid("closed", "ack", at) for at in (0, 1)],
        "closed_delivery": [mid("closed", "delivery", at) for at in (0, 1)],
        "closed_cpu_us": mid("closed", "cpu_us"),
        "open": mid("open", "asked"),
        "open_ack": [mid("open", "ack", at) for at in (0, 1)],
        "open_delivery": [mid("open", "delivery", at) for at in (0, 1)],
        "open_cpu_us": mid("open", "cpu_us"),
        "load_cores": mid("closed", "load_cores"),
        "other_cores": mid("closed", "other_cores"),
    }


def _milliseconds(pair: list[float | None]) -> str:
    return " / ".join(number(value and value * 1e3, 1) for value in pair)


def _row(name: str, found: dict[str, Any]) -> list[str]:
    return [
        name,
        number(found["closed"]),
        _milliseconds(found["closed_ack"]),
        _milliseconds(found["closed_delivery"]),
        number(found["closed_cpu_us"]),
        number(found["open"]),
        _milliseconds(found["open_ack"]),
        _milliseconds(found["open_delivery"]),
        number(found["open_cpu_us"]),
        number(found["other_cores"], 2),
    ]


def ratios(medians: dict[str, dict[str, Any]]) -> dict[str, dict[str, float]]:
    """How many times the product's rates are another's, on the same database."""
    found = {}
    for mine, other in (
        ("product", "naive"),
        ("product", "socket.io"),
        ("product, SQLite", "naive, SQLite"),
    ):
        if mine in medians and other in medians:
            name = f"{mine} : {other}"
            found[name] = {
                loop: medians[mine][loop] / medians[other][loop]
                for loop in ("closed", "open")
                if medians[mine][loop] and medians[other][loop]
            }
    return found


def report(medians: dict[str, dict[str, Any]]) -> str:
    text = [table(HEAD, [_row(name, found) for name, found in medians.items()]), ""]
    for name, found in ratios(medians).items():
        times = (f"{loop} {ratio:.1f}x" for loop, ratio in found.items())
        text.append(f"{name}: {', '.join(times)}")
    return "\n".join(text)


def problems(rounds: dict[str, list[dict[str, Any]]]) -> list[str]:
    """What must not happen, and did: lost, stalled, refused, out of order."""
    found = []
    for name, each in rounds.items():
        for loops in each:
            for loop in filter(None, [loops["closed"], *loops["steps"]]):
                wrong = {k: loop[k] for k in ("lost", "stalled", "problems") if loop.get(k)}
                if wrong and not loop.get("overrun"):
                    found.append(f"{name}: {json.dumps(wrong)}")
    return found


def main(arguments: list[str]) -> int:
    chosen = options(arguments)
    rounds: dict[str, list[dict[str, Any]]] = {SERVERS[name].name: [] for name in chosen.only}
    with postgres(durable=True) as database, redis() as layer:
        for turn in range(chosen.rounds):
            print(f"Round {turn + 1} of {chosen.rounds}", flush=True)
            for name in chosen.only:
                server = SERVERS[name](database, layer)
                rounds[server.name].append(measure(server, chosen))
    medians = {name: summary(each) for name, each in rounds.items()}
    wrong = problems(rounds)
    print("", report(medians), *wrong, sep="\n")
    found = {"options": vars(chosen), "medians": medians, "ratios": ratios(medians)}
    print(f"\nAll figures: {save('messages', {**found, 'problems': wrong, 'rounds': rounds})}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
