"""`benchmarks/connections`: idle sockets, storms of returning ones, one queue's many consoles."""

import argparse
import http.client
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson

from benchmarks.figures import middle, number, percentile, table
from benchmarks.processes import memory_bytes
from benchmarks.remote import Load
from benchmarks.results import save
from benchmarks.servers import Product
from tests.services import postgres, redis

MISSED = 5
STARTERS = 8
Make = Callable[[], Product]
LIMIT_SECONDS = 0.25


def options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/connections", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=TRIALS, default=list(TRIALS))
    parser.add_argument("--idle", nargs="+", type=int, default=[1_000, 10_000])
    parser.add_argument("--storm", nargs="+", type=int, default=[1_000, 5_000])
    parser.add_argument("--consoles", type=int, default=500)
    parser.add_argument("--rates", nargs="+", type=float, default=[10, 20, 40, 80])
    parser.add_argument("--seconds", type=float, default=8, help="length of a measured window")
    parser.add_argument("--quick", action="store_true", help="one small round: does it work?")
    chosen = parser.parse_args(arguments)
    if chosen.quick:
        chosen.rounds, chosen.seconds, chosen.rates = 1, 2.0, [10]
        chosen.idle, chosen.storm, chosen.consoles = [200], [100], 50
    return chosen


def idle(make: Make, chosen: argparse.Namespace) -> list[dict[str, Any]]:
    """Customers who have a chat, and then say nothing."""
    found = []
    for count in chosen.idle:
        with make() as server:
            found.append(_hold(server, server.customers(count), "customer", chosen))
    return found


def idle_consoles(make: Make, chosen: argparse.Namespace) -> list[dict[str, Any]]:
    """Agents' pages, admitted by session."""
    with make() as server:
        sides, _tokens = server.consoles(min(chosen.idle[0], 1_000), customers=0)
        return [_hold(server, sides, "console", chosen)]


def _hold(
    server: Product, sides: list[dict[str, Any]], kind: str, chosen: argparse.Namespace
) -> dict[str, Any]:
    with Load(server) as load:
        load.give("come", sides[:20], kind=kind, at_once=20)
        load.tell("drop")
        load.tell("wait", seconds=1)
        before = memory_bytes(server.own)
        came = load.give("come", sides, kind=kind, at_once=100)
        quiet = load.tell("wait", seconds=chosen.seconds)
        grown = memory_bytes(server.own) - before
    return {
        "sockets": len(sides),
        "connects_per_second": came["connects_per_second"],
        "kib_per_socket": grown / len(sides) / 1024,
        "idle_cores": quiet["server_cores"],
        "other_cores": came["other_cores"],
        "problems": came["problems"] | quiet["problems"],
    }


def storm(make: Make, chosen: argparse.Namespace) -> list[dict[str, Any]]:
    """All customers vanish, miss some replies, and come back at the same moment."""
    found = []
    for count in chosen.storm:
        with make() as server, Load(server) as load:
            sides = server.customers(count)
            came = load.give("come", sides, kind="customer", at_once=100)
            load.tell("drop")
            server.seed("missed", chats=[side["chat"] for side in sides], count=MISSED)
            back = load.tell("come_back", missed=MISSED, at_once=count)
        found.append({**back, "problems": came["problems"] | back["problems"]})
    return found


def fan_out(make: Make, chosen: argparse.Namespace) -> list[dict[str, Any]]:
    """Customers start chats over HTTP; each start is told to all consoles of the queue."""
    starts = int(sum(chosen.rates) * (chosen.seconds + 1))
    found = []
    with make() as server, Load(server) as load:
        sides, made = server.consoles(chosen.consoles, customers=starts)
        tokens = iter(made)
        load.give("come", sides, kind="console", at_once=100)
        for rate in chosen.rates:
            found.append(_announce(server, load, tokens, rate, chosen))
            if found[-1]["p99"] > 2 * LIMIT_SECONDS:
                break
    return found


def _announce(
    server: Product, load: Load, tokens: Any, rate: float, chosen: argparse.Namespace
) -> dict[str, Any]:
    count = int(rate * chosen.seconds)
    with ThreadPoolExecutor(STARTERS) as starters:
        begin = time.monotonic() + 0.5
        jobs = [
            starters.submit(start_chat, server.port, next(tokens), begin + place / rate)
            for place in range(count)
        ]
        heard = load.tell("wait", seconds=chosen.seconds + 1.5)
        asked = dict(job.result() for job in jobs)
    arrivals = heard["arrivals"]
    waits = [at - asked[chat] for chat, times in arrivals.items() for at in times if chat in asked]
    last = max((max(times) for times in arrivals.values()), default=begin)
    return {
        "rate": rate,
        "events": count,
        "p50": percentile(waits, 0.5),
        "p99": percentile(waits, 0.99),
        "deliveries_per_second": heard["received"] / max(0.001, last - begin),
        "missing": count * chosen.consoles - len(waits),
        "repeats": heard["repeats"],
        "server_cores": heard["server_cores"],
        "other_cores": heard["other_cores"],
        "problems": heard["problems"],
    }


def start_chat(port: int, token: str, due: float) -> tuple[str, float]:
    """The new chat's id, and when its start was due."""
    time.sleep(max(0, due - time.monotonic()))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    body = orjson.dumps({"client_id": f"start-{due:.6f}".replace(".", "-"), "question": "Help!"})
    headers = {"Authorization": f"Customer {token}", "Content-Type": "application/json"}
    connection.request("POST", "/api/v1/chats/", body, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status != 201:
        raise SystemExit(f"A chat could not be started: {answer.status} {content[:300]!r}")
    return orjson.loads(content)["id"], due


TRIALS = {"idle": idle, "consoles": idle_consoles, "storm": storm, "fan-out": fan_out}


def medians(rounds: list[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """For each step of a trial the median of each figure; problems of all rounds together."""
    found = []
    for steps in zip(*rounds, strict=False):
        names = [name for name, value in steps[0].items() if isinstance(value, int | float)]
        step: dict[str, Any] = {name: middle(each[name] for each in steps) for name in names}
        step["problems"] = [each["problems"] for each in steps if each["problems"]]
        found.append(step)
    return found


def report(found: dict[str, list[dict[str, Any]]]) -> str:
    text = []
    for name, steps in found.items():
        names = [each for each in steps[0] if each != "problems"]
        rows = [[number(step[each], _digits(step[each])) for each in names] for step in steps]
        text += [name, table(names, rows)]
        text += [f"PROBLEMS {step['problems']}" for step in steps if step["problems"]]
        text.append("")
    return "\n".join(text)


def _digits(value: float | None) -> int:
    return 0 if value is None or value == int(value) else 1 if value > 20 else 3


def main(arguments: list[str]) -> int:
    chosen = options(arguments)
    rounds: dict[str, list[list[dict[str, Any]]]] = {name: [] for name in chosen.only}
    with postgres(durable=True) as database, redis() as bus:
        for turn in range(chosen.rounds):
            for name in chosen.only:
                print(f"Round {turn + 1} of {chosen.rounds}: {name}", flush=True)
                rounds[name].append(TRIALS[name](lambda: Product(database, bus), chosen))
    found = {name: medians(each) for name, each in rounds.items()}
    print("", report(found), sep="\n")
    kept = {"options": vars(chosen), "medians": found, "rounds": rounds}
    print(f"All figures: {save('connections', kept)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
