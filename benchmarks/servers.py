"""The chats that are compared: each is started on an empty database, and gives its pairs."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Self

import orjson

from tests.services import Postgres, Redis, Service, free_port

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
LOGS = HERE / "results" / "logs"
START_SECONDS = 60
Pairs = list[tuple[dict[str, Any], dict[str, Any]]]


#: 200 pairs in a closed loop send faster than people do. The product still counts every frame.
LIMITS = {
    "PARLEY_FRAMES_PER_SECOND": "100000",
    "PARLEY_FRAMES_BURST": "100000",
    "PARLEY_MESSAGES_PER_SECOND": "100000",
    "PARLEY_MESSAGES_BURST": "100000",
    "PARLEY_CONNECTIONS": "20000",
    "PARLEY_CONNECTIONS_PER_ADDRESS": "20000",
}


class Server:
    """A chat server in a process tree of its own; gone, with its files, when the block ends."""

    name: ClassVar[str]
    dialect: ClassVar[str]
    uses_redis = False
    sqlite = False

    def __init__(self, postgres: Postgres, redis: Redis) -> None:
        self.postgres, self.redis = postgres, redis
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.folder = tempfile.TemporaryDirectory(prefix="parley-benchmark-")
        self.database = f"bench_{secrets.token_hex(4)}"
        self.url = f"sqlite:///{self.folder.name}/chat.sqlite3"

    def command(self) -> list[str]:
        raise NotImplementedError

    def environment(self) -> Mapping[str, str]:
        return {}

    def prepare(self) -> None:
        """Tables, before the start."""

    def pairs(self, count: int) -> Pairs:
        """For each chat how its customer and its agent are reached."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        if not self.sqlite:
            self.url = self.postgres.create_database(self.database)
        self.prepare()
        LOGS.mkdir(parents=True, exist_ok=True)
        with (LOGS / f"{self.name}.log").open("wb") as log:
            self.process = subprocess.Popen(
                self.command(), cwd=ROOT, env=self._environment(), stdout=log, stderr=log
            )
        self._wait()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:  # Daphne does not end while sockets are open.
                self.process.kill()
                self.process.wait()
        if not self.sqlite:
            self.postgres.drop_database(self.database)
        self.folder.cleanup()

    @property
    def roots(self) -> list[int]:
        """The processes whose trees do the work: server, database, and Redis where it is used."""
        services: list[Service] = [] if self.sqlite else [self.postgres]
        services += [self.redis] if self.uses_redis else []
        running = [self.process, *(each.process for each in services)]
        return [process.pid for process in running if process is not None]

    @property
    def own(self) -> list[int]:
        """The server's process alone."""
        return [] if self.process is None else [self.process.pid]

    def run(self, *command: str, given: bytes = b"") -> bytes:
        """Run a short command in the server's environment; its output."""
        done = subprocess.run(
            command, cwd=ROOT, env=self._environment(), input=given, capture_output=True
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr.decode()[-4000:]}")
        return done.stdout

    def _environment(self) -> dict[str, str]:
        own = {
            "DATABASE_URL": self.url,
            "PORT": str(self.port),
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
        }
        kept = {k: v for k, v in os.environ.items() if k not in {"REDIS_URL", "DEBUG", "HOST"}}
        return {**kept, **own, **self.environment()}

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            assert self.process is not None
            if self.process.poll() is not None or time.monotonic() > deadline:
                log = (LOGS / f"{self.name}.log").read_text(errors="replace")
                raise SystemExit(f"{self.name} did not start:\n{log[-4000:]}")
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)


class Naive(Server):
    """The Channels tutorial's consumer, a row a message, under daphne."""

    name = "naive"
    dialect = "naive"
    uses_redis = True

    def environment(self) -> Mapping[str, str]:
        return {
            "REDIS_URL": self.redis.url,
            "DJANGO_SETTINGS_MODULE": "benchmarks.naive.settings",
        }

    def prepare(self) -> None:
        migrate = "migrate", "--run-syncdb", "--verbosity=0"
        self.run(sys.executable, "-m", "django", *migrate)

    def command(self) -> list[str]:
        where = ["-b", "127.0.0.1", "-p", str(self.port), "--verbosity=0"]
        return [sys.executable, "-m", "daphne", *where, "benchmarks.naive.asgi:application"]

    def pairs(self, count: int) -> Pairs:
        return [
            (self._side(f"chat{number}", "customer"), self._side(f"chat{number}", "agent"))
            for number in range(count)
        ]

    def _side(self, chat: str, author: str) -> dict[str, Any]:
        url = f"ws://{self.address}/ws/chat/{chat}/{author}/"
        return {"url": url, "author": author, "headers": {"Origin": f"http://{self.address}"}}


