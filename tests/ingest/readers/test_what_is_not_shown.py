"""Rows and columns that a spreadsheet hides, and formulas whose results it does not hold, in every format and way."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass

import openpyxl
import pytest
import xlsxwriter
import xlwt
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.cell_text import WITHOUT_RESULT
from ingest.readers.dimensions import MOST_COLUMNS, HiddenColumns
from ingest.readers.file_types import read
from ingest.readers.table import BEGINNING, USUAL, Position, Table
from tests.examples import examples
from tests.ingest.readers.test_open_document import WAYS as ODS_WAYS
from tests.ingest.readers.test_open_document import content
from tests.ingest.readers.written import ods, packed, parts
from tests.ingest.readers.xlsx.test_sheets import WAYS as XLSX_WAYS


@dataclass(frozen=True)
class Written:
    """A cell as a program writes it in either format, and what it says."""

    xlsx: str
    ods: str
    text: str


_FORMULA = ' table:formula="of:=[.A1]*2"'
CELLS = [
    Written(' t="str"><v>x</v>', ' office:value-type="string"><text:p>x</text:p>', "x"),
    Written("><v>20</v>", ' office:value-type="float" office:value="20">', "20"),
    Written("><f>A1*2</f><v>20</v>", f'{_FORMULA} office:value-type="float" office:value="20">', "20"),
    Written(' t="str"><f>IF(A1,"","")</f><v></v>', f'{_FORMULA} office:value-type="string"><text:p/>', ""),
    Written("><f>A1*2</f>", f"{_FORMULA}>", WITHOUT_RESULT),
    Written("><f>A1*2</f><v></v>", f"{_FORMULA}><text:p></text:p>", WITHOUT_RESULT),
    Written(' t="shared"><f t="shared" si="0"/><v/>', f"{_FORMULA}>", WITHOUT_RESULT),
    Written(' t="b"><f>A1=2</f>', f"{_FORMULA}>", WITHOUT_RESULT),
    Written(' s="1"><f ca="1">NOW()</f>', f"{_FORMULA}>", WITHOUT_RESULT),
    Written(' t="s"><f>A1</f><v/>', f"{_FORMULA}>", WITHOUT_RESULT),
    Written("><f>A1*2</f><v>0</v>", f'{_FORMULA} office:value-type="float" office:value="0">', "0"),
]
ROWS = st.lists(st.tuples(st.booleans(), st.lists(st.sampled_from(CELLS), max_size=4)), max_size=5)
Rows = list[tuple[bool, list[Written]]]


def in_xlsx(rows: Rows, columns: str = "", calculation: str = "") -> dict[str, str | bytes]:
    written = ""
    for number, (hidden, cells) in enumerate(rows, start=1):
        inside = "".join(f'<c r="{"ABCD"[at]}{number}"{one.xlsx}</c>' for at, one in enumerate(cells))
        hides = ' hidden="1"' if hidden else ""
        written += f'<row r="{number}" spans="1:9"{hides}>{inside}</row>'
    made = parts(written)
    sheet, book = str(made["xl/worksheets/sheet1.xml"]), str(made["xl/workbook.xml"])
    made["xl/worksheets/sheet1.xml"] = sheet.replace("<sheetData>", f"{columns}<sheetData>")
    made["xl/workbook.xml"] = book.replace("</workbook>", f"{calculation}</workbook>")
    return made


def in_ods(rows: Rows, columns: str = "") -> bytes:
    written = columns
    for hidden, cells in rows:
        inside = "".join(f"<table:table-cell{one.ods}</table:table-cell>" for one in cells)
        hides = ' table:visibility="filter"' if hidden else ""
        written += f"<table:table-row{hides}>{inside}</table:table-row>"
    return ods(written)


def table(name: str, data: bytes, start: Position = BEGINNING) -> Table:
    return read(name, io.BytesIO(data), USUAL, start)


def filled(name: str, data: bytes, start: Position = BEGINNING) -> dict[int, tuple[bool, list[str]]]:
    rows = table(name, data, start).rows
    return {row.number: (row.is_hidden, row.cells) for row in rows if any(row.cells)}


def meant(rows: Rows) -> dict[int, tuple[bool, list[str]]]:
    found = {}
    for number, (hidden, cells) in enumerate(rows, start=1):
        texts = [one.text for one in cells]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            found[number] = hidden, texts
    return found


def as_it_is(text: str) -> str:
    return text


@pytest.mark.parametrize("way", ["as it is", *(way for way in XLSX_WAYS if way != "with a formula")])
@examples(15)
@given(rows=ROWS, start=st.integers(0, 5))
def test_an_xlsx_says_what_is_hidden_and_which_results_it_lacks_however_it_is_written(
    way: str, rows: Rows, start: int
) -> None:
    made, change = in_xlsx(rows), XLSX_WAYS.get(way, as_it_is)
    made["xl/worksheets/sheet1.xml"] = change(str(made["xl/worksheets/sheet1.xml"]))
    expected = {number: row for number, row in meant(rows).items() if number >= start}
    assert filled("a.xlsx", packed(made), Position(start)) == expected


@pytest.mark.parametrize("way", ODS_WAYS)
@examples(15)
@given(rows=ROWS, start=st.integers(0, 5))
def test_an_ods_says_what_is_hidden_and_which_results_it_lacks_however_it_is_written(
    way: str, rows: Rows, start: int
) -> None:
    expected = {number: row for number, row in meant(rows).items() if number >= start}
    assert filled("a.ods", content(in_ods(rows), ODS_WAYS[way]), Position(start)) == expected


@pytest.mark.parametrize("way", [as_it_is, XLSX_WAYS["with a comment"], XLSX_WAYS["with a prefix"]])
def test_a_zero_is_no_result_in_a_workbook_that_is_to_be_recalculated(way: Callable[[str], str]) -> None:
    made = in_xlsx([(False, [CELLS[-1], CELLS[2], CELLS[1]])], calculation='<calcPr fullCalcOnLoad="1"/>')
    made["xl/worksheets/sheet1.xml"] = way(str(made["xl/worksheets/sheet1.xml"]))
    assert filled("a.xlsx", packed(made)) == {1: (False, [WITHOUT_RESULT, "20", "20"])}


def test_formulas_of_libraries_that_work_nothing_out_have_no_result() -> None:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [0, 7])
        sheet.write_formula(1, 0, "=A1*2")
        sheet.write_formula(1, 1, "=B1*2", None, 14)
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column(1, 2, None, None, {"hidden": True})
    assert filled("a.xlsx", data.getvalue()) == {1: (False, ["0", "7"]), 2: (True, [WITHOUT_RESULT, "14"])}
    assert table("a.xlsx", data.getvalue()).hidden_columns == {1, 2}

    other = openpyxl.Workbook()
    active = other.active
    assert active is not None
    active["A1"], active["B2"] = 0, "=A1*2"
    active.row_dimensions[2].hidden = True
    active.column_dimensions["B"].hidden = True
    data = io.BytesIO()
    other.save(data)
    assert filled("a.xlsx", data.getvalue()) == {1: (False, ["0"]), 2: (True, ["", WITHOUT_RESULT])}
    assert table("a.xlsx", data.getvalue()).hidden_columns == {1}


COLUMNS = {
    '<cols><col min="2" max="3" hidden="1" width="0"/><col min="5" max="5" hidden="true"/></cols>': {1, 2, 4},
    '<cols><col min="1" max="2" width="9" hidden="0"/><col min="16384" max="16384" hidden="on"/></cols>': {16383},
    '<cols><col min="9" max="99999" hidden="1"/></cols>': set(range(8, MOST_COLUMNS)),
    "<cols><col hidden='1'/></cols>": set(),
}


@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("way", [as_it_is, XLSX_WAYS["with a prefix"], XLSX_WAYS["strict"]])
def test_columns_that_an_xlsx_hides_are_known(columns: str, way: Callable[[str], str]) -> None:
    made = in_xlsx([(False, CELLS[:1])], columns)
    made["xl/worksheets/sheet1.xml"] = way(str(made["xl/worksheets/sheet1.xml"]))
    assert table("a.xlsx", packed(made)).hidden_columns == COLUMNS[columns]


HIDDEN = (
    '<table:table-column/><table:table-column table:visibility="collapse" table:number-columns-repeated="2"/>'
    '<table:table-header-columns><table:table-column table:visibility="filter"/></table:table-header-columns>'
    '<table:table-column table:number-columns-repeated="1000"/>'
)


@pytest.mark.parametrize("way", ODS_WAYS)
def test_columns_that_an_ods_hides_are_those_of_the_sheet_that_is_read(way: str) -> None:
    def with_another(text: str) -> str:
        other = '<table:table><table:table-column table:visibility="collapse"/><table:table-row/></table:table>'
        return re.sub("(?=</office:spreadsheet>)", other, text)

    data = content(content(in_ods([(False, CELLS[:1])], HIDDEN), with_another), ODS_WAYS[way])
    extra = 4 if way == "with columns" else 0
    assert table("a.ods", data).hidden_columns == {column + extra for column in (1, 2, 3)}
    assert not table("a.ods", content(in_ods([]), with_another)).hidden_columns


def test_what_an_old_spreadsheet_hides_is_known() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("July")
    for number in range(3):
        sheet.write(number, number, "x")
    sheet.row(1).hidden = True
    sheet.col(2).hidden = True
    data = io.BytesIO()
    book.save(data)
    hidden = {number: is_hidden for number, (is_hidden, _) in filled("a.xls", data.getvalue()).items()}
    assert hidden == {1: False, 2: True, 3: False}
    assert table("a.xls", data.getvalue()).hidden_columns == {2}


@given(st.lists(st.tuples(st.integers(-3, 30), st.integers(-3, 30))))
def test_hidden_columns_are_those_of_all_ranges(ranges: list[tuple[int, int]]) -> None:
    hidden = HiddenColumns()
    for first, count in ranges:
        hidden.add(first, count)
    assert hidden.found() == {column for first, count in ranges if first >= 0 for column in range(first, first + count)}
