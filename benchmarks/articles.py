"""`benchmarks/knowledge`: the search with very many articles, on either database."""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping

import orjson

from benchmarks.figures import number, table
from benchmarks.results import save
from benchmarks.servers import ROOT
from tests.services import postgres

#: Of the database's time, at p95 over all questions.
MS = ("ms", "whole", "naive")
WANTED_MS = {"postgresql": 50.0, "sqlite": 100.0}


def options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/knowledge", description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5, help="each question is asked so often")
    parser.add_argument("--only", nargs="+", choices=WANTED_MS, default=list(WANTED_MS))
    parser.add_argument("--quick", action="store_true", help="2,000 articles: does it work?")
    chosen = parser.parse_args(arguments)
    if chosen.quick:
        chosen.articles, chosen.rounds = 2_000, 1
    return chosen


def main(arguments: list[str]) -> int:
    chosen = options(arguments)
    found = {name: measured(name, chosen) for name in chosen.only}
    for name, answer in found.items():
        print(report(name, answer), end="\n\n")
    print(save("knowledge", {"articles": chosen.articles, "asked": found}))
    return 0 if all(answer["p95"] < WANTED_MS[name] for name, answer in found.items()) else 1


def measured(name: str, chosen: argparse.Namespace) -> dict:
    if name == "postgresql":
        with postgres(durable=True) as database:
            return ask({"DATABASE_URL": database.url}, chosen)
    with tempfile.TemporaryDirectory() as folder:
        return ask({"PARLEY_VAR": folder}, chosen)


def ask(more: Mapping[str, str], chosen: argparse.Namespace) -> dict:
    environment = {**os.environ, "DEBUG": "1", **more}
    python = [sys.executable]
    subprocess.run([*python, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    task = orjson.dumps({"articles": chosen.articles, "rounds": chosen.rounds})
    done = subprocess.run(
        [*python, "-m", "benchmarks.asking_articles"],
        cwd=ROOT,
        env=environment,
        check=True,
        input=task,
        stdout=subprocess.PIPE,
    )
    return orjson.loads(done.stdout.splitlines()[-1])


def report(name: str, answer: dict) -> str:
    rows = [
        [row["name"], row["hits"], row["statements"], *(number(row[n], 1) for n in MS)]
        for row in answer["questions"]
    ]
    head = [
        f"{name}, {answer['articles']:,} articles",
        "hits",
        "statements",
        "database ms",
        "all ms",
        "naive ms",
    ]
    good = answer["p95"] < WANTED_MS[name]
    ratio = answer["naive_p95"] / answer["p95"]
    told = f"p50 {answer['p50']:.1f} ms, naive {answer['naive_p50']:.1f}; "
    told += f"p95 naive : product {ratio:.1f}\n"
    told += f"p95 of the database's time {answer['p95']:.1f} ms, below {WANTED_MS[name]:.0f} ms: "
    return f"{table(head, rows)}\n\n{told}{'reached' if good else 'MISSED'}"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