class NaiveSqlite(Naive):
    """The same on SQLite, as Django sets it up."""

    name = "naive, SQLite"
    sqlite = True


class SocketIo(Server):
    """A plain socket.io server, a row a message, without Django."""

    name = "socket.io"
    dialect = "socket.io"

    def command(self) -> list[str]:
        return ["node", str(HERE / "socketio.mjs")]

    def pairs(self, count: int) -> Pairs:
        return [
            (self._side(f"chat{number}", "customer"), self._side(f"chat{number}", "agent"))
            for number in range(count)
        ]

    def _side(self, chat: str, author: str) -> dict[str, Any]:
        url = f"ws://{self.address}/socket.io/?EIO=4&transport=websocket"
        return {"url": url, "author": author, "auth": {"chat": chat, "author": author}}


class Product(Server):
    """Real `manage.py serve`: one process, so no bus."""

    name = "product"
    dialect = "product"

    def environment(self) -> Mapping[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "benchmarks.product_settings",
            "HOST": "127.0.0.1",
            "PARLEY_VAR": self.folder.name,
            "PARLEY_LOG": "WARNING",
            "SECRET_KEY": "only for benchmarks " * 3,
            **LIMITS,
        }

    def prepare(self) -> None:
        self.run(sys.executable, "manage.py", "migrate", "--noinput", "--verbosity=0")

    def command(self) -> list[str]:
        return [sys.executable, "manage.py", "serve"]

    def pairs(self, count: int) -> Pairs:
        chats = self.seed("chats", count=count)
        return [(self._customer(chat), self._agent(chat)) for chat in chats]

    def customers(self, count: int) -> list[dict[str, Any]]:
        """Customers in a chat each; an agent has four."""
        return [self._customer(chat) for chat in self.seed("chats", count=count, agents=count // 4)]

    def consoles(self, count: int, customers: int) -> tuple[list[dict[str, Any]], list[str]]:
        """Agents of one queue, and the tokens of customers who may ask."""
        made = self.seed("consoles", count=count, customers=customers)
        return [self._agent({"chat": "", "head": 0, **each}) for each in made["consoles"]], made[
            "tokens"
        ]

    def served(self, agents: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Agents who are given chats, and know which are their own."""
        return [{**self._agent({"chat": "", "head": 0, **a}), "agent": a["agent"]} for a in agents]

    def seed(self, what: str, **given: Any) -> Any:
        """Let `benchmarks.seed` make rows, in a process of its own."""
        out = self.run(sys.executable, "-m", "benchmarks.seed", what, given=orjson.dumps(given))
        return orjson.loads(out.splitlines()[-1])

    def _customer(self, chat: dict[str, Any]) -> dict[str, Any]:
        return self._side(chat, "customer") | {"token": chat["token"]}

    def _agent(self, chat: dict[str, Any]) -> dict[str, Any]:
        side = self._side(chat, "agent")
        cookie = {"Cookie": f"{chat['cookie']}={chat['session']}"}
        path = {"url": f"ws://{self.address}/ws/console/"}
        return {**side, **path, "headers": side["headers"] | cookie}

    def _side(self, chat: dict[str, Any], author: str) -> dict[str, Any]:
        return {
            "url": f"ws://{self.address}/ws/customer/",
            "headers": {"Origin": f"http://{self.address}"},
            "author": author,
            "chat": chat["chat"],
            "head": chat["head"],
        }


class ProductSqlite(Product):
    """The product on SQLite, as `./run` sets it up."""

    name = "product, SQLite"
    sqlite = True


SERVERS: dict[str, type[Server]] = {
    "naive": Naive,
    "socketio": SocketIo,
    "product": Product,
    "naive-sqlite": NaiveSqlite,
    "product-sqlite": ProductSqlite,
}
