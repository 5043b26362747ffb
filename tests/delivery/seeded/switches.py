"""Which bugs are awake: a file each, beside the server's other state."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

VAR = Path(os.environ.get("PARLEY_VAR", "."))


def awake(name: str) -> bool:
    """In the server: whether this bug is at work now."""
    return (VAR / f"seeded-{name}").exists()


@contextlib.contextmanager
def woken(var: Path, *names: str) -> Iterator[None]:
    """In the test: these bugs are at work for as long as the block lasts."""
    files = [var / f"seeded-{name}" for name in names]
    for file in files:
        file.touch()
    try:
        yield
    finally:
        for file in files:
            file.unlink()
