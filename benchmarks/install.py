"""Set up what the benchmarks need beside the product, then run one of them in it. Plain Python."""

import hashlib
import os
import resource
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import NoReturn

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
VENV = ROOT / ".venv-benchmarks"
LOCKS = [
    ROOT / "requirements.txt",
    ROOT / "requirements-services.txt",
    HERE / "requirements.txt",
]
NODE_LOCK = HERE / "package-lock.json"


def enter(module: str, arguments: list[str]) -> NoReturn:
    """Become `python -m module` in the benchmarks' own environment."""
    if {"-h", "--help"}.isdisjoint(arguments) or not VENV.exists():
        _python_packages()
        _node_packages()
    _raise_file_limit()
    os.chdir(ROOT)
    python = VENV / "bin" / "python"
    os.execv(python, [str(python), "-m", module, *arguments])


def _python_packages() -> None:
    stamp = VENV / "installed"
    wanted = _digest(LOCKS)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Installing Python packages into {VENV.name} ...", file=sys.stderr)
    venv.create(VENV, with_pip=True)
    words = [word for lock in LOCKS for word in ("-r", str(lock))]
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
    subprocess.run([*pip, *words], check=True)
    stamp.write_text(wanted)


def _node_packages() -> None:
    """Without Node.js the plain socket.io server is left out, and said to be."""
    stamp = HERE / "node_modules" / "installed"
    wanted = _digest([NODE_LOCK])
    if shutil.which("npm") is None or (stamp.exists() and stamp.read_text() == wanted):
        return
    print("Installing the socket.io server's packages ...", file=sys.stderr)
    subprocess.run(["npm", "ci", "--silent", "--ignore-scripts"], cwd=HERE, check=True)
    stamp.write_text(wanted)


def _digest(files: list[Path]) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _raise_file_limit() -> None:
    """Ten thousand sockets need as many files, in the server and in the load alike."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
