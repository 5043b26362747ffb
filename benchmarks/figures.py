"""Percentiles, medians and tables."""

from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all values do not exceed; infinite when there is none."""
    if not values:
        return float("inf")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def middle(values: Iterable[float | None]) -> float | None:
    """The median of the values that are there."""
    there = [value for value in values if value is not None]
    return median(there) if there else None


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Columns as wide as needed; the first to the left, the others to the right."""
    lines = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "  ".join(
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def number(value: float | None, digits: int = 0) -> str:
    """A figure for people; a dash where nothing was measured."""
    return "-" if value is None else f"{value:,.{digits}f}"
