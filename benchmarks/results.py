"""Where figures are kept, with what is needed to judge them later."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

FOLDER = Path(__file__).resolve().parent / "results"


def save(name: str, figures: dict[str, Any]) -> str:
    """Write the figures and this machine's kind; the file's place in the repository."""
    now = datetime.now(UTC)
    FOLDER.mkdir(exist_ok=True)
    file = FOLDER / f"{name}-{now:%Y%m%d-%H%M%S}.json"
    content = {"at": now.isoformat(), "machine": machine(), **figures}
    file.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
    return str(file.relative_to(FOLDER.parent.parent))


def machine() -> dict[str, Any]:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=FOLDER.parent, capture_output=True, text=True
    )
    return {
        "cores": os.cpu_count(),
        "load_average": os.getloadavg(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "commit": commit.stdout.strip(),
    }
