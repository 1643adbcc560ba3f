"""Reading in any pieces is reading at once, whatever the format, the encoding and the line ends."""

import csv
import gzip
import io
import json
import zipfile

import msgspec
import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.file_types import read
from ingest.readers.table import BEGINNING, USUAL, Position, ReadOptions, Row
from tests.examples import examples
from tests.ingest.parquet_files import as_texts
from tests.ingest.readers.written import ods, ods_row

CELLS = st.text("abc019 áéçã東\"';,\n\r|", max_size=10)
TABLES = st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=12)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32-le", "gb18030"])


def delimited(table: list[list[str]], line_end: str) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator=line_end, quoting=csv.QUOTE_ALL).writerows(table)
    return text.getvalue()


def rows(name: str, data: bytes, options: ReadOptions = USUAL, start: Position = BEGINNING) -> list[Row]:
    return list(read(name, io.BytesIO(data), options, start).rows)


def assert_pieces_are_the_whole(name: str, data: bytes, options: ReadOptions = USUAL) -> None:
    whole = rows(name, data, options)
    for index, row in enumerate(whole):
        assert rows(name, data, options, row.position) == whole[index:]
        assert rows(name, data, options, Position(row.number)) == whole[index:]


@given(TABLES, ENCODINGS, st.sampled_from(["\n", "\r\n", "\r"]))
def test_delimited_text_in_pieces_is_the_whole(table: list[list[str]], encoding: str, line_end: str) -> None:
    options = ReadOptions(delimiter=";", encoding=encoding)
    data = delimited(table, line_end).encode(encoding)
    assert_pieces_are_the_whole("a.csv", data, options)
    assert [row.cells for row in rows("a.csv", data, options)] == table


@given(TABLES)
def test_packed_text_in_pieces_is_the_whole(table: list[list[str]]) -> None:
    data = delimited(table, "\n").encode()
    assert_pieces_are_the_whole("a.csv.gz", gzip.compress(data), ReadOptions(delimiter=";"))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.csv", data)
    assert_pieces_are_the_whole("a.zip", archive.getvalue(), ReadOptions(delimiter=";"))


@given(st.lists(st.dictionaries(st.sampled_from(["a", "b", "ç"]), CELLS, min_size=1), min_size=1, max_size=8))
def test_json_in_pieces_is_the_whole(objects: list[dict[str, str]]) -> None:
    assert_pieces_are_the_whole("a.ndjson", "\n".join(map(json.dumps, objects)).encode())
    assert_pieces_are_the_whole("a.json", json.dumps(objects).encode())


@examples(3)
@given(st.lists(st.lists(CELLS.filter(str.strip), min_size=2, max_size=2), min_size=1, max_size=5))
def test_parquet_in_pieces_is_the_whole(table: list[list[str]]) -> None:
    data = as_texts([["a", "b"], *table])
    assert_pieces_are_the_whole("a.parquet", data)
    assert [row.cells for row in rows("a.parquet", data)] == [["a", "b"], *table]


@given(TABLES)
@examples(30)
def test_a_spreadsheet_in_pieces_is_the_whole(table: list[list[str]]) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for number, cells in enumerate(table):
        sheet.append(cells if number % 3 else [])
    data = io.BytesIO()
    book.save(data)
    assert_pieces_are_the_whole("a.xlsx", data.getvalue())
    assert_pieces_are_the_whole("a.xlsx.gz", gzip.compress(data.getvalue()))
    assert_pieces_are_the_whole(
        "a.ods", ods("".join(ods_row(*(cells if number % 3 else [])) for number, cells in enumerate(table)))
    )


def test_what_is_found_at_the_beginning_holds_in_every_piece() -> None:
    # Alone the last rows would be taken for comma separated UTF-8 of one column less.
    data = "nome;total;cidade\n".encode("cp1252") + "João;1,50;São Paulo\n".encode("cp1252") * 5 + b"Ana;1,50;\n"
    whole = rows("a.csv", data)
    assert rows("a.csv", data, start=whole[-1].position) == whole[-1:]
    assert whole[-1].cells == ["Ana", "1,50", ""]


def test_a_position_can_be_stored() -> None:
    position = rows("a.csv", b"a;b\nc;d\n")[1].position
    assert position == Position(2, 4)
    assert msgspec.json.decode(msgspec.json.encode(position), type=Position) == position
