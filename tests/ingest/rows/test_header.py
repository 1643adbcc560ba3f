import io
import json
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.maps.field_map import Map, parse
from ingest.readers.file_types import read
from ingest.readers.table import BEGINNING, USUAL, Row, Table
from ingest.rows.header import LEADING, body
from omnicapi.errors import UnreadableFile

STORE = {"EVENT_NAME": 0, "EVENT_TIME": 1, "ACTION_SOURCE": 2, "EMAIL": 4, "VALUE": 5, "CONTENT_QUANTITY": 6}
DATA = ["Purchase", "1719852447", "physical_store", "", "ab12" * 16, "220.00", "1"]
HEADERS = [
    ["event_name", "event_time", "action_source", "", "user_data", "custom_data", ""],
    ["", "", "", "", "em", "value", "contents"],
    ["", "", "", "", "", "", "quantity"],
    ["", "", "", "", "", "", ""],
]


def map_of(entries: object) -> Map:
    return parse("store", json.dumps(entries).encode())


def data_rows(rows: Iterable[list[str]], entries: object = STORE) -> list[int]:
    """The numbers of the rows that are data."""
    found = body(Table(iter([Row(number, cells) for number, cells in enumerate(rows, start=1)])), map_of(entries))
    return [row.number for row in found.rows if any(row.cells)]


def complaint(rows: Iterable[list[str]], entries: object = STORE) -> str:
    with pytest.raises(UnreadableFile) as caught:
        data_rows(rows, entries)
    return str(caught.value)


def test_the_samples_header_rows_are_not_data() -> None:
    assert data_rows([*HEADERS, DATA, DATA]) == [5, 6]


@pytest.mark.parametrize("count", range(5))
def test_any_number_of_header_rows_will_do(count: int) -> None:
    assert data_rows([*HEADERS[:count], DATA]) == [count + 1]


def test_a_header_of_keys_is_none_of_the_data_whatever_the_keys_are() -> None:
    keys = [f"key {number}" for number in range(7)]
    rows = [Row(number, cells) for number, cells in enumerate([keys, HEADERS[0], DATA])]
    assert [row.number for row in body(Table(iter(rows)), map_of(STORE)).rows] == [2]


@given(
    st.lists(st.sampled_from(["", "yesterday", "31/31/2024", "n/a", "1719852447000", "hoje"]), min_size=1, max_size=4),
    st.sampled_from(["", "220,00", "dear"]),
)
def test_a_row_with_a_bad_time_is_never_passed_over(times: list[str], value: str) -> None:
    broken = [["Purchase", time, "physical_store", "", "", value, ""] for time in times]
    assert data_rows([*HEADERS, *broken, DATA]) == list(range(5, 6 + len(broken)))


def test_an_own_event_name_gives_a_row_away_that_nothing_else_does() -> None:
    nameless = ["Visita", "", "", "", "", "", ""]
    assert data_rows([*HEADERS, nameless, ["Visita", *DATA[1:]]]) == [5, 6]


@pytest.mark.parametrize(
    ("place", "cell"), [(0, "lead"), (2, "WEBSITE"), (4, "a@b.example"), (4, "+55 11 91234-5678"), (5, "1.5"), (6, "3")]
)
def test_one_telling_cell_is_enough(place: int, cell: str) -> None:
    row = [""] * 7
    row[place] = cell
    assert data_rows([HEADERS[0], row]) == [2]


def test_rows_shorter_than_the_map_are_no_trouble() -> None:
    assert data_rows([["Report"], [], DATA[:2]]) == [3]


def test_header_rows_overrules_what_rows_look_like() -> None:
    assert data_rows([DATA, HEADERS[1], DATA], {"columns": STORE, "header_rows": 0}) == [1, 2, 3]
    assert data_rows([DATA, HEADERS[1], DATA], {"columns": STORE, "header_rows": 2}) == [3]
    assert data_rows([*HEADERS], {"columns": STORE, "header_rows": 4}) == []


def test_a_file_in_which_nothing_looks_like_data_is_not_passed_over_in_silence() -> None:
    assert "None of the first 3 rows looks like data; the map expects times in column B." in complaint(HEADERS[:3])
    far = [*([HEADERS[0]] * LEADING), DATA]
    assert '"header_rows"' in complaint(far)
    assert data_rows(far, {"columns": STORE, "header_rows": LEADING}) == [LEADING + 1]


