"""`./run` sets the product up, serves it with either server, and leaves nothing behind."""

import os
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from tests.product import ROOT, environment
from tests.services import free_port

pytestmark = pytest.mark.product


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
            return True
    except OSError:
        return False


def is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("server", ["uvicorn", "daphne"])
def test_it_starts_and_ends(tmp_path: Path, server: str) -> None:
    port = free_port()
    env = environment(tmp_path / "var", PORT=str(port), SERVER=server)
    with (tmp_path / "log").open("wb") as log:
        run = subprocess.Popen(
            [ROOT / "run"], env=env, stdout=log, stderr=log, start_new_session=True
        )
    try:
        deadline = time.monotonic() + 120
        while not is_ready(port):
            ended = run.poll() is not None or time.monotonic() > deadline
            assert not ended, (tmp_path / "log").read_text()
            time.sleep(0.2)

        run.terminate()
        status = run.wait(30)

        assert status in {0, -signal.SIGTERM, 128 + signal.SIGTERM}
        assert not is_alive(run.pid)
    finally:
        if is_alive(run.pid):
            os.killpg(run.pid, signal.SIGKILL)


def test_it_says_what_is_wrong(tmp_path: Path) -> None:
    env = environment(tmp_path / "var", SERVER="apache")

    done = subprocess.run([ROOT / "run"], env=env, capture_output=True, text=True)

    assert done.returncode == 1
    assert "SERVER is uvicorn or daphne" in done.stderr
