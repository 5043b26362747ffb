"""Tables in files: read with every fault named, written so that no cell is a formula."""

from __future__ import annotations

import csv
import io
import itertools
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export.formats.base_formats import CSV, XLSX
from openpyxl.utils.exceptions import InvalidFileException
from tablib import Dataset

#: More rows than these are several files: an import is one transaction.
LARGEST_ROWS = 10_000
#: Wider than any table that we write; a stray cell far to the right is refused.
MOST_COLUMNS = 100
LARGEST_FILE = 5 * 1024 * 1024
#: Of a workbook, unpacked.
LARGEST_SHEETS = 60 * 1024 * 1024
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ZIP = b"PK\x03\x04"
#: More characters than these a workbook cuts off without a word.
LARGEST_CELL = 32_767
#: A spreadsheet takes a cell that begins so for a formula; full-width twins too.
FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
#: Control characters that no workbook can hold.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
UNREADABLE = (
    zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, ParseError,
    NotImplementedError, OSError,
)  # fmt: skip


@dataclass(frozen=True)
class Table:
    """The heading, and each row with its number in the file."""

    columns: list[str]
    rows: list[tuple[int, list[str]]]

    def dataset(self) -> Dataset:
        data = Dataset(headers=self.columns)
        for _number, cells in self.rows:
            data.append(cells)
        return data


def neutral(text: str) -> str:
    """As no spreadsheet calculates it; `plain` gives the text back."""
    kept = UNWRITABLE.sub("", text)
    return f"'{kept}" if FORMULA.match(kept) else kept


def plain(text: str) -> str:
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


def written(data: Dataset, kind: str) -> bytes:
    """The table as a file of this kind. Raises ValidationError when it cannot hold a cell."""
    safe = Dataset(headers=data.headers)
    for cells in data:
        safe.append([neutral(str(cell)) for cell in cells])
    if kind == "xlsx":
        if any(len(cell) > LARGEST_CELL for cells in safe for cell in cells):
            values = {"limit": LARGEST_CELL}
            text = _("A text is longer than the %(limit)s characters that a workbook can hold.")
            raise ValidationError(text % values)
        return bytes(XLSX().export_data(safe))
    return ("\ufeff" + str(CSV().export_data(safe))).encode()


def read(content: bytes) -> Table:
    """The table in this file. Raises ValidationError with what is wrong with it as a whole."""
    if len(content) > LARGEST_FILE:
        values = {"limit": LARGEST_FILE // 1024 // 1024}
        raise ValidationError(_("The file is larger than %(limit)s MB.") % values)
    lines = _sheet_lines(content) if content.startswith(ZIP) else _csv_lines(content)
    filled = [(number, cells) for number, cells in enumerate(lines, 1) if any(cells)]
    if len(filled) < 2:
        raise ValidationError(_("The file has no rows below a heading."))
    (_first, heading), *rows = filled
    if len(rows) > LARGEST_ROWS:
        raise ValidationError(_too_many())
    return _table(heading, rows)


def _too_many() -> str:
    text = _("The file has more than %(limit)s rows, which can come at once. Divide it.")
    return text % {"limit": LARGEST_ROWS}


def _table(heading: list[str], rows: list[tuple[int, list[str]]]) -> Table:
    while heading and not heading[-1]:
        heading = heading[:-1]
    columns = [name.strip().lower().replace(" ", "_") for name in heading]
    if twice := sorted({name for name in columns if columns.count(name) > 1}):
        text = _("The heading has a column twice or without a name: %(names)s.")
        raise ValidationError(text % {"names": ", ".join(name or "–" for name in twice)})
    for number, cells in rows:
        if any(cells[len(columns) :]):
            text = _("Row %(number)s has more cells than the heading.")
            raise ValidationError(text % {"number": number})
    width = len(columns)
    return Table(columns, [(number, [*cells, *[""] * width][:width]) for number, cells in rows])


def _csv_lines(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = _("The file is neither a workbook (.xlsx) nor text in UTF-8. Save it as CSV UTF-8.")
        raise ValidationError(text) from error
    if "\0" in text:
        raise ValidationError(_("The file is no text: it has signs that nobody can write."))
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        found = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return [[plain(cell.strip()) for cell in cells] for cells in found]
    except csv.Error as error:
        raise ValidationError(_("The file is no CSV: %(why)s.") % {"why": error}) from error


def _sheet_lines(content: bytes) -> list[list[str]]:
    """Of the first sheet. What was calculated comes with its result."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > LARGEST_SHEETS:
                raise ValidationError(_("The workbook is too large."))
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        if (sheet.max_column or 0) > MOST_COLUMNS:
            values = {"limit": MOST_COLUMNS}
            raise ValidationError(_("The sheet has more than %(limit)s columns.") % values)
        # Rows that are not in the file come empty, as wide as is asked for: a stray cell below.
        rows: Iterable[Any] = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
        lines = list(itertools.islice(rows, LARGEST_ROWS + 2))
        if len(lines) > LARGEST_ROWS + 1:
            raise ValidationError(_too_many())
        return [[_text(cell) for cell in cells] for cells in lines]
    except UNREADABLE as error:
        raise ValidationError(_("The workbook cannot be read.")) from error


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        midnight = cell.time() == time(0)
        return cell.date().isoformat() if midnight else cell.strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, date):
        return cell.isoformat()
    return plain(str(cell).strip())