def test_without_a_column_for_times_the_complaint_names_none() -> None:
    entries = {
        "columns": {"EMAIL": 0},
        "defaults": {"event_name": "a", "event_time": "1719852447", "action_source": "a"},
    }
    assert "map expects" not in complaint([["email"]], entries)


@pytest.mark.parametrize("rows", [[], [[]], [["", " "], []]])
def test_an_empty_file_is_said_to_be_empty(rows: list[list[str]]) -> None:
    assert complaint(rows) == complaint(rows, NAMED) == "The file is empty."


NAMED = {
    "columns": {"EVENT_TIME": "Date of sale", "EMAIL": "E-Mail", "VALUE": 3},
    "defaults": {"EVENT_NAME": "Purchase", "ACTION_SOURCE": "physical_store"},
}


def test_a_map_that_names_cells_finds_its_header_by_them() -> None:
    header = ["Shop", " date OF  sale ", "E-Mail", "Total", "E-Mail"]
    row = ["Main St", "1719852447", "a@b.example", "5", "x"]
    table = Table(iter([Row(1, ["Report 2024"]), Row(2, []), Row(3, header), Row(4, row)]))
    found = body(table, map_of(NAMED))
    assert {column.field.path: column.place for column in found.plan.columns} == {
        "event_time": "B",
        "user_data.em": "C",
        "custom_data.value": "D",
    }
    assert [found_row.number for found_row in found.rows] == [4]


def test_what_stands_below_the_header_is_not_taken_for_one() -> None:
    alike = ["e.mail", "e mail."]  # as a header, either could be meant
    assert data_rows([["Date of sale", "E-Mail"], ["1719852447", "a@b.example"], alike], NAMED) == [2, 3]
    assert "may mean each" in complaint([alike, ["1719852447", "a@b.example"]], NAMED)


def test_a_header_alone_is_a_file_without_rows() -> None:
    assert data_rows([["Date of sale", "E-Mail"]], NAMED) == []


def test_what_lies_between_header_and_data_can_be_passed_over() -> None:
    rows = [["Date of sale", "E-Mail"], ["(local)", "(text)"], ["1719852447", "a@b.example"]]
    assert data_rows(rows, {**NAMED, "header_rows": 2}) == [3]


def test_a_header_that_lacks_a_name_is_told_with_its_row() -> None:
    text = complaint([["Report"], ["Date of sale", "Mail"], ["1719852447", "a@b.example"]], NAMED)
    assert "row 2 comes nearest and lacks 'E-Mail'" in text


SHOPIFY = [*parse("shop", b'{"preset": "shopify-orders"}').needed]


@pytest.mark.parametrize(
    ("header", "preset"),
    [
        (SHOPIFY, '{"preset": "shopify-orders"}'),
        ([*SHOPIFY[1:], "Something"], '{"preset": "shopify-orders"}'),
        (["Name", "Total"], None),
    ],
)
def test_a_file_that_the_map_does_not_fit_is_told_what_makes_one(header: list[str], preset: str | None) -> None:
    named = {"EVENT_TIME": "When", "EMAIL": "Who", "ACTION_SOURCE": "Where", "EVENT_NAME": "What"}
    told = complaint([header, ["x"] * len(header)], named)
    assert "run omnicapi maps infer FILE" in told
    assert ("looks like the export" in told) == (preset is not None)
    assert preset is None or preset in told


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"[1, 2]", "no object"),
        (b'[{"a": NaN}]', "NaN"),
        (b"a,b,c\n1,2,3\n", "no object"),
        (b"[" * 1000, "ends in the middle"),
        (b"[" * 1000 + b"]" * 1000, "nested too deeply"),
        (b"<html>", "neither a JSON object nor a list"),
        (b"null", "neither a JSON object nor a list"),
        (b'{"a": 1', "ends in the middle"),
    ],
)
def test_a_file_of_json_that_has_no_object_is_told_so_and_not_that_it_is_empty(text: bytes, why: str) -> None:
    table = read("a.json", io.BytesIO(text), USUAL, BEGINNING)
    with pytest.raises(UnreadableFile, match=why):
        body(table, map_of(STORE))
