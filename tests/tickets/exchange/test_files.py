"""Tables in files: what is read, what is refused, what no spreadsheet calculates."""

import io
import tracemalloc
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from tablib import Dataset

from tickets.admin.exchange import files
from tickets.admin.exchange.files import LARGEST_FILE, LARGEST_ROWS, neutral, plain, read, written

FORMULAS = [
    "=1+1",
    "+44 20",
    "-1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "\nx",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff20x",
]


def workbook(*rows):
    book, content = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


def refusal(content):
    with pytest.raises(ValidationError) as refused:
        read(content)
    return " ".join(refused.value.messages)


@pytest.mark.parametrize("text", FORMULAS)
def test_what_looks_like_a_formula_is_written_as_text(text):
    assert neutral(text) == f"'{text}"
    assert plain(neutral(text)) == text


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n\uff1dx ")))
def test_every_text_comes_back_as_it_was(text):
    assert plain(neutral(text)) == text
    assert not neutral(text).startswith(tuple("=+-@\t\r\n\uff1d"))


@pytest.mark.parametrize("text", ["", "'quoted'", "a=b", "x-1", "Ada"])
def test_other_text_is_left_alone(text):
    assert neutral(text) == text == plain(text)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_written_is_read_again(kind):
    data = Dataset(["Ünal, Ö", "+44 20", "=1+1", "two\nlines"], headers=["a", "b", "c", "d"])

    table = read(written(data, kind))

    assert table.columns == ["a", "b", "c", "d"]
    assert table.rows == [(2, ["Ünal, Ö", "+44 20", "=1+1", "two\nlines"])]


def test_a_real_reader_finds_no_formula():
    data = Dataset(FORMULAS, headers=[f"h{number}" for number, _ in enumerate(FORMULAS)])

    book = openpyxl.load_workbook(io.BytesIO(written(data, "xlsx")))

    assert {cell.data_type for row in book.active.iter_rows() for cell in row} == {"s"}


def test_cells_of_a_workbook_are_said_as_text():
    midnight = datetime.combine(date(2026, 3, 31), time(0))
    moments = [midnight.replace(hour=8), midnight, date(2026, 4, 1)]

    table = read(workbook(["A b", "c", "d", "e", "f"], [*moments, 7.0, True], [None] * 5, ["x"]))

    assert table.columns == ["a_b", "c", "d", "e", "f"]
    assert table.rows == [
        (2, ["2026-03-31 08:00", "2026-03-31", "2026-04-01", "7", "yes"]),
        (4, ["x", "", "", "", ""]),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_text_is_read_however_its_cells_are_divided(delimiter, mark):
    content = f'{mark}name{delimiter}title\r\nAda{delimiter}"a{delimiter}b"\r\n\r\n'.encode()

    assert read(content).rows == [(2, ["Ada", f"a{delimiter}b"])]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no rows"),
        (b"name\n\n,\n", "no rows"),
        ("name\nÜnal".encode("latin-1"), "nor text in UTF-8"),
        (b"\xff\xfe" + "name\nAda".encode("utf-16-le"), "nor text in UTF-8"),
        (b"name,name\na,b\n", "twice or without a name: name."),
        (b"name,,,title\na,b,c,d\n", "twice or without a name: –."),
        (b"name\na,b\n", "Row 2 has more cells"),
        (b'name\n"a', "The file is no CSV"),
        (b"PK\x03\x04 and nothing", "cannot be read"),
        (b"x" * (LARGEST_FILE + 1), "larger than 5 MB"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(content, said):
    assert said in refusal(content)


def test_a_file_has_so_many_rows_at_most():
    most = b"name\n" + b"Ada\n" * LARGEST_ROWS

    assert len(read(most).rows) == LARGEST_ROWS
    assert "more than 10000 rows" in refusal(most + b"Ada\n")


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(files, "LARGEST_SHEETS", 1_000)

    assert "too large" in refusal(workbook(["name"], ["x" * 2_000]))


def test_another_archive_is_no_workbook():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("a.txt", "b")

    assert "cannot be read" in refusal(content.getvalue())


def test_a_stray_cell_far_away_is_refused_before_it_costs_memory():
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"] = "tag", "LT-1"
    for place in ("XFD1500", "A1048576"):
        book.active[place] = "x"
        content = io.BytesIO()
        book.save(content)
        tracemalloc.start()
        assert "more than" in refusal(content.getvalue())
        assert tracemalloc.get_traced_memory()[1] < 60_000_000
        tracemalloc.stop()
        del book.active[place]


def test_signs_that_nobody_can_write_are_left_out_of_files_and_refused_in_them():
    data = Dataset(headers=["name"])
    data.append(["Ann\x0b\x00 Lee"])

    for kind in ("csv", "xlsx"):
        assert read(written(data, kind)).rows[0][1] == ["Ann Lee"]
    assert "no text" in refusal(b"name\nAnn\0\n")
