import io
import re
import tracemalloc
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers import archive
from ingest.readers.file_types import read
from ingest.readers.open_document import xml_reader
from ingest.readers.table import BEGINNING, USUAL, Position, ReadOptions
from omnicapi.errors import UnreadableFile
from tests.examples import examples
from tests.ingest.readers.oracle import by_calamine
from tests.ingest.readers.written import ods, ods_row, packed

FILLED = '<table:table-cell office:value-type="string"{}><text:p>x</text:p></table:table-cell>'

VALUES = st.one_of(
    st.floats(-1e20, 1e20).map(lambda number: f'office:value-type="float" office:value="{number!r}"'),
    st.integers(-(10**17), 10**17).map(lambda number: f'office:value-type="currency" office:value="{number}"'),
    st.floats(0, 1).map(lambda number: f'office:value-type="percentage" office:value="{number!r}"'),
    st.booleans().map(lambda said: f'office:value-type="boolean" office:boolean-value="{str(said).lower()}"'),
    st.datetimes().map(lambda moment: f'office:value-type="date" office:date-value="{moment.isoformat()}"'),
    st.dates().map(lambda day: f'office:value-type="date" office:date-value="{day.isoformat()}"'),
    st.times().map(lambda t: f'office:value-type="time" office:time-value="PT{t:%HH%MM%S}.{t.microsecond:06}S"'),
    st.just('office:value-type="time" office:time-value="PT27H30M0S"'),
    st.just('office:value-type="string"'),
)
TEXTS = st.lists(
    st.sampled_from(["", "a", " São &amp; <text:span>Rio</text:span>", "<text:s text:c='3'/>b"]), max_size=3
)
REPEATED = st.sampled_from(["", ' table:number-columns-repeated="3"'])
EMPTY = st.sampled_from(["<table:table-cell/>", '<table:covered-table-cell table:number-columns-repeated="2"/>'])


def paragraphs(texts: list[str]) -> str:
    return "".join(f"<text:p>{text}</text:p>" for text in texts)


CELLS = EMPTY | st.builds(
    "<table:table-cell {}{}>{}</table:table-cell>".format, VALUES, REPEATED, TEXTS.map(paragraphs)
)
ROWS = st.builds(
    '<table:table-row table:number-rows-repeated="{}">{}</table:table-row>'.format,
    st.integers(1, 4),
    st.lists(CELLS, max_size=4).map("".join),
)


def filled(data: bytes, options: ReadOptions = USUAL, start: Position = BEGINNING) -> dict[int, list[str]]:
    return {row.number: row.cells for row in read("a.ods", io.BytesIO(data), options, start).rows if row.cells}


def complaint(data: bytes, options: ReadOptions = USUAL) -> str:
    with pytest.raises(UnreadableFile) as caught:
        filled(data, options)
    return str(caught.value)


@given(st.lists(ROWS, max_size=4))
def test_a_sheet_is_read_as_calamine_reads_it(rows: list[str]) -> None:
    data = ods("".join(rows))
    assert filled(data) == by_calamine(data)


