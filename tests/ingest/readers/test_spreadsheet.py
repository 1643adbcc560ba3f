import datetime
import io
import zipfile
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.readers import USUAL, Options, Table, read
from ingest.readers.spreadsheet import as_text
from omnicapi.errors import UnreadableFile

SPREADSHEETS_BEGIN = datetime.datetime.fromisoformat("1901-01-01")


def workbook(cells: dict[str, Any], title: str = "Sheet") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for place, value in cells.items():
        sheet[place] = value
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def table(data: bytes, options: Options = USUAL) -> Table:
    return read("a.xlsx", io.BytesIO(data), options)


def complaint(data: bytes, options: Options = USUAL) -> str:
    with pytest.raises(UnreadableFile) as caught:
        table(data, options)
    return str(caught.value)


def test_rows_and_columns_keep_their_places() -> None:
    rows = {row.number: row.cells for row in table(workbook({"C4": "x", "E4": "y", "D6": "z"})).rows}
    assert rows[4][2:5] == ["x", "", "y"]
    assert rows[6][3] == "z"
    assert not any(rows[5])
    assert sorted(rows) == [1, 2, 3, 4, 5, 6]


def test_an_empty_sheet_has_no_rows() -> None:
    assert list(table(workbook({})).rows) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  as it is ", "  as it is "),
        (1.0, "1"),
        (1721905653.0, "1721905653"),
        (123123123123.0, "123123123123"),
        (1.234567890123457e20, "123456789012345700000"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (-220.5, "-220.5"),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (datetime.datetime.fromisoformat("2024-07-01T12:30:15"), "2024-07-01T12:30:15"),
        (datetime.date(2024, 7, 1), "2024-07-01"),
        (datetime.time(3, 4, 5), "03:04:05"),
        (datetime.timedelta(hours=27), "1 day, 3:00:00"),
    ],
)
def test_values_become_the_text_a_person_would_type(value: Any, text: str) -> None:
    assert as_text(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_loses_nothing(value: float) -> None:
    text = as_text(value)
    assert float(text) == value
    assert "e" not in text.casefold()


@settings(max_examples=25, deadline=None)
@given(
    st.datetimes(SPREADSHEETS_BEGIN).map(lambda t: t.replace(microsecond=0, second=t.second or 1)),
    st.integers(-(10**14), 10**14),
    st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cn"]), min_size=1).filter(str.strip),
)
def test_what_a_spreadsheet_holds_comes_out(when: datetime.datetime, number: int, text: str) -> None:
    cells: dict[str, Any] = {"A1": when, "B1": number}
    if not text.startswith(("=", "#")) and "_x" not in text:
        cells["C1"] = text
    [found] = table(workbook(cells)).rows
    row = found.cells
    assert row[:2] == [when.isoformat(), str(number)]
    assert row[2:] == [cells["C1"]] if "C1" in cells else True


def test_the_first_visible_sheet_counts_and_is_named() -> None:
    book = openpyxl.Workbook()
    hidden = book.active
    assert hidden is not None
    hidden["A1"] = "hidden"
    hidden.sheet_state = "hidden"
    book.create_sheet("July")["A1"] = "seen"
    book.create_sheet("August")["A1"] = "later"
    found = table(saved(book))
    assert found.sheet == "July"
    assert [row.cells for row in found.rows] == [["seen"]]


def test_a_spreadsheet_without_a_visible_sheet_is_refused() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook({"A1": "x"}))) as before, zipfile.ZipFile(data, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(b'state="visible"', b'state="hidden"'))
    assert complaint(data.getvalue()) == "The spreadsheet has no visible sheet."


def test_a_spreadsheet_larger_than_the_limit_is_refused_with_the_way_out() -> None:
    data = workbook({"A1": "x"})
    assert "export it as CSV" in complaint(data, Options(max_spreadsheet_bytes=len(data) - 1))
    assert [row.cells for row in table(data, Options(max_spreadsheet_bytes=len(data))).rows] == [["x"]]


def test_a_spreadsheet_that_would_fill_the_memory_is_not_unpacked() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 10_000_000)
    assert bomb.tell() < 20_000
    assert "unpacks to more than" in complaint(bomb.getvalue(), Options(max_unpacked_bytes=9_000_000))


@pytest.mark.parametrize("data", [b"", b"event_name;event_time\n", b"PK\x03\x04 cut off"])
def test_what_is_no_spreadsheet_is_refused(data: bytes) -> None:
    assert "no .xlsx spreadsheet" in complaint(data)


def test_an_archive_that_is_no_spreadsheet_is_refused() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a.txt", "a")
    assert "no .xlsx spreadsheet" in complaint(data.getvalue())
