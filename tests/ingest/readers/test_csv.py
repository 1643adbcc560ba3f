import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.csv import DELIMITERS, MAX_CELL, find_delimiter, split
from ingest.readers.file_types import read
from ingest.readers.lines import MAX_LINE
from ingest.readers.table import USUAL, ReadOptions
from omnicapi.errors import UnreadableFile

cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff\0"), max_size=12)
tables = st.lists(st.lists(cells, min_size=1, max_size=6), min_size=1, max_size=8)
plain = st.text("abcXYZ019 áéç-_.@/'\"\n", max_size=8)


@st.composite
def dialects(draw: st.DrawFn) -> dict[str, object]:
    return {
        "delimiter": draw(st.sampled_from([",", ";", "\t", "|", "^", "~", ":", "§", "a", " "])),
        "lineterminator": draw(st.sampled_from(["\r\n", "\n", "\r"])),
        "quoting": draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC])),
    }


def written(table: list[list[str]], dialect: dict[str, object]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, **dialect).writerows(table)  # type: ignore[arg-type]  # drawn keywords
    return text.getvalue()


def rows(data: bytes, options: ReadOptions = USUAL) -> list[list[str]]:
    found = list(read("a.csv", io.BytesIO(data), options).rows)
    assert [row.number for row in found] == list(range(1, len(found) + 1))
    return [row.cells for row in found]