def content(data: bytes, change: Callable[[str], str | bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return packed({"mimetype": "", "content.xml": change(archive.read("content.xml").decode())})


WAYS: dict[str, Callable[[str], str | bytes]] = {
    "as it is": lambda text: text,
    "with blanks between": lambda text: re.sub("(<table:table-row|</table:table>)", "\\r\\n \\1", text),
    "with columns": lambda text: text.replace(
        'table:name="July">', 'table:name="July"><table:table-column table:number-columns-repeated="4"/>'
    ),
    "with formats at the end": lambda text: text.replace(
        "</table:table>", "<calcext:conditional-formats xmlns:calcext='c'/></table:table>"
    ),
    "with a group at the end": lambda text: re.sub(
        "(<table:table-row .*</table:table-row>)", r"<table:table-row-group>\1</table:table-row-group>", text
    ),
    "with a declaration": lambda text: f'<?xml version="1.0" encoding="UTF-8"?>\n{text}',
    "in UTF-16": lambda text: text.encode("utf-16"),
    "with a comment": lambda text: text.replace("<table:table-row", "<!-- <table:table-row> --><table:table-row"),
    "with another prefix": lambda text: re.sub("(?<=[</ ])table:", "t:", text).replace(":table=", ":t="),
    "with a row that holds nothing": lambda text: text.replace("</table:table>", "<table:table-row/></table:table>"),
    "in single quotes": lambda text: text.replace('"', "'"),
}
USUAL_WAYS = list(WAYS)[:6]


@pytest.mark.parametrize("way", WAYS)
@examples(15)
@given(rows=st.lists(ROWS, max_size=4), start=st.integers(0, 8))
def test_a_sheet_says_the_same_however_it_is_written(way: str, rows: list[str], start: int) -> None:
    data = ods("".join(rows))
    found = {number: cells for number, cells in filled(data).items() if number >= start}
    assert filled(content(data, WAYS[way]), start=Position(start)) == found


@pytest.mark.parametrize("way", WAYS)
def test_usual_ways_need_no_parser(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = content(ods(ods_row("a", "b &amp; c") + ods_row("d", times=2)), WAYS[way])
    parsed: list[Any] = []
    of = xml_reader.rows

    def noting(*arguments: Any) -> Any:
        parsed.append(arguments)
        return of(*arguments)

    monkeypatch.setattr(xml_reader, "rows", noting)
    assert filled(data) == {1: ["a", "b &amp; c"], 2: ["d"], 3: ["d"]}
    assert bool(parsed) == (way not in USUAL_WAYS)


@pytest.mark.parametrize("block", [1, 50, 1000])
@pytest.mark.parametrize("way", ["as it is", "with a comment"])
def test_where_a_block_ends_does_not_matter(way: str, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    data = content(ods("".join(ods_row(f"{number} São", "x", times=number) for number in range(1, 20))), WAYS[way])
    found = filled(data)
    assert sorted(found) == list(range(1, 191))
    monkeypatch.setattr(archive, "BLOCK", block)
    assert filled(data) == found
    assert filled(data, start=Position(95)) == {number: cells for number, cells in found.items() if number >= 95}


def test_rows_are_the_same_where_reading_changes_over_to_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "BLOCK", 200)
    link = '<table:table-cell office:value-type="string"><text:p><text:a>mail</text:a></text:p></table:table-cell>'
    rows = "".join(ods_row(str(number)) for number in range(1, 10))
    data = ods(f"{rows}<table:table-row>{link}</table:table-row>{rows}")
    assert list(filled(data).values()) == [[each] for each in [*"123456789", "mail", *"123456789"]]


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("<text:p>a<text:tab/>b<text:line-break/>c</text:p>", "a\tb\nc"),  # calamine leaves both out
        ("<office:annotation><text:p>note</text:p></office:annotation><text:p>a</text:p>", "a"),
        ("<text:p>a<office:annotation><text:p>n<text:s/></text:p></office:annotation>b</text:p>", "ab"),
        (
            "<text:p>a<text:ruby><text:ruby-base>b</text:ruby-base><text:ruby-text>n</text:ruby-text></text:ruby></text:p>",
            "ab",
        ),
        ("<draw:frame xmlns:draw='d'><text:p>drawn</text:p></draw:frame> <text:p>a</text:p> ", "a"),
        ("<table:table><table:table-row><table:table-cell/></table:table-row></table:table><text:p>a</text:p>", "a"),
    ],
)
def test_what_stands_in_a_cell_beside_its_text_is_left_out(inside: str, text: str) -> None:
    cell = f'<table:table-cell office:value-type="string">{inside}</table:table-cell>'
    assert filled(ods(f"<table:table-row>{cell}{FILLED.format('')}</table:table-row>")) == {1: [text, "x"]}


def test_an_error_is_told_by_its_text() -> None:
    error = (
        '<table:table-cell office:value-type="string" office:string-value=""><text:p>#N/A</text:p></table:table-cell>'
    )
    assert filled(ods(f"<table:table-row>{error}</table:table-row>")) == {1: ["#N/A"]}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ('"time" office:time-value="PT12H99M0S"', "PT12H99M0S"),
        ('"date" office:date-value="1.7.2024"', "1.7.2024"),
        ('"float" office:value="many"', "many"),
        ('"float" office:value="inf"', "inf"),
        ('"string" office:string-value="said"', "said"),
    ],
)
def test_what_is_no_value_of_its_type_stays_as_it_is(value: str, text: str) -> None:
    row = f"<table:table-row><table:table-cell office:value-type={value}/></table:table-row>"
    assert filled(ods(row)) == {1: [text]}


