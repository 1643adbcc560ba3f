import datetime
import io
import tracemalloc
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from ingest.readers import xls
from ingest.readers.cell_text import as_text
from ingest.readers.file_types import read
from ingest.readers.table import USUAL, ReadOptions, Table
from omnicapi.errors import UnreadableFile
from tests.examples import examples

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


def table(data: bytes, options: ReadOptions = USUAL) -> Table:
    return read("a.xlsx", io.BytesIO(data), options)


def cells(name: str, data: bytes, options: ReadOptions = USUAL) -> list[list[str]]:
    return [row.cells for row in read(name, io.BytesIO(data), options).rows]


def complaint(data: bytes, options: ReadOptions = USUAL) -> str:
    with pytest.raises(UnreadableFile) as caught:
        list(table(data, options).rows)
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


@examples(25)
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
    assert "export it as CSV" in complaint(data, ReadOptions(max_spreadsheet_bytes=len(data) - 1))
    assert [row.cells for row in table(data, ReadOptions(max_spreadsheet_bytes=len(data))).rows] == [["x"]]


def test_a_spreadsheet_that_would_take_for_ever_is_not_unpacked() -> None:
    bomb = rewritten(workbook({"A1": "x"}), "sheet1.xml", lambda content: content + b" " * 10_000_000)
    assert len(bomb) < 20_000
    assert "unpacks to more than 4,000,000 bytes" in complaint(bomb)
    assert [row.cells for row in table(bomb, ReadOptions(max_packing=1000)).rows] == [["x"]]


