import csv
import io
import json
from collections.abc import Iterable
from decimal import Decimal
from tempfile import gettempdir

import openpyxl
import pytest
from arro3.core import Array, DataType

from ingest.maps.field_map import Map, parse
from ingest.readers.file_types import read
from ingest.readers.table import USUAL, Row
from ingest.reports import row_writers
from ingest.reports.page import PAGE_ROWS, Page, first_of
from ingest.reports.rejected import REASON, to_mend
from ingest.reports.row_writers import Sink, forms
from ingest.rows.conversion import events, read_by
from omnicapi.messages import Event, Origin, Outcome
from tests.ingest.parquet_files import parquet, texts

HEAD = ["name", "phone"]


def refusal(row: int) -> Outcome:
    return Outcome(
        stage="handle",
        verdict="rejected",
        channel="store",
        origin=Origin(row=row),
        reason="no_currency",
        message=f"F{row} is empty",
    )


def pages(*wrong: int, right: Iterable[int] = ()) -> list[Page]:
    sent = [Outcome(stage="forward", verdict="sent", channel="store", origin=Origin(row=row)) for row in right]
    outcomes = [*map(refusal, wrong), *sent]
    made = {first_of(one.origin.row or 0): Page(first_of(one.origin.row or 0)) for one in outcomes}
    for page in made.values():
        page.add(outcomes)
    return [made[first] for first in sorted(made)]


def rows(*cells: list[str]) -> list[Row]:
    return [Row(number, row) for number, row in enumerate(cells, start=1)]


def given_back(file: Iterable[Row], of: list[Page], first: int) -> list[list[str]]:
    header, found = to_mend(file, of, first)
    return [*header, *found]


def test_only_rejected_rows_come_back_behind_their_header() -> None:
    file = rows(["shop"], HEAD, ["a", "1"], ["b", "2"], ["c"])
    assert given_back(file, pages(3, 5, right=[4]), 3) == [
        ["shop"],
        [*HEAD, REASON],
        ["a", "1", "no_currency: F3 is empty"],
        ["c", "", "no_currency: F5 is empty"],
    ]


def test_the_reason_stands_beside_the_header_and_not_in_an_empty_row_below_it() -> None:
    file = rows(["shop"], HEAD, [], ["a", "1"])
    assert given_back(file, pages(4), 4)[:3] == [["shop"], [*HEAD, REASON], []]


def test_a_reason_of_before_gives_way_to_the_new_one() -> None:
    file = rows([*HEAD, REASON, "x"], ["a", "1", "old: text", "y"])
    assert given_back(file, pages(2), 2)[1] == ["a", "1", "no_currency: F2 is empty", "y"]


def test_rows_are_found_on_later_pages() -> None:
    file = [Row(1, HEAD), Row(2, ["a"]), Row(PAGE_ROWS + 3, ["b"]), Row(PAGE_ROWS * 3, ["c"])]
    found = given_back(file, pages(2, PAGE_ROWS + 3), 2)
    assert [cells[0] for cells in found[1:]] == ["a", "b"]


def written(name: str, lines: list[list[str]], delimiter: str = ";") -> bytes:
    original = io.BytesIO(delimiter.join(HEAD).encode() + b"\n" + delimiter.join("12").encode())
    table = read(name if not name.endswith("x") else "a.csv", original, USUAL)
    target = io.BytesIO()
    writer = row_writers.writer(Sink(target), forms(name)[0].ending, table, None, gettempdir())
    for line in lines:
        writer.row(line)
    writer.close()
    return target.getvalue()


LINES = [HEAD, ["=cmd()", "+5511999887766"], ["-1", "@x"], ["a;b", 'Ana\n"B"']]


def test_a_csv_file_keeps_its_delimiter_and_runs_no_formula() -> None:
    content = written("a.csv", LINES)
    assert content.startswith(b"\xef\xbb\xbf")
    found = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert found == [HEAD, ["'=cmd()", "'+5511999887766"], ["'-1", "'@x"], LINES[3]]


def test_a_spreadsheet_comes_back_as_one_with_texts_only() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(written("a.xlsx", LINES))).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == LINES
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}


def test_what_cannot_be_written_as_it_was_comes_back_as_csv() -> None:
    names = ["a.csv", "a.TSV", "a.txt", "a.xls", "a.ods", "a.xlsx", "a.csv.gz", "a.ndjson"]
    assert [forms(name)[0].ending for name in names] == [
        *(".csv", ".tsv", ".txt", ".xlsx", ".xlsx", ".xlsx", ".csv", ".csv")
    ]


FRACTIONS = {
    "1.234": Decimal("1.234"),
    "220.1": Decimal("220.1"),
    "-0.5": Decimal("-0.5"),
    "12345.678": Decimal("12345.678"),
}


@pytest.mark.parametrize("declared", [{}, {"decimal": ","}, {"decimal": "."}, {"delimiter": ";"}])
@pytest.mark.parametrize("value", FRACTIONS)
@pytest.mark.parametrize("ending", ["json", "ndjson", "xlsx", "parquet"])
def test_what_comes_back_is_read_as_it_was_by_the_map_that_read_it(
    ending: str, value: str, declared: dict[str, str]
) -> None:
    map_ = parse("store", json.dumps(MAP | declared).encode())
    original = Source(ending, float(value))
    before = original.event(map_)
    again = original.rejected(map_).event(map_)
    assert before.custom_data.value == again.custom_data.value == FRACTIONS[value]
    assert (before.custom_data.order_id, before.event_time) == (again.custom_data.order_id, again.event_time)


MAP = {
    "columns": {"EVENT_TIME": "when", "ORDER_ID": "order", "VALUE": "value"},
    "defaults": {"EVENT_NAME": "Purchase", "ACTION_SOURCE": "website", "CURRENCY": "BRL"},
}


class Source:
    """A file of one row, whose value is a number, and what comes back for it."""

    def __init__(self, ending: str, value: float = 0.0, content: bytes = b"") -> None:
        self.name = f"a.{ending}"
        self.content = content or self._made(ending, value)

    def _made(self, ending: str, value: float) -> bytes:
        row = {"when": "2024-07-01T10:00:00Z", "order": "007", "value": value}
        if ending == "json":
            return json.dumps([row]).encode()
        if ending == "ndjson":
            return json.dumps(row).encode()
        if ending == "parquet":
            number = Array([value], DataType.float64())
            return parquet({"when": texts([str(row["when"])]), "order": texts(["007"]), "value": number})
        book, data = openpyxl.Workbook(), io.BytesIO()
        for line in (list(row), list(row.values())):
            book.worksheets[0].append(line)
        book.save(data)
        return data.getvalue()

    def event(self, map_: Map) -> Event:
        [one] = events(io.BytesIO(self.content), map_, Origin(object=self.name), 0)
        assert isinstance(one, Event), one
        return one

    def rejected(self, map_: Map) -> "Source":
        table = read(self.name, io.BytesIO(self.content), read_by(map_, USUAL))
        header, row = table.rows
        data = io.BytesIO()
        writer = row_writers.writer(Sink(data), forms(self.name)[0].ending, table, map_, gettempdir())
        for cells in given_back([header, row], pages(row.number), row.number):
            writer.row(cells)
        writer.close()
        return Source(forms(self.name)[0].ending[1:], content=data.getvalue())