@given(tables, dialects(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32-be"]))
def test_whatever_the_csv_module_writes_is_read_back(
    table: list[list[str]], dialect: dict[str, object], encoding: str
) -> None:
    # csv cannot tell an empty line from a row of one empty cell, nor a bare carriage return in a cell from a new row.
    table = [[cell.replace("\r", " ") for cell in row] for row in table if row != [""]]
    if dialect["lineterminator"] == "\r":
        dialect["quoting"] = csv.QUOTE_ALL
    data = written(table, dialect).encode(encoding)
    declared = ReadOptions(delimiter=str(dialect["delimiter"]), encoding=encoding.replace("utf-8-sig", "utf-8"))
    assert [row for row in rows(data, declared) if row] == table


@given(
    st.lists(st.text(st.sampled_from('ab;,\t"\\ é\0\v\x85\u2028'), max_size=8)),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(";,\t"),
    st.sampled_from([None, "\\"]),
)
def test_lines_are_split_exactly_as_the_csv_module_does(
    lines: list[str], end: str, delimiter: str, escape: str | None
) -> None:
    ended = [line + end for line in lines]
    expected = list(csv.reader(ended, delimiter=delimiter, escapechar=escape))
    assert list(split(iter(ended), delimiter, escape)) == expected


def test_a_line_is_taken_when_its_row_is_asked_for() -> None:
    lines = iter(["a;b\n", '"c";d\n', "e\n"])
    cells = split(lines, ";")
    assert next(cells) == ["a", "b"]
    assert next(cells) == ["c", "d"]
    assert next(lines) == "e\n"


@given(
    st.sampled_from([delimiter for group in DELIMITERS for delimiter in group]),
    st.integers(2, 8).flatmap(
        lambda width: st.lists(st.lists(plain, min_size=width, max_size=width), min_size=1, max_size=10)
    ),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_the_delimiter_of_an_even_table_is_found(delimiter: str, table: list[list[str]], quoting: int) -> None:
    data = written(table, {"delimiter": delimiter, "lineterminator": "\r\n", "quoting": quoting})
    assert find_delimiter(data) == delimiter


def test_values_that_hold_other_delimiters_do_not_mislead() -> None:
    agent = '"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"'
    head = "event_name;event_time;user_agent;url\n"
    assert find_delimiter(head + f"Purchase;1719852447;{agent};https://a.example/?b,c\n" * 3) == ";"
    assert find_delimiter("2024-07-01T12:30:00Z,220.00\n" * 3) == ","
    assert find_delimiter("a;1,50;2,50;3,50\n" * 3) == ";"
    assert find_delimiter("one column\nonly\n") == ","
    assert find_delimiter("") == ","


def test_the_maps_width_settles_a_doubtful_case() -> None:
    sample = "a,b,c;1\nd,e,f;2\n"
    assert find_delimiter(sample) == ","
    assert find_delimiter(sample, width=2) == ","
    assert find_delimiter("a;b,c\nd;e,f\n", width=2) == ";"


def test_embedded_line_breaks_make_one_row() -> None:
    assert rows(b'a,"b\nc\r\nd",e\r\n1,2,3\r\n') == [["a", "b\nc\r\nd", "e"], ["1", "2", "3"]]


def test_empty_lines_count_as_rows() -> None:
    assert rows(b"a;b\n\n;\nc;d\n") == [["a", "b"], [], ["", ""], ["c", "d"]]


class Counting(io.BytesIO):
    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data


def test_a_large_file_is_read_as_it_is_taken() -> None:
    stream = Counting(b"Purchase;1719852447;physical_store\n" * 200_000)
    table = read("a.csv", stream, ReadOptions()).rows
    next(table)
    assert stream.taken < 600_000
    assert sum(1 for _ in table) == 199_999


def test_an_accent_after_the_sample_is_still_read_right() -> None:
    data = b"a;b\n" * 200_000 + "São Paulo;José\n".encode("cp1252")
    assert rows(data)[-1] == ["São Paulo", "José"]


def test_a_quotation_mark_that_never_closes_is_told_with_its_row() -> None:
    data = b'a;b\nc;"d\n' + b"e;f\n" * MAX_CELL
    with pytest.raises(UnreadableFile, match=r"Row 2 cannot be read: .* never closed"):
        rows(data)


def test_a_file_that_is_not_in_its_declared_encoding_is_told_with_its_row() -> None:
    with pytest.raises(UnreadableFile, match=r"Row 1 .* is not in ascii"):
        rows("a;é\n".encode(), ReadOptions(encoding="ascii"))


def test_a_spreadsheet_under_a_text_files_name_is_told() -> None:
    with pytest.raises(UnreadableFile, match=r"name it \.xlsx"):
        rows(b"PK\x03\x04....")


@pytest.mark.parametrize("name", ["a.CSV", "incoming/b.tsv", "c.txt"])
def test_text_files_have_several_endings(name: str) -> None:
    assert [row.cells for row in read(name, io.BytesIO(b"a\tb\n"), ReadOptions()).rows] == [["a", "b"]]


@pytest.mark.parametrize(("name", "what"), [("a.pdf", r"ends in \.pdf"), ("csv", "has no ending")])
def test_other_files_are_refused_with_the_endings_that_are_read(name: str, what: str) -> None:
    with pytest.raises(UnreadableFile, match=rf"{what}; .*\.csv, \.tsv, .*\.gz or \.zip"):
        read(name, io.BytesIO(), ReadOptions())


def test_nul_characters_are_left_out() -> None:
    assert rows(b"a;b\0\0\n\0c;d\n" + b"e;f\n" * 20)[:2] == [["a", "b"], ["c", "d"]]


def test_a_first_line_can_declare_the_delimiter_to_excel() -> None:
    assert rows(b"sep=,\r\na;b,c\r\n")[1:] == [["a;b", "c"]]


def test_a_line_that_never_ends_is_refused_before_it_fills_the_memory() -> None:
    stream = Counting(b"x" * (MAX_LINE * 2))
    with pytest.raises(UnreadableFile, match="a line of more than"):
        list(read("a.csv", stream, USUAL).rows)
    assert stream.taken < MAX_LINE * 1.2


@pytest.mark.parametrize(
    ("data", "before"),
    [
        (b'a;b\n1;"2\n3;4\n5;6\n', 1),
        (b'a;b\n1;2\n3;"4', 2),
        (b'a;b\n1;2\n"\n', 2),
        (b'a;b\n1;2\n3;"4""\n', 2),
        ('a;b\n1;2\n3;"4\n5;6\n'.encode("utf-16"), 2),
    ],
)
def test_a_quotation_mark_that_nothing_closes_takes_no_rows_in_unnoticed(data: bytes, before: int) -> None:
    found = read("a.csv", io.BytesIO(data), USUAL).rows
    assert [next(found).number for _ in range(before)] == list(range(1, before + 1))
    with pytest.raises(UnreadableFile, match=rf"Row {before + 1} cannot be read: .*opened and never closed"):
        next(found)


@pytest.mark.parametrize("end", [b'3;"4"', b'3;"4"\n', b'3;"4\n"\r\n', b'3;"4"" "', b"3;4\0", b'3;4"', b"", b"\n\n"])
def test_a_file_that_ends_in_its_last_cell_is_read_to_its_end(end: bytes) -> None:
    found = [row.cells for row in read("a.csv", io.BytesIO(b"a;b\n1;2\n" + end), USUAL).rows]
    assert found[:2] == [["a", "b"], ["1", "2"]]
    assert [len(cells) for cells in found[2:] if any(cells)] == ([2] if b"4" in end else [])


@pytest.mark.parametrize("first", ['"a,b,c";"d"', '"";"b"', '\r\n"a ""x"", y, z";"b"', '"a\n,b,";"c"'])
def test_what_follows_a_first_cell_in_quotation_marks_is_the_delimiter(first: str) -> None:
    assert read("a.csv", io.BytesIO(f"{first}\r\n1,2,3;4,5,6\r\n".encode()), USUAL).delimiter == ";"


@pytest.mark.parametrize("first", ['"a" "b";c', '"a";', '"a,b,c"'])
def test_a_first_cell_that_no_usual_delimiter_follows_tells_nothing(first: str) -> None:
    found = read("a.csv", io.BytesIO(f"{first}\r\n1;2\r\n3;4\r\n".encode()), USUAL)
    assert found.delimiter == ";"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"{\\rtf1 hello}", "word processor"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><a/>", "XML"),
        (b"\r\n<!DOCTYPE html><p>", "web page"),
        (b'[{"Email": "a@b.example"}]', "JSON"),
    ],
)
def test_a_document_under_a_text_files_name_is_told(content: bytes, kind: str) -> None:
    with pytest.raises(UnreadableFile, match=kind):
        read("a.csv", io.BytesIO(content), USUAL)
