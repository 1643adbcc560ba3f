"""What is written for the rows to mend says the same when it is read again, and runs nowhere."""

import csv
import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ingest.maps.field_map import Map, parse
from ingest.readers.csv import MAX_CELL
from ingest.readers.file_types import read
from ingest.readers.table import USUAL, Table
from ingest.reports.row_writers import MOST_IN_CELL, MOST_IN_ROW, CannotBeWritten, Form, Sink, forms, writer
from ingest.rows.conversion import read_by
from ingest.values.formula_escapes import DANGEROUS, unescaped

EVIL = (
    *("=1+1", "x;=cmd|' /C calc'!A0", " =1+1", "\n=1+1", "\uff1d1+1", "|=1", "x,=1+1", "x\t=1+1", "x|=1+1", "@SUM(1)"),
    *(
        "+1+1",
        "-1+1",
        '";=1+1',
        "x\r=1+1",
        "x\r\n=1",
        "\u3000\uff0b1",
        "\ufe621",
        "'=1",
        '"',
        '""',
        'a"b;c',
        "\u200b=1",
    ),
)

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8) | st.sampled_from(EVIL)
"""Without NUL, which no file that is read holds, and halves of characters, which no file can."""

ROWS = st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=70)
HEAD = ["name", "phone", "total"]


def written(form: str, rows: list[list[str]], delimiter: str | None, map_: Map | None = None) -> bytes:
    data = io.BytesIO()
    with TemporaryDirectory() as folder:
        made = writer(Sink(data), form, Table(iter(()), "July", delimiter), map_, folder)
        for cells in rows:
            made.row(cells)
        made.close()
    return data.getvalue()


def meant(rows: list[list[str]]) -> list[list[str]]:
    """Return cells as ingest takes them, up to the last of a row that says anything."""
    found = []
    for cells in rows:
        said = [unescaped(cell.strip()).strip() for cell in cells]
        while said and not said[-1]:
            said.pop()
        found.append(said)
    while found and not found[-1]:
        found.pop()
    return found


def map_of(**declared: Any) -> Map:
    defaults = {"EVENT_NAME": "Purchase", "ACTION_SOURCE": "physical_store"}
    named = {"columns": {"EVENT_TIME": "name", "PHONE": "phone", "VALUE": "total"}, "defaults": defaults}
    return parse("store", json.dumps(named | declared).encode())


@pytest.mark.parametrize("declared", [{}, {"delimiter": "|"}, {"delimiter": "§"}, {"delimiter": ","}])
@given(rows=ROWS, delimiter=st.sampled_from([",", ";", "\t", "|", ":", "§", None]))
def test_csv_is_read_again_as_the_cells_that_were_written(
    declared: dict[str, str], rows: list[list[str]], delimiter: str | None
) -> None:
    map_, rows = map_of(**declared), [HEAD, *rows]
    data = written(".csv", rows, delimiter, map_)
    again = [row.cells for row in read("a.csv", io.BytesIO(data), read_by(map_, USUAL)).rows]
    assert meant(again) == meant(rows)


@given(
    rows=st.lists(st.lists(CELLS, min_size=2, max_size=5), min_size=1, max_size=60), delimiter=st.sampled_from(",;\t|")
)
def test_csv_of_which_nothing_is_known_is_read_again_by_its_own_delimiter(
    rows: list[list[str]], delimiter: str
) -> None:
    found = read("a.csv", io.BytesIO(written(".csv", rows, delimiter)), USUAL)
    assert found.delimiter == delimiter
    assert meant([row.cells for row in found.rows]) == meant(rows)


@given(rows=ROWS)
def test_a_spreadsheet_is_read_again_as_the_cells_that_were_written(rows: list[list[str]]) -> None:
    try:
        data = written(".xlsx", [HEAD, *rows], None)
    except CannotBeWritten:
        assume(False)
    assert meant([row.cells for row in read("a.xlsx", io.BytesIO(data), USUAL).rows]) == meant([HEAD, *rows])


@given(rows=ROWS, delimiter=st.sampled_from(",;\t|:"))
def test_no_cell_of_csv_runs_or_can_be_divided(rows: list[list[str]], delimiter: str) -> None:
    text = written(".csv", rows, delimiter).decode("utf-8-sig")
    for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        for cell in cells:
            assert cell.lstrip()[:1] not in DANGEROUS
            assert cell[:1] not in DANGEROUS
            if set(cell) & set(',;\t|"\r\n'):
                assert '"' + cell.replace('"', '""') + '"' in text


