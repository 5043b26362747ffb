"""`benchmarks/routing`: from question to the agent's screen; and chats given a second."""

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson

from benchmarks.figures import middle, number, percentile, table
from benchmarks.remote import Load
from benchmarks.results import save
from benchmarks.servers import Product
from benchmarks.sockets import STARTERS, start_chat
from tests.services import postgres, redis

WANTED_SECONDS = 0.3


def options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/routing", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--agents", type=int, default=100, help="connected, all with free places")
    parser.add_argument("--waiting", type=int, default=500, help="chats that wait all the time")
    parser.add_argument("--rate", type=float, default=10, help="new chats a second")
    parser.add_argument("--seconds", type=float, default=20, help="length of a measured window")
    parser.add_argument(
        "--given", type=int, default=300, help="chats given in a row, for the ratio"
    )
    parser.add_argument("--quick", action="store_true", help="one short round: does it work?")
    chosen = parser.parse_args(arguments)
    if chosen.quick:
        chosen.rounds, chosen.seconds, chosen.given = 1, 4.0, 60
    return chosen


def to_the_screen(server: Product, chosen: argparse.Namespace) -> dict[str, Any]:
    """New chats at a steady rate: when each was due, and when its agent's page had it."""
    count = int(chosen.rate * chosen.seconds)
    made = server.seed("desk", count=chosen.agents, waiting=chosen.waiting, customers=count)
    with Load(server) as load:
        came = load.give("come", server.served(made["consoles"]), kind="served", at_once=100)
        with ThreadPoolExecutor(STARTERS) as starters:
            begin = time.monotonic() + 0.5
            jobs = [
                starters.submit(start_chat, server.port, token, begin + place / chosen.rate)
                for place, token in enumerate(made["tokens"])
            ]
            heard = load.tell("wait", seconds=chosen.seconds + 2)
            asked = dict(job.result() for job in jobs)
    arrivals = heard["arrivals"]
    waits = [times[0] - asked[chat] for chat, times in arrivals.items() if chat in asked]
    return {
        "chats": count,
        "p50": percentile(waits, 0.5),
        "p95": percentile(waits, 0.95),
        "missing": count - len(waits),
        "server_cores": heard["server_cores"],
        "other_cores": heard["other_cores"],
        "problems": came["problems"] | heard["problems"],
    }


def given_a_second(server: Product, chosen: argparse.Namespace) -> dict[str, Any]:
    """In a process of its own, without sockets: the drain, and who reads all and saves."""
    task = {"agents": chosen.agents, "waiting": chosen.waiting, "given": chosen.given}
    command = sys.executable, "-m", "benchmarks.giving"
    out = server.run(*command, given=orjson.dumps(task))
    found: dict[str, Any] = orjson.loads(out.splitlines()[-1])
    return {**found, "ratio": found["product"] / found["naive"]}


def report(found: dict[str, Any]) -> str:
    head = ["question to screen", "p50 ms", "p95 ms", "missing", "server cores", "others' cores"]
    row = [
        f"{found['agents']} agents, {found['waiting']} waiting",
        number(found["p50"] * 1e3, 1),
        number(found["p95"] * 1e3, 1),
        number(found["missing"]),
        number(found["server_cores"], 2),
        number(found["other_cores"], 2),
    ]
    given = [number(found["product"], 1), number(found["naive"], 1), f"{found['ratio']:.1f}x"]
    rates = table(["chats given a second", "product", "naive", "ratio"], [["one worker", *given]])
    enough = "reached" if found["p95"] < WANTED_SECONDS else "MISSED"
    return f"{table(head, [row])}\n\n{rates}\n\np95 below {WANTED_SECONDS * 1e3:.0f} ms: {enough}"


def main(arguments: list[str]) -> int:
    chosen = options(arguments)
    rounds = []
    with postgres(durable=True) as database, redis() as bus:
        for turn in range(chosen.rounds):
            print(f"Round {turn + 1} of {chosen.rounds}", flush=True)
            with Product(database, bus) as server:
                screen = to_the_screen(server, chosen)
            with Product(database, bus) as server:
                rounds.append({**screen, **given_a_second(server, chosen)})
    names = [name for name in rounds[0] if name != "problems"]
    found = {name: middle(each[name] for each in rounds) for name in names}
    problems = [each["problems"] for each in rounds if each["problems"]]
    shown = report({**found, "agents": chosen.agents, "waiting": chosen.waiting})
    print("", shown, *problems, sep="\n")
    kept = {"options": vars(chosen), "medians": found, "rounds": rounds}
    print(f"\nAll figures: {save('routing', kept)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
