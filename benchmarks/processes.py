"""CPU seconds and memory of whole process trees, read from /proc."""

import os
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(roots: Iterable[int]) -> float:
    """What these processes, all under them, and their children that have ended have used."""
    return sum(sum(map(int, _stat(pid)[11:15])) for pid in tree(roots)) / TICKS


def machine_seconds() -> float:
    """What everybody on this machine has used: all but idle and waiting for disks."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    user, nice, system, _idle, _wait, irq, soft, *_ = map(int, fields)
    return (user + nice + system + irq + soft) / TICKS


def memory_bytes(roots: Iterable[int]) -> int:
    """Memory that would be free if these processes ended: shared pages in equal parts."""
    return sum(_pss(pid) for pid in tree(roots))


def tree(roots: Iterable[int]) -> set[int]:
    """The processes, and all under them, that live now."""
    parents = {int(each.name): _parent(int(each.name)) for each in _numbered()}
    found = set(roots) & parents.keys()
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _numbered() -> list[Path]:
    return [each for each in Path("/proc").iterdir() if each.name.isdigit()]


def _parent(pid: int) -> int:
    stat = _stat(pid)
    return int(stat[1]) if stat else 0


def _stat(pid: int) -> list[str]:
    """The fields after the name: state, parent, ... ; utime to cstime are 11 to 14."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _pss(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0
    lines = (line.split() for line in rollup.splitlines())
    return next((int(words[1]) * 1024 for words in lines if words[0] == "Pss:"), 0)
