"""One Django process that runs code on the rows of many products, a fork for each.

A `manage.py shell` for each piece of code starts Django again each time, which costs more than
most of what tests do with it. The process serves `VAR`, a link that leads to one product after
the other; products that differ in more than their rows and files have to start a shell.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

LINK = "shell-var"
SAID = "shell-said.txt"


class Shell:
    """The test's side of it."""

    def __init__(self, folder: Path, template: Path, env: dict[str, str], root: Path) -> None:
        self.link = folder / LINK
        self.link.symlink_to(template)
        self.process: Any = subprocess.Popen(
            [sys.executable, "-m", "tests.shell"],
            cwd=root,
            env={**env, "PARLEY_VAR": str(self.link)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, var: Path, code: str) -> str:
        """What the code printed. RuntimeError with all that was said, when it failed."""
        self.link.unlink()
        self.link.symlink_to(var)
        self.process.stdin.write(json.dumps(code) + "\n")
        self.process.stdin.flush()
        status = self.process.stdout.readline().strip()
        said = (var / SAID).read_text()
        if status != "0":
            raise RuntimeError(f"The code failed ({status}):\n{said}")
        return said

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


def serve() -> None:
    """The process's side: a line of JSON in, the status of a fork out."""
    import django
    from django.core.management.commands.shell import Command

    django.setup()
    names = Command().get_namespace(verbosity=0)
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        child = os.fork()
        if not child:
            run(json.loads(line), names)
        _, status = os.waitpid(child, 0)
        answers.write(f"{os.waitstatus_to_exitcode(status)}\n")
        answers.flush()


def run(code: str, names: dict[str, Any]) -> None:
    """In the fork, which ends with it."""
    status = 1
    with (Path(os.environ["PARLEY_VAR"]) / SAID).open("w", buffering=1) as said:
        os.dup2(said.fileno(), 2)
        try:
            with redirect_stdout(said):
                exec(code, dict(names))
            status = 0
        finally:
            if status:
                sys.excepthook(*sys.exc_info())
            said.flush()
            os._exit(status)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    serve()
