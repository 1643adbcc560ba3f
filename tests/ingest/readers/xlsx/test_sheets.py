"""Sheets are read as calamine reads them, however they are written."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers import archive
from ingest.readers.file_types import read
from ingest.readers.table import BEGINNING, USUAL, Position, ReadOptions, Row
from ingest.readers.xlsx import xml_reader
from ingest.readers.xlsx.cells import Meaning
from omnicapi.errors import UnreadableFile
from tests.examples import examples
from tests.ingest.readers.oracle import by_calamine
from tests.ingest.readers.written import DAY, DURATION, MAIN, STRICT, cell, letters, packed, parts, shared, xlsx

TEXTS = [
    "",
    "Purchase",
    "São Paulo & <Rio>",
    "  as it is ",
    "two\nlines",
    "a_x000D_b",
    "_x005F_x000D_",
    "東京 🎉",
    "#N/A",
]
Cell = tuple[str, str, str]
"""Type, value, style."""

CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.tuples(st.just("s"), st.integers(0, len(TEXTS) - 1).map(str), st.just("")),
    st.tuples(
        st.sampled_from(["str", "inlineStr"]),
        st.sampled_from([text for text in TEXTS if "\n" not in text]),
        st.just(""),
    ),
    st.tuples(st.just("b"), st.sampled_from(["0", "1"]), st.just("")),
    st.tuples(st.just("n"), st.integers(-(10**17), 10**17).map(str), st.just("")),
    st.tuples(st.just("n"), st.floats(-1e20, 1e20).map(repr), st.sampled_from(["", "0"])),
    st.tuples(st.just("n"), st.floats(0, 2_950_000).map(repr), st.sampled_from([DAY, DURATION])),
    st.tuples(st.just("n"), st.integers(0, 2_950_000).map(str), st.sampled_from([DAY, DURATION])),
)
SHEETS = st.dictionaries(st.integers(1, 40), st.dictionaries(st.integers(0, 30), CELLS, max_size=5), max_size=6)
Sheet = dict[int, dict[int, Cell]]


def written(sheet: Sheet) -> str:
    return "".join(
        f'<row r="{number}" spans="1:9">'
        + "".join(cell(f"{letters(column)}{number}", *cells[column]) for column in sorted(cells))
        + "</row>"
        for number, cells in sorted(sheet.items())
    )


def rows(data: bytes, start: Position = BEGINNING, options: ReadOptions = USUAL) -> list[Row]:
    return list(read("a.xlsx", io.BytesIO(data), options, start).rows)


def filled(data: bytes) -> dict[int, list[str]]:
    return {row.number: row.cells for row in rows(data) if row.cells}


def with_sheet(change: Callable[[str], str]) -> Callable[[str, str], bytes]:
    def make(rows: str, texts: str) -> bytes:
        made = parts(rows, texts)
        for name in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"):
            made[name] = change(str(made[name]))
        return packed(made)

    return make


def prefixed(text: str) -> str:
    """Give every element the prefix ``x``, as some libraries do."""
    return re.sub("<(/?)([a-zA-Z])", r"<\1x:\2", text).replace("xmlns=", "xmlns:x=")


WAYS: dict[str, Callable[[str], str]] = {
    "with a prefix": prefixed,
    "strict": lambda text: text.replace(MAIN, STRICT),
    "with blanks between": lambda text: re.sub("(</row>|</si>|<sst[^>]*>)", "\\1\r\n  ", text),
    "with other attributes": lambda text: text.replace(
        ' spans="1:9"', ' spans="1:9" s="12" customFormat="1" ht="12.8" x:dyDescent="0.2"'
    ),
    "with a formula": lambda text: re.sub(r"(<c [^>]*>)<v>", r'\1<f t="shared" si="0">A1+1</f><v>', text),
    "with a comment": lambda text: text.replace("<row", "<!-- a row --><row").replace("<si>", "<!-- <si> --><si>"),
    "with two names for one namespace": lambda text: text.replace(
        f'xmlns="{MAIN}"', f'xmlns="{MAIN}" xmlns:x="{MAIN}"'
    ),
    "in small letters": lambda text: re.sub(r'(<c r="\w+)', lambda found: found[1].lower(), text),
    "as CDATA": lambda text: re.sub("<v>([^<&]*)</v>", r"<v><![CDATA[\1]]></v>", text),
    "in another order": lambda text: re.sub(r'<c r="(\w+)" t="(\w+)"', r'<c t="\2" r="\1"', text),
    "with the style last": lambda text: re.sub(r'(<c r="\w+") s="(\d)">', r'\1 t="n" s="\2">', text),
    "with others before": lambda text: re.sub(r'(<c r="\w+") ([st]=)', r'\1 cm="1" \2', text),
    "in single quotes": lambda text: text.replace('"', "'"),
    "with phonetic text": lambda text: text.replace("</t></", '</t><rPh sb="0" eb="1"><t>サ</t></rPh></'),
    "as rich text": lambda text: re.sub(r"(<t [^>]*>[^<]*</t>)", r"<r><rPr><b/></rPr>\1</r>", text),
    "with references to characters": lambda text: text.replace(" &amp; ", "&#32;&#x26; "),
    "with what comes after": lambda text: text.replace("</sheetData>", "</sheetData><extLst><row r='1'/></extLst>"),
}

USUAL_WAYS = (
    "with a prefix",
    "strict",
    "with two names for one namespace",
    "with blanks between",
    "with other attributes",
    "with a formula",
    "with references to characters",
    "with what comes after",
)


@given(SHEETS, st.booleans())
def test_a_sheet_is_read_as_calamine_reads_it(sheet: Sheet, from_1904: bool) -> None:
    data = xlsx(written(sheet), "".join(map(shared, TEXTS)), from_1904=from_1904)
    assert filled(data) == by_calamine(data)


@pytest.mark.parametrize("way", WAYS)
@examples(15)
@given(sheet=SHEETS)
def test_a_sheet_says_the_same_however_it_is_written(way: str, sheet: Sheet) -> None:
    rows, texts = written(sheet), "".join(map(shared, TEXTS))
    data = with_sheet(WAYS[way])(rows, texts)
    assert filled(data) == filled(xlsx(rows, texts))


def noting(calls: list[Any], of: Callable[..., Any]) -> Callable[..., Any]:
    def noted(*arguments: Any) -> Any:
        calls.append(arguments)
        return of(*arguments)

    return noted


@pytest.mark.parametrize("way", WAYS)
def test_usual_ways_need_no_parser(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[Any] = []
    for of in (xml_reader.rows, xml_reader.texts):
        monkeypatch.setattr(xml_reader, of.__name__, noting(parsed, of))
    sheet = "".join(cell(f"A{row}", "s", str(row)).join((f'<row r="{row}" spans="1:9">', "</row>")) for row in (1, 2))
    sheet += '<row r="3" spans="1:9">' + cell("A3", "inlineStr", "x") + cell("B3", "n", "5", DAY) + "</row>"
    data = with_sheet(WAYS[way])(sheet, "".join(map(shared, TEXTS)))
    assert filled(data) == {1: ["Purchase"], 2: ["São Paulo & <Rio>"], 3: ["x", "1900-01-05"]}
    assert bool(parsed) == (way not in USUAL_WAYS)


@pytest.mark.parametrize("block", [1, 7, 64, 1000])
@pytest.mark.parametrize("way", ["with blanks between", "as CDATA"])
def test_where_a_block_ends_does_not_matter(way: str, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = {row: {0: ("s", str(row % 9), ""), 1: ("inlineStr", "東京 & 🎉", "")} for row in range(1, 20)}
    rows, texts = written(sheet), "".join(map(shared, TEXTS))
    found = filled(xlsx(rows, texts))
    monkeypatch.setattr(archive, "BLOCK", block)
    assert filled(with_sheet(WAYS[way])(rows, texts)) == found


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>", {1: ["1", "2"], 2: ["3"]}),
        ('<row r="4"><c><v>1</v></c><c r="D4"><v>2</v></c><c><v>3</v></c></row>', {4: ["1", "", "", "2", "3"]}),
        ('<row><c r="B7"><v>1</v></c></row><row><c><v>2</v></c></row>', {7: ["", "1"], 8: ["2"]}),
        (
            '<row r="2"/><row r="3"><c r="A3"/><c r="B3" s="1"></c></row><row r="5"><c r="A5"><v>1</v></c></row>',
            {5: ["1"]},
        ),
        (
            '<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>',
            {1: ["#N/A", "#DIV/0!"]},
        ),
        ('<row r="1"><c r="A1" t="d"><v>2024-07-01T12:30:00</v></c></row>', {1: ["2024-07-01T12:30:00"]}),
        (
            '<row r="1"><c r="A1"><v>1E3</v></c><c r="B1"><v>007</v></c><c r="C1"><v>n/a</v></c></row>',
            {1: ["1000", "7", "n/a"]},
        ),
        ('<row r="1"><c r="A1"><v>1e999</v></c><c r="B1" s="1"><v>-1</v></c></row>', {1: ["1e999", "-1"]}),
        ('<row r="1"><c r="A1" s="1"><v>3e6</v></c><c r="B1" s="1"><v>x</v></c></row>', {1: ["3000000", "x"]}),
        (
            '<row r="1"><c r="A1" s="2"><v>1e300</v></c><c r="B1" s="2"><v>1.5</v></c></row>',
            {1: [f"{10**300}", "1 day, 12:00:00"]},
        ),
        ('<row r="1"><c r="A1" t="str"><v>a_xD800_b_x0000_</v></c></row>', {1: ["a_xD800_b_x0000_"]}),
        ('<row r="1"><c r="B1"><v>2</v></c><c r="A1"><v>1</v></c></row>', {1: ["1", "2"]}),
        ("", {}),
    ],
)
def test_what_programs_write_besides(written: str, found: dict[int, list[str]]) -> None:
    assert filled(xlsx(written)) == found


@pytest.mark.parametrize(
    "written",
    [
        '<row r="3"><c r="A3"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>',
        '<row r="2"><c r="A2"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>',
        '<row r="0"><c r="A0"><v>1</v></c></row>',
        '<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
        '<row r="1"><c r="XFE1"><v>1</v></c></row>',
        '<row r="1"><c r="1"><v>1</v></c></row>',
        '<row r="1"><c r="A"><v>1</v></c></row>',
        '<row r="1"><c r="A2"><v>1</v></c></row>',
        '<row r="x"><c><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>9</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>x</v></c></row>',
        '<row r="1"><c t="s"><v>9</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></row>',
        '<row r="1"><c r="A1"><v>&nbsp;</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>&#55296;</v></c></row>',
        "<row><c><v>" + "<a>" * 200 + "</a>" * 200 + "</v></c></row>",
    ],
)
@pytest.mark.parametrize("block", [archive.BLOCK, 16])
def test_what_cannot_be_right_is_damaged(written: str, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "BLOCK", block)
    with pytest.raises(UnreadableFile, match="damaged"):
        rows(xlsx(written, shared("a")))


@pytest.mark.parametrize("missing", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_a_part_that_is_missing_is_damage(missing: str) -> None:
    made = parts('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', shared("a"))
    del made[missing]
    with pytest.raises(UnreadableFile, match="damaged"):
        rows(packed(made))


def test_what_need_not_be_there_need_not() -> None:
    made = parts('<row r="1"><c r="A1" s="1"><v>45000</v></c></row>')
    for part in ("xl/styles.xml", "xl/sharedStrings.xml", "_rels/.rels", "[Content_Types].xml"):
        del made[part]
    assert filled(packed(made)) == {1: ["45000"]}


def test_folders_may_be_written_with_backslashes() -> None:
    made = parts('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', shared("a"))
    assert filled(packed({name.replace("/", "\\"): content for name, content in made.items()})) == {1: ["a"]}


def test_a_document_in_another_encoding_is_read() -> None:
    made = parts('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', shared("São"))
    for part in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"):
        made[part] = str(made[part]).encode("utf-16")
    assert filled(packed(made)) == {1: ["São"]}
    made["xl/sharedStrings.xml"] = (
        f'<?xml version="1.0" encoding="iso-8859-1"?><sst xmlns="{MAIN}">{shared("São")}</sst>'.encode("latin-1")
    )
    assert filled(packed(made)) == {1: ["São"]}
    made["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{shared("São")}</sst>'.encode("latin-1")
    with pytest.raises(UnreadableFile, match="damaged"):
        filled(packed(made))
    made["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{shared("a") * 500}{shared("São")}</sst>'.encode("latin-1")
    with pytest.raises(UnreadableFile, match="damaged"):
        filled(packed(made))


def test_a_part_that_is_cut_off_is_damaged() -> None:
    for rest in ('<row r="1"><c r="A1"><v>1</v></c></row>' * 500, '<!-- --><row r="1"><c r="A1"><v>1</v></c></row>'):
        made = parts("")
        made["xl/worksheets/sheet1.xml"] = f'<worksheet xmlns="{MAIN}"><sheetData>{rest}'
        with pytest.raises(UnreadableFile, match="damaged"):
            filled(packed(made))


def test_a_workbook_that_would_fill_the_memory_is_refused() -> None:
    made = parts("")
    made["xl/styles.xml"] = "<s>" * 200 + "</s>" * 200
    with pytest.raises(UnreadableFile, match="damaged"):
        rows(packed(made))
    made["xl/styles.xml"] = "<s>" + " " * 5_000_000 + "</s>"
    with pytest.raises(UnreadableFile, match="more than 4,000,000 bytes"):
        rows(packed(made), options=ReadOptions(max_packing=10_000))


def test_a_row_that_never_ends_is_refused_before_it_fills_the_memory() -> None:
    for row in ('<row r="1">' + "<c/>" * 1_100_000, '<row r="1"><c r="A1" t="str"><v>' + "x" * 4_400_000):
        for comment in ("", "<!-- unusual -->"):
            with pytest.raises(UnreadableFile, match="One row or text of the spreadsheet has more than"):
                rows(xlsx(comment + row), options=ReadOptions(max_packing=10_000))


def test_a_directory_of_parts_that_would_fill_the_memory_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_DIRECTORY", 10_000)
    made = parts("")
    assert rows(packed(made)) == []
    with pytest.raises(UnreadableFile, match="damaged"):
        rows(packed({**made, **{f"xl/media/{number}.png": "" for number in range(200)}}))


def test_passing_over_rows_looks_at_none_of_their_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "BLOCK", 2000)
    data = xlsx(written({row: {0: ("inlineStr", str(row), "")} for row in range(1, 2001)}))
    read_cells: list[Any] = []
    monkeypatch.setattr(Meaning, "text_of", noting(read_cells, Meaning.text_of))
    assert [row.cells for row in rows(data, Position(1990))] == [[str(row)] for row in range(1990, 2001)]
    assert len(read_cells) < 100