@pytest.mark.parametrize("data", [b"PK\x03\x04 cut off", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut off"])
def test_a_damaged_spreadsheet_is_refused(data: bytes) -> None:
    assert "damaged or protected by a password" in complaint(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n<html><table>",
        b"\xef\xbb\xbf<?xml version='1.0'?>",
        "<html><table>".encode("utf-16"),
        b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n\r\n<html>",
        b"%PDF-1.4 \x00",
        b"PK\x05\x06" + b"\0" * 18,
    ],
)
def test_a_web_page_under_a_spreadsheets_name_is_refused(data: bytes) -> None:
    assert "a web page or XML" in complaint(data)


def test_text_under_a_spreadsheets_name_is_read_as_excel_would() -> None:
    data = "event_name\tcity\r\nPurchase\tSão Paulo\r\n".encode("utf-16")
    assert cells("a.xls", data) == [["event_name", "city"], ["Purchase", "São Paulo"]]


def test_an_archive_that_is_no_spreadsheet_is_refused() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a.txt", "a")
    assert "no spreadsheet" in complaint(data.getvalue())


def test_an_error_of_a_formula_is_told_by_its_text() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"], sheet["B3"] = "id", "value", 5
    errors = {"A2": "#N/A", "B2": "#DIV/0!", "AB3": "#REF!"}
    for place, error in errors.items():
        sheet[place] = error
        sheet[place].data_type = "e"
    found = cells("a.xlsx", saved(book))
    assert found[1][:2] == ["#N/A", "#DIV/0!"]
    assert (found[2][1], found[2][27]) == ("5", "#REF!")
    assert sum("#" in cell for row in found for cell in row) == len(errors)


def test_errors_are_those_of_the_sheet_that_is_read() -> None:
    book = openpyxl.Workbook()
    other = book.active
    assert other is not None
    other["A1"] = "#N/A"
    other["A1"].data_type = "e"
    other.sheet_state = "hidden"
    book.create_sheet("July & August")["A1"] = "x"
    assert cells("a.xlsx", saved(book)) == [["x"]]


def test_errors_are_found_where_a_part_is_named_relatively_as_excel_does() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "#N/A"
    sheet["A1"].data_type = "e"
    data = rewritten(saved(book), "workbook.xml.rels", lambda content: content.replace(b'"/xl/', b'"'))
    assert b'Target="worksheets/' in zipfile.ZipFile(io.BytesIO(data)).read("xl/_rels/workbook.xml.rels")
    assert cells("a.xlsx", data) == [["#N/A"]]


@pytest.mark.parametrize("name", ["x.xls", "x.xlsx"])
def test_a_sheet_that_the_map_names_and_the_file_has_not_is_told(name: str) -> None:
    book = xlwt.Workbook()
    book.add_sheet("July")
    data = io.BytesIO()
    book.save(data)
    content = data.getvalue() if name == "x.xls" else workbook({"A1": "x"}, "July")
    with pytest.raises(UnreadableFile, match="has no sheet 'August', which the map names; it has 'July'"):
        read(name, io.BytesIO(content), ReadOptions(sheet="August"))
    assert read(name, io.BytesIO(content), ReadOptions(sheet=" july")).sheet == "July"


@pytest.mark.parametrize("epoch", [CALENDAR_WINDOWS_1900, CALENDAR_MAC_1904])
def test_dates_are_the_same_in_both_calendars(epoch: datetime.datetime) -> None:
    book = openpyxl.Workbook()
    book.epoch = epoch
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = datetime.datetime.fromisoformat("2024-07-01T12:30:15")
    assert cells("a.xlsx", saved(book)) == [["2024-07-01T12:30:15"]]


@pytest.mark.parametrize("far", ["XFD100000", "XFD1", "AAA20"])
def test_a_cell_far_off_takes_no_memory_for_all_between(far: str) -> None:
    tracemalloc.start()
    rows = 0
    for row in table(workbook({"A1": "x", far: "y"})).rows:
        rows += 1
        last = row
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert far.endswith(str(last.number))
    assert (rows, last.cells[-1]) == (last.number, "y")
    assert peak < 10_000_000


def test_a_formatted_cell_is_not_filled() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "x"
    sheet["XFD1048576"].font = Font(bold=True)
    assert cells("a.xlsx", saved(book)) == [["x"]]


def test_as_many_cells_as_are_allowed_are_read() -> None:
    data = workbook({f"B{row}": "x" for row in range(1, 51)})
    assert len(cells("a.xlsx", data, ReadOptions(max_cells=100))) == 50
    assert "more than 99 cells" in complaint(data, ReadOptions(max_cells=99))


def rewritten(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    after = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(after, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in before.namelist():
            content = before.read(name)
            archive.writestr(name, change(content) if name.endswith(part) else content)
    return after.getvalue()


def test_declared_entities_are_refused() -> None:
    laughs = b'<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    for part in ("sheet1.xml", "workbook.xml"):
        data = rewritten(workbook({"A1": "x"}), part, lambda content: laughs + content)
        assert "declares XML entities" in complaint(data)


def test_a_size_that_an_archive_claims_is_not_believed() -> None:
    data = bytearray(rewritten(workbook({"A1": "x"}), "sheet1.xml", lambda content: content + b" " * 5_000_000))
    at = data.find(b"PK\1\2", data.find(b"PK\1\2") + 1)
    while b"sheet1.xml" not in data[at : at + 100]:
        at = data.find(b"PK\1\2", at + 1)
    data[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    assert "unpacks to more than" in complaint(bytes(data))


def test_of_merged_cells_the_first_has_the_value() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"], sheet["B2"] = "order", "1", "2"
    sheet.merge_cells("A1:A2")
    assert cells("a.xlsx", saved(book)) == [["order", "1"], ["", "2"]]


def test_the_old_binary_format_is_read() -> None:
    book = xlwt.Workbook()
    book.add_sheet("Hidden").visibility = 1
    sheet = book.add_sheet("Vendas")
    style = xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm")
    for column, value in enumerate(["João", 5511987654321, 220.5, True, 1719852447]):
        sheet.write(1, column, value)
    sheet.write(2, 0, datetime.datetime.fromisoformat("2024-07-01T12:30:00"), style)
    sheet.row(2).set_cell_error(1, "#DIV/0!")
    data = io.BytesIO()
    book.save(data)
    found = read("a.xls", io.BytesIO(data.getvalue()), USUAL)
    assert found.sheet == "Vendas"
    assert [row.cells for row in found.rows] == [
        [""] * 5,
        ["João", "5511987654321", "220.5", "true", "1719852447"],
        ["2024-07-01T12:30:00", "#DIV/0!", "", "", ""],
    ]


def test_an_old_spreadsheet_is_held_in_memory_only_if_it_is_small_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    book = xlwt.Workbook()
    book.add_sheet("July").write(0, 0, "x")
    data = io.BytesIO()
    book.save(data)
    assert cells("a.xls", data.getvalue()) == [["x"]]
    monkeypatch.setattr(xls, "MOST_BYTES", len(data.getvalue()) - 1)
    with pytest.raises(UnreadableFile, match=r"too large for an \.xls; save it as \.xlsx or CSV"):
        cells("a.xls", data.getvalue())


def test_the_old_format_without_a_visible_sheet_is_refused() -> None:
    book = xlwt.Workbook()
    book.add_sheet("Seen")
    book.add_sheet("Hidden").visibility = 1
    data = io.BytesIO()
    book.save(data)
    hidden = data.getvalue().replace(b"\0\0\4\0Seen", b"\1\0\4\0Seen")
    with pytest.raises(UnreadableFile, match="no visible sheet"):
        read("a.xls", io.BytesIO(hidden), USUAL)
