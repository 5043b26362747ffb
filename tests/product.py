"""The whole product for a test: real `manage.py serve` processes, each behind a proxy of ours."""

import contextlib
import fcntl
import functools
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, Self

from tests.proxy import Proxy
from tests.services import Postgres, Redis, free_port, postgres, redis
from tests.shell import Shell

ROOT = Path(__file__).parents[1]
READY_SECONDS = 40
#: What the caller's environment says about services and addresses is not for these servers.
FOREIGN = {"DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "SECRET_KEY", "HOST", "PORT", "DEBUG"}
TEMPLATE_DATABASE = "parley_template"

Database = Literal["sqlite", "postgresql"]


def environment(var: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return {**kept, "PARLEY_VAR": str(var), "DEBUG": "0", "HOST": "127.0.0.1", **more}


def manage(*arguments: str, env: Mapping[str, str]) -> str:
    """Run manage.py to its end and give what it printed."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    if done.returncode:
        called = " ".join(arguments)
        raise RuntimeError(f"manage.py {called} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


class Workshop:
    """What the products of a session share: migrated databases to copy, a shell, a PostgreSQL."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._shell: Shell | None = None
        self._postgres: Postgres | None = None
        self._ends = contextlib.ExitStack()

    @functools.cached_property
    def template(self) -> Path:
        """A migrated SQLite file and the collected files; all sessions of `./test` share one."""
        shared = os.environ.get("PARLEY_TEST_TEMPLATE", "")
        template = Path(shared) if shared else self.folder / "template"
        with template.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (template / "made").exists():
                env = environment(template)
                manage("migrate", "--noinput", env=env)
                manage("collectstatic", "--noinput", "--ignore", "rest_framework", env=env)
                (template / "made").touch()
        return template

    def var(self, name: str) -> Path:
        """State of its own for one product."""
        return shutil.copytree(self.template, self.folder / name)

    def run(self, var: Path, code: str) -> str:
        """Python on the rows and files that lie there; what it printed."""
        if self._shell is None:
            self._shell = Shell(self.folder, self.template, environment(self.template), ROOT)
            self._ends.callback(self._shell.close)
        return self._shell.run(var, code)

    @property
    def postgres(self) -> Postgres:
        """The PostgreSQL server, whatever the last test did to it."""
        if self._postgres is None:
            self._postgres = self._ends.enter_context(postgres())
            url = self._postgres.create_database(TEMPLATE_DATABASE)
            var = self.var("migrating")
            manage("migrate", "--noinput", env=environment(var, DATABASE_URL=url))
        if self._postgres.process is None:
            self._postgres.start()
        self._postgres.resume()
        return self._postgres

    def close(self) -> None:
        self._ends.close()


class Server:
    """One `manage.py serve` process; it can be killed and started again at its address."""

    def __init__(self, log: Path, env: Mapping[str, str]) -> None:
        self.log = log
        self.port = free_port()
        self.env = {**env, "PORT": str(self.port)}
        self.proxy = Proxy(self.port)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; `wait_until_ready` says when it serves."""
        command = [sys.executable, "manage.py", "serve"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=log, stderr=log)

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not self.is_ready():
            assert self.process is not None, "not started"
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The server is not ready:\n{self.log.read_text()}")
            time.sleep(0.05)

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2):
                return True
        except OSError:  # Refused, timed out, or an answer that is no 2xx.
            return False

    def end(self, sign: signal.Signals) -> int:
        """Send the signal and wait for the end; the exit status, negative for a signal."""
        assert self.process is not None, "not started"
        self.process.send_signal(sign)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self.process = None

    def close(self) -> None:
        if self.process is not None:
            self.end(signal.SIGKILL)
        self.proxy.close()


class Product:
    """Servers on one fresh database. `n` counts them from 0."""

    def __init__(
        self, workshop: Workshop, *, processes: int, database: Database, env: Mapping[str, str]
    ) -> None:
        self.name = f"product-{time.monotonic_ns()}"
        self.workshop = workshop
        self.var = workshop.var(self.name)
        self.postgres: Postgres | None = None
        self.redis: Redis | None = None
        with contextlib.ExitStack() as ends:
            urls: dict[str, str] = {}
            if database == "postgresql":
                urls["DATABASE_URL"] = self._copy_database(workshop, ends)
            if processes > 1:
                self.redis = ends.enter_context(redis())
                urls["REDIS_URL"] = self.redis.url
            self.differs = bool(urls or env)
            self.env = environment(self.var, **{**urls, **env})
            self.servers = [self._server(number, ends) for number in range(processes)]
            self._ends = ends.pop_all()

    def _copy_database(self, workshop: Workshop, ends: contextlib.ExitStack) -> str:
        self.postgres = workshop.postgres
        ends.callback(lambda: workshop.postgres.drop_database(self.name))
        return self.postgres.create_database(self.name, template=TEMPLATE_DATABASE)

    def _server(self, number: int, ends: contextlib.ExitStack) -> Server:
        server = Server(self.var / f"server-{number}.log", self.env)
        ends.callback(server.close)
        return server

    def __enter__(self) -> Self:
        try:
            for server in self.servers:
                server.start()
            for server in self.servers:
                server.wait_until_ready()
        except BaseException:
            self._ends.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.close()

    def url(self, n: int = 0) -> str:
        """The address for pages and sockets: the proxy's."""
        return f"http://{self.proxy(n).address}"

    def direct_url(self, n: int = 0) -> str:
        return f"http://127.0.0.1:{self.servers[n].port}"

    def proxy(self, n: int = 0) -> Proxy:
        return self.servers[n].proxy

    def start(self, n: int = 0) -> None:
        self.servers[n].start()
        self.servers[n].wait_until_ready()

    def stop(self, n: int = 0) -> int:
        """Ask it to end (SIGTERM) and wait until it has."""
        return self.servers[n].end(signal.SIGTERM)

    def kill(self, n: int = 0) -> None:
        """End it as a crash does (SIGKILL)."""
        self.servers[n].end(signal.SIGKILL)

    def manage(self, *arguments: str) -> str:
        return manage(*arguments, env=self.env)

    def run(self, code: str) -> str:
        """Python on its rows, beside its servers; what it printed."""
        if self.differs:
            return self.manage("shell", "-v0", "-c", code)
        return self.workshop.run(self.var, code)

    def logs(self, n: int = 0) -> str:
        return self.servers[n].log.read_text(errors="replace")


@contextlib.contextmanager
def workshop(folder: Path) -> Iterator[Workshop]:
    shared = Workshop(folder)
    try:
        yield shared
    finally:
        shared.close()
