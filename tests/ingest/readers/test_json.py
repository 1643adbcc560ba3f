import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.elements import elements
from ingest.readers.file_types import read
from ingest.readers.lines import MAX_LINE
from ingest.readers.objects import DEEPEST, MOST_KEYS
from ingest.readers.table import USUAL, ReadOptions, Row
from ingest.values.convert import Numeral
from omnicapi.errors import UnreadableFile

ORDER = {
    "event_name": "Purchase",
    "when": 1719852447,
    "total": {"value": 220.10, "currency": "BRL"},
    "emails": ["a@b.example", "c@d.example"],
    "items": [{"id": "sku1", "quantity": 2}],
    "ok": True,
    "nothing": None,
}
HEADER = ["event_name", "when", "total.value", "total.currency", "emails", "items", "ok", "nothing"]
CELLS = [
    "Purchase",
    "1719852447",
    "220.1",
    "BRL",
    "a@b.example|c@d.example",
    '[{"id":"sku1","quantity":2}]',
    "true",
    "",
]


def rows(name: str, text: str | bytes, options: ReadOptions = USUAL) -> list[Row]:
    data = text.encode() if isinstance(text, str) else text
    return list(read(name, io.BytesIO(data), options).rows)


def cells(name: str, text: str | bytes, options: ReadOptions = USUAL) -> list[list[str]]:
    return [row.cells for row in rows(name, text, options)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ndjson", json.dumps(ORDER)),
        ("a.jsonl", json.dumps(ORDER) + "\r\n"),
        ("a.json", json.dumps([ORDER])),
        ("a.json", json.dumps([ORDER], indent=2)),
        ("a.json", json.dumps({"shop": {"name": "x"}, "orders": [ORDER], "next": None})),
        ("a.json", json.dumps(ORDER | {"emails": "a@b.example|c@d.example", "items": None})),
        ("a.json", json.dumps(ORDER) + "\n" + json.dumps(ORDER)),
    ],
)
def test_keys_are_the_header_and_objects_the_rows(name: str, text: str) -> None:
    header, first, *_ = rows(name, text)
    assert (header.number, header.cells) == (0, HEADER)
    expected = CELLS if "sku1" in text else [*CELLS[:5], "", *CELLS[6:]]
    assert (first.number, first.cells) == (1, expected)


def test_digits_of_numbers_stay_as_written() -> None:
    text = '{"a": 12345678901234567890, "b": 0.10, "c": 1.0}\n'
    assert cells("a.ndjson", text)[1] == cells("a.json", f"[{text}]")[1] == ["12345678901234567890", "0.10", "1.0"]


def test_a_number_has_a_decimal_point_whatever_maps_declare() -> None:
    [_, row] = cells("a.ndjson", '{"a": 1.234, "b": "1.234"}')
    assert [isinstance(cell, Numeral) for cell in row] == [True, False]


def test_rows_of_ndjson_are_numbered_as_its_lines() -> None:
    found = rows("a.ndjson", '{"a": 1}\n\n{"a": 2}\n')
    assert [(row.number, row.cells) for row in found] == [(0, ["a"]), (1, ["1"]), (2, []), (3, ["2"])]


@pytest.mark.parametrize("line", ['{"a": 1', "plain", "[1]", "7", "1e999999999"])
def test_a_line_that_is_no_object_is_that_rows_fault_alone(line: str) -> None:
    _, good, bad, after = rows("a.ndjson", '{"a": 1}\n' + line + '\n{"a": 2}\n')
    assert (good.fault, after.cells) == (None, ["2"])
    assert bad.cells == []
    assert bad.fault is not None
    assert "no JSON object" in bad.fault
    assert line not in bad.fault


def test_an_element_that_is_no_object_is_that_rows_fault_alone() -> None:
    _, good, bad, after = rows("a.json", '[{"a": 1}, 5, {"a": 2}]')
    assert (good.cells, bad.cells, after.cells) == (["1"], [], ["2"])
    assert bad.fault is not None


