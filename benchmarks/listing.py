"""`benchmarks/tickets`: the list of tickets with very many of them, on PostgreSQL."""

import argparse
import os
import subprocess
import sys

import orjson

from benchmarks.figures import number, table
from benchmarks.results import save
from benchmarks.servers import ROOT
from tests.services import postgres

WANTED_MS = 50.0
#: So many are made by `make_tickets`; the database makes the others of them.
SAMPLE = 10_000


def options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/tickets", description=__doc__)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5, help="each question is asked so often")
    parser.add_argument("--plans", action="store_true", help="print the plans as well")
    parser.add_argument("--quick", action="store_true", help="40,000 tickets: does it work?")
    chosen = parser.parse_args(arguments)
    if chosen.quick:
        chosen.tickets, chosen.rounds, chosen.plans = 40_000, 1, True
    return chosen


def main(arguments: list[str]) -> int:
    chosen = options(arguments)
    with postgres(durable=True) as database:
        environment = {**os.environ, "DATABASE_URL": database.url, "DEBUG": "1"}

        def run(*command: str, **how: object) -> subprocess.CompletedProcess[bytes]:
            return subprocess.run(
                [sys.executable, *command], cwd=ROOT, env=environment, check=True, **how
            )  # type: ignore[call-overload]

        run("manage.py", "migrate", "-v0")
        run("manage.py", "make_tickets", str(min(chosen.tickets, SAMPLE)))
        task = orjson.dumps({"tickets": chosen.tickets, "rounds": chosen.rounds})
        done = run("-m", "benchmarks.asking_lists", input=task, stdout=subprocess.PIPE)
    found = orjson.loads(done.stdout.splitlines()[-1])
    print(report(found, chosen))
    print(save("tickets", {"tickets": chosen.tickets, "asked": found}))
    return 0 if all(row["ms"] < WANTED_MS for row in found) else 1


def report(found: list[dict[str, object]], chosen: argparse.Namespace) -> str:
    rows = [
        [row["name"], row["rows"], row["statements"], number(row["ms"], 1), number(row["most"], 1)]
        for row in found
    ]
    head = [f"{chosen.tickets:,} tickets", "rows", "statements", "database ms", "at most"]
    plans = [f"{row['name']}\n{row['plan']}" for row in found] if chosen.plans else []
    good = all(row["ms"] < WANTED_MS for row in found)
    wanted = f"all below {WANTED_MS:.0f} ms: {'reached' if good else 'MISSED'}"
    return "\n\n".join([*plans, table(head, rows), wanted])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
