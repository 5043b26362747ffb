"""Works let go together: in threads with connections of their own, here and in a second process."""

import json
import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import django
from django.apps import apps
from django.db import connection, connections

if not apps.ready:  # The second process.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()

from livechat.exceptions import ChatError
from livechat.models import Chat
from livechat.services.assignment import accept_chat
from tickets.exceptions import TicketError

#: Than agents who want one: they get into each other's way.
FEWER = 6
ROOT = Path(__file__).resolve().parents[3]


def at_once(works: Sequence[Callable[[], object]]) -> list[object]:
    """Each in a thread of its own, let go together; what each gave.

    Only refusals are answers: what the database raises, a deadlock say, is raised here.
    """
    barrier = threading.Barrier(len(works))

    def one(work: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            return work()
        except (ChatError, TicketError) as refused:
            return refused
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(one, works))


def accept_all(agent: int) -> tuple[int, int]:
    """One of the first that wait, until none does: how many this agent got, and how many not."""
    won = lost = 0
    while first := list(Chat.objects.waiting().values_list("pk", flat=True)[:FEWER]):
        try:
            won += accept_chat(random.choice(first), by=agent).agent_id == agent
        except ChatError:
            lost += 1
    return won, lost


def accept_with(agents: Sequence[int]) -> tuple[int, int]:
    """How many they got together, and how often one was too late."""
    won, lost = zip(*at_once([partial(accept_all, agent) for agent in agents]), strict=True)
    return sum(won), sum(lost)


@contextmanager
def second_process(agents: Sequence[int]) -> Iterator[Callable[[], tuple[int, int]]]:
    """A process that is ready to `accept_with` these when it is called."""
    place = connection.settings_dict
    url = f"postgres://{place['USER']}:{place['PASSWORD']}@{place['HOST']}:{place['PORT']}"
    with subprocess.Popen(
        [sys.executable, "-m", "tests.livechat.services.racing"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": f"{url}/{place['NAME']}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(agents) + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ready\n"

        def go() -> tuple[int, int]:
            process.stdin.write("go\n")
            process.stdin.flush()
            won, lost = json.loads(process.stdout.readline())
            return won, lost

        yield go


if __name__ == "__main__":
    his = json.loads(sys.stdin.readline())
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(accept_with(his)), flush=True)