def test_a_key_that_comes_late_is_found_where_the_map_names_it() -> None:
    early = json.dumps({"a": "x" * 1000}) + "\n"
    text = early * 1000 + '{"a": "y", "Late Key": "z", "other": 1}\n'
    assert cells("a.ndjson", text, ReadOptions(names=["late_key"]))[-1] == ["y", "z"]
    listed = "[" + ",".join(text.splitlines()) + "]"
    assert cells("a.json", listed, ReadOptions(names=["late_key"]))[-1] == ["y", "z"]


def test_a_file_cut_off_is_told() -> None:
    for text in ('[{"a": 1}, {"a": ', '[{"a": 1}, {"a": "', '[{"a": 1}', '[{"a": 1}, 5', '{"a": [1, '):
        with pytest.raises(UnreadableFile, match="ends in the middle"):
            rows("a.json", text)


def test_json_is_utf8() -> None:
    with pytest.raises(UnreadableFile, match=r"in utf-16-le; JSON is UTF-8"):
        rows("a.json", json.dumps([ORDER]).encode("utf-16"))
    assert cells("a.json", b"\xef\xbb\xbf" + json.dumps([ORDER]).encode())[1] == CELLS
    assert cells("a.ndjson", json.dumps(ORDER).encode("utf-16"))[1] == CELLS


def test_nesting_ends_somewhere() -> None:
    deep: object = "x"
    for _ in range(DEEPEST + 3):
        deep = {"k": deep}
    [header, row] = cells("a.json", json.dumps([deep]))
    assert header == [".".join("k" * DEEPEST)]
    assert json.loads(row[0]) == {"k": {"k": {"k": "x"}}}


def test_values_where_keys_belong_do_not_fill_the_memory() -> None:
    text = "".join(json.dumps({f"k{number}": 1}) + "\n" for number in range(3 * MOST_KEYS))
    assert len(cells("a.ndjson", text)[0]) == MOST_KEYS


def test_an_object_that_never_ends_is_refused_before_it_fills_the_memory() -> None:
    with pytest.raises(UnreadableFile, match="One object of the file has more than"):
        rows("a.json", b'[{"a": "' + b"x" * (MAX_LINE + 10**6))


@pytest.mark.parametrize("depth", [100_000])
def test_brackets_without_end_are_a_fault_and_not_a_crash(depth: int) -> None:
    _, row = rows("a.ndjson", '{"a":' * depth + "1" + "}" * depth)
    assert row.fault is not None
    _, row = rows("a.json", "[" + '{"a":' * depth + "1" + "}" * depth + "]")
    assert row.fault is not None
    with pytest.raises(UnreadableFile):
        rows("a.json", "[" * depth)


OBJECTS = st.lists(
    st.dictionaries(st.text(max_size=5), st.recursive(st.text(max_size=8) | st.integers(), st.lists, max_leaves=5)),
    max_size=6,
)


ELEMENTS = OBJECTS | st.lists(st.text(max_size=8) | st.integers() | st.booleans() | st.lists(st.text(max_size=3)))


class Slow(io.BytesIO):
    """A stream that gives few bytes at a time, so that elements are cut everywhere."""

    def __init__(self, data: bytes, block: int) -> None:
        super().__init__(data)
        self._block = block

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self._block)


@given(ELEMENTS, st.sampled_from([None, 2]), st.integers(1, 40))
def test_elements_are_what_a_whole_parser_finds(values: list[Any], indent: int | None, block: int) -> None:
    data = b'{"b": ' + json.dumps(values, indent=indent, ensure_ascii=False).encode() + b', "c": 1}'
    found = list(elements(Slow(data[7:], block), 7, listed=True))
    assert [json.loads(element) for _, element in found] == values
    assert all(data[offset:].startswith(element) for offset, element in found)