def test_rows_of_groups_and_headers_count() -> None:
    rows = f"<table:table-header-rows>{ods_row('a')}</table:table-header-rows>"
    rows += (
        f"<table:table-row-group>{ods_row('b', times=2)}{ods_row('', times=5)}</table:table-row-group>{ods_row('c')}"
    )
    assert filled(ods(rows)) == {1: ["a"], 2: ["b"], 3: ["b"], 9: ["c"]}


HIDDEN = '<style:style style:name="ta1"><style:table-properties table:display="false"/></style:style>'
BEFORE = f'<table:table table:name="June" table:style-name="ta1">{ods_row("june")}</table:table>'


def test_the_first_visible_sheet_is_read_or_the_one_that_the_map_names() -> None:
    data = ods(ods_row("july"), styles=HIDDEN + '<style:style style:name="ta2"/>', tables=BEFORE)
    assert filled(data) == {1: ["july"]}
    assert filled(data, ReadOptions(sheet="june ")) == {1: ["june"]}
    assert "has no sheet 'August', which the map names; it has 'June', 'July'" in complaint(
        data, ReadOptions(sheet="August")
    )
    assert complaint(ods(ods_row("x"), styles=HIDDEN, style="ta1")) == "The spreadsheet has no visible sheet."


def test_a_sheet_is_read_up_to_its_last_text() -> None:
    repeated = FILLED.format(' table:number-columns-repeated="2"')
    data = ods(
        f"<table:table-row>{repeated}</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048574">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    found = read("a.ods", io.BytesIO(data), USUAL)
    assert found.sheet == "July"
    assert [row.cells for row in found.rows] == [["x", "x"]]


def test_repetitions_without_end_are_refused() -> None:
    wide = FILLED.format(' table:number-columns-repeated="16384"')
    rows = f'<table:table-row table:number-rows-repeated="1000000">{wide}</table:table-row>'
    assert "more than 1,000,000 cells" in complaint(ods(rows), ReadOptions(max_cells=1_000_000))
    wider = f"<table:table-row>{FILLED.format('')}{wide}</table:table-row>"
    assert "damaged" in complaint(ods(wider))
    assert "damaged" in complaint(ods(ods_row("", times=1_048_576) + ods_row("x")))
    spaces = "<text:s text:c='999999999'/>"
    assert (
        len(
            filled(
                ods(
                    f"<table:table-row><table:table-cell><text:p>{spaces}x</text:p></table:table-cell></table:table-row>"
                )
            )[1][0]
        )
        < 1000
    )


FORGIVING = ReadOptions(max_packing=10_000)


def test_documents_that_would_fill_the_memory_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "declares XML entities" in complaint(ods("", prolog='<!DOCTYPE a [<!ENTITY b "c">]>'))
    assert "is damaged" in complaint(ods("<table:table-row>"))
    assert "unpacks to more than" in complaint(ods(" " * 5_000_000))
    assert "One row or text" in complaint(ods("<table:table-row>" + "<table:table-cell/>" * 250_000), FORGIVING)
    assert "damaged" in complaint(ods("<a>" * 200 + "</a>" * 200))
    assert "damaged" in complaint(ods("", tables="<table:table></table:table>" * 20_000), ReadOptions(sheet="August"))


def test_what_comes_after_the_sheet_is_not_looked_at_but_must_be_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "BLOCK", 500)
    data = bytearray(ods(ods_row("x") + "</table:table><table:table>" + ods_row("y") * 500))
    assert filled(bytes(data)) == {1: ["x"]}


def test_long_values_are_not_remembered() -> None:
    texts = [f"{number}{'x' * 1_000_000}" for number in range(20)]
    said = 'office:value-type="string" office:string-value'
    rows = "".join(f'<table:table-row><table:table-cell {said}="{text}"/></table:table-row>' for text in texts)
    data = ods(rows)
    held = []
    tracemalloc.start()
    for row in read("a.ods", io.BytesIO(data), ReadOptions(max_packing=2000)).rows:
        assert row.cells == [texts[row.number - 1]]
        held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert max(held) < 15_000_000