def test_a_header_that_holds_more_of_another_delimiter_does_not_mislead_the_reader() -> None:
    rows = [["day, month, year", "a, b"], ["1, 2, 3", "c, d"]]
    data = written(".csv", rows, ";")
    assert data.startswith(b'\xef\xbb\xbf"day, month, year";"a, b"')
    assert [row.cells for row in read("a.csv", io.BytesIO(data), USUAL).rows] == rows


@pytest.mark.parametrize(("rows", "cells"), [(50, ["x"]), (3, ["x" * 100_000])])
def test_no_more_rows_wait_than_a_reader_looks_at(rows: int, cells: list[str], tmp_path: Path) -> None:
    data = io.BytesIO()
    made = writer(Sink(data), ".csv", Table(iter(())), None, str(tmp_path))
    for _ in range(rows - 1):
        made.row(cells)
    assert data.getvalue() == b"\xef\xbb\xbf"
    made.row(cells)
    assert len(data.getvalue()) > rows * len(cells[0])


def test_ordinary_cells_stay_without_quotation_marks() -> None:
    assert written(".csv", [HEAD, ["Ana", "a,b", ""]], ";") == b'\xef\xbb\xbfname;phone;total\r\nAna;"a,b";\r\n'


FORBIDDEN = ("History", "history", "Loja: centro/norte [1]", "'abc'", "x" * 32, "a?b", "a*b", "a\\b", "")


@pytest.mark.parametrize("name", FORBIDDEN)
def test_a_sheet_whose_name_excel_forbids_gets_another_one(name: str, tmp_path: Path) -> None:
    data = io.BytesIO()
    made = writer(Sink(data), ".xlsx", Table(iter(()), name), map_of(), str(tmp_path))
    made.row(HEAD)
    made.close()
    assert read("a.xlsx", data, USUAL).sheet == "Sheet1"
    assert [row.cells for row in read("a.xlsx", data, USUAL).rows] == [HEAD]


@pytest.mark.parametrize("name", FORBIDDEN[:-1])
def test_a_sheet_that_the_map_names_and_excel_forbids_cannot_be_written(name: str, tmp_path: Path) -> None:
    with pytest.raises(CannotBeWritten, match="names a sheet"):
        writer(Sink(io.BytesIO()), ".xlsx", Table(iter(()), name), map_of(sheet=name), str(tmp_path))


@pytest.mark.parametrize("cell", ["x" * (MOST_IN_CELL + 1), "a\x01", "\uffff", "<r><t>=1</t></r>", "<r></r>"])
def test_a_cell_that_an_xlsx_cannot_hold_is_not_written_otherwise(cell: str, tmp_path: Path) -> None:
    made = writer(Sink(io.BytesIO()), ".xlsx", Table(iter(())), None, str(tmp_path))
    with pytest.raises(CannotBeWritten):
        made.row([cell])
    assert unescaped(cell) in {
        row.cells[0] for row in read("a.csv", io.BytesIO(written(".csv", [[cell, ""]], ",")), USUAL).rows
    }


def test_a_sheet_has_no_more_columns_than_excel_has(tmp_path: Path) -> None:
    made = writer(Sink(io.BytesIO()), ".xlsx", Table(iter(())), None, str(tmp_path))
    made.row(["x"] * 16_384)
    with pytest.raises(CannotBeWritten):
        made.row(["x"] * 16_385)


@pytest.mark.parametrize("cells", [["x" * (MAX_CELL + 1)], ["x" * MAX_CELL] * (MOST_IN_ROW // MAX_CELL + 1)])
def test_a_row_that_could_not_be_read_again_is_not_written(cells: list[str], tmp_path: Path) -> None:
    made = writer(Sink(io.BytesIO()), ".csv", Table(iter(())), None, str(tmp_path))
    with pytest.raises(CannotBeWritten):
        made.row(cells)
    made.row(["x" * MAX_CELL])
    assert (MAX_CELL, MOST_IN_ROW, MOST_IN_CELL) == (131_072, 3_000_000, 32_767)


def test_spreadsheets_may_come_back_as_csv() -> None:
    assert forms("a.ODS") == forms("a.xlsm") == (Form(".xlsx", is_last=False), Form(".csv"))
    assert forms("a.json") == (Form(".csv"),)
