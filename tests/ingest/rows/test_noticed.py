"""What a person should know of how a file was read is told by cell, in the same words everywhere."""

import io
import json
from pathlib import Path

import msgspec
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.inference import infer
from ingest.inference.map_check import check
from ingest.ledger.records import Progress, notes
from ingest.maps.field_map import Map, parse
from ingest.readers.file_types import read
from ingest.readers.table import BEGINNING, USUAL
from ingest.rows.conversion import begin, events
from ingest.rows.noticed import MOST_IN_NOTE, MOST_NAMED, MOST_NOTES, Named, Noticed, hidden_columns, together
from omnicapi.errors import UnreadableFile
from omnicapi.messages import Event, Origin, Outcome

ENTRIES = {
    "columns": {"EVENT_TIME": "Date", "ORDER_ID": "Order", "EMAIL": "Email", "VALUE": "Total", "PHONE": "Phone"},
    "defaults": {"EVENT_NAME": "Purchase", "ACTION_SOURCE": "physical_store", "CURRENCY": "USD"},
    "time_zone": "UTC",
}
HEAD = ["Order", "Date", "Email", "Total", "Phone", "Status", "Shipping"]
SOUND = ["1", "2026-11-28 10:00:00", "a@shop.example", 20, "+16505551212", "paid", 1]
ROW_HINT = "Delete rows that are not meant to be sent."
FORMULA_HINT = "Open it in a spreadsheet program, save it, and drop it again."


def book(*rows: dict[str, object], hidden: tuple[int, ...] = (), columns: str = "", head: object = None) -> bytes:
    """Return a workbook: each row is a sound one with other values in some columns."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append([head or name if name == "Email" else name for name in HEAD])
    for row in rows:
        sheet.append([row.get(name, usual) for name, usual in zip(HEAD, SOUND, strict=True)])
    for number in hidden:
        sheet.row_dimensions[number].hidden = True
    for letter in columns:
        sheet.column_dimensions[letter].hidden = True
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def map_of(**entries: object) -> Map:
    return parse("store", json.dumps({**ENTRIES, **entries}).encode())


def read_with(data: bytes, map_: Map) -> tuple[dict[int, Event | Outcome], list[str]]:
    noticed = Noticed()
    found = list(events(io.BytesIO(data), map_, Origin(object="in.xlsx"), 0, noticed=noticed))
    rows = {row: one for one in found for row in one.origin.rows or [one.origin.row or 0]}
    checked = check(map_, begin(io.BytesIO(data), map_, Origin(object="in.xlsx")))
    assert [line for line in checked.notes if "decimal separator" not in line] == noticed.lines()
    return rows, noticed.lines()


def test_a_formula_without_a_result_refuses_its_row_or_leaves_the_field_out_and_is_named() -> None:
    rows, lines = read_with(book({"Total": "=B2*2"}, {"Order": "2", "Email": '=LOWER("B@x.example")'}), map_of())
    refused, sent = rows[2], rows[3]
    assert isinstance(refused, Outcome)
    assert (refused.reason, refused.field) == ("formula_without_result", "custom_data.value")
    assert "D2 (custom_data.value): the cell is a formula whose result the file does not hold" in str(refused.message)
    assert isinstance(sent, Event)
    assert (sent.user_data.em, sent.warnings) == ([], ["user_data.em:formula_without_result"])
    assert lines == [f"Formulas whose result the file does not hold: D2, C3. {FORMULA_HINT}"]


def test_a_formula_without_a_result_is_no_consent() -> None:
    rows, _ = read_with(book({"Status": "=A1"}), map_of(consent={"marketing": "Status"}))
    refused = rows[2]
    assert isinstance(refused, Outcome)
    assert (refused.verdict, refused.field) == ("rejected", "consent.marketing")


@pytest.mark.parametrize("cell", ["=A1", "#N/A"])
@pytest.mark.parametrize("only", [{"is": ["paid"]}, {"is_not": ["refunded"]}])
@pytest.mark.parametrize("orders", [None, {"total": "row"}])
def test_an_error_where_the_map_asks_which_rows_count_refuses_the_row(
    cell: str, only: dict[str, object], orders: object
) -> None:
    more = {"orders": orders} if orders else {}
    map_ = map_of(only=[{"column": "Status", **only}], **more)
    rows, _ = read_with(book({"Status": cell}, {"Order": "2"}), map_)
    refused = rows[2]
    assert isinstance(refused, Outcome)
    assert refused.verdict == "rejected"
    assert refused.reason == ("formula_error" if cell == "#N/A" else "formula_without_result")
    assert str(refused.message).startswith("F2: the cell")
    assert isinstance(rows[3], Event)


def test_an_error_in_what_an_orders_total_has_besides_products_refuses_the_order_by_name() -> None:
    map_ = map_of(orders={"total": "order", "extras": ["Shipping"]})
    rows, lines = read_with(book({"Shipping": "=A1"}, {"Order": "2"}), map_)
    refused = rows[2]
    assert isinstance(refused, Outcome)
    assert refused.reason == "formula_without_result"
    assert str(refused.message).startswith("G2: the cell")
    assert lines == [f"Formulas whose result the file does not hold: G2. {FORMULA_HINT}"]


def test_cells_that_nobody_reads_are_not_told() -> None:
    _, lines = read_with(book({"Status": "=A1"}), map_of())
    assert lines == []


def test_hidden_rows_are_sent_and_told_and_empty_ones_are_not() -> None:
    nothing = dict.fromkeys(HEAD)
    data = book({}, {"Order": "2"}, nothing, {"Order": "3"}, hidden=(3, 4, 5))
    rows, lines = read_with(data, map_of())
    assert [row for row, one in rows.items() if isinstance(one, Event)] == [2, 3, 5]
    assert lines == [f"Hidden in the spreadsheet, perhaps by a filter, and read like all others: row 3, 5. {ROW_HINT}"]


def test_hidden_rows_of_orders_are_told_once() -> None:
    _, lines = read_with(book({}, {}, hidden=(3,)), map_of(orders={"total": "row"}))
    assert lines == [f"Hidden in the spreadsheet, perhaps by a filter, and read like all others: row 3. {ROW_HINT}"]


def test_hidden_columns_that_hold_something_are_told() -> None:
    _, lines = read_with(book({}, columns="CFX"), map_of())
    assert lines == ["Hidden in the spreadsheet: column C, F. What the map reads there is sent like all else."]


def test_a_header_that_is_a_formula_without_a_result_is_named_where_a_name_is_missing() -> None:
    with pytest.raises(UnreadableFile, match=r"lacks 'Email'. Its cell C1 is a formula whose result") as caught:
        begin(io.BytesIO(book({}, head='="Email"')), map_of(), Origin(object="in.xlsx"))
    assert "save it" in str(caught.value)
    with pytest.raises(UnreadableFile) as caught:
        begin(io.BytesIO(book({}, head="Mail")), map_of(), Origin(object="in.xlsx"))
    assert "formula" not in str(caught.value)


def test_a_row_of_formulas_without_results_is_data_to_a_map_that_counts_columns() -> None:
    map_ = map_of(columns={"EVENT_TIME": "B:B", "ORDER_ID": "A:A", "VALUE": "D:D"})
    rows, _ = read_with(book(dict.fromkeys(HEAD, "=A1")), map_)
    assert [(row, getattr(one, "reason", None)) for row, one in rows.items()] == [(2, "formula_without_result")]


def test_a_map_is_worked_out_from_the_other_cells_and_says_which_ones_lack_a_result() -> None:
    data = book({"Total": "=B2*2"}, {"Email": "=A1"}, {"Status": "=A1"})
    made = infer(read("in.xlsx", io.BytesIO(data), USUAL))
    assert made.entries["columns"].keys() >= {"EMAIL", "VALUE", "EVENT_TIME", "ORDER_ID", "PHONE"}
    [asked] = [asked for asked in made.unsure if "formulas" in asked.why]
    assert asked.place == "D2, C3, F4"


@given(st.lists(st.lists(st.text("ABC", min_size=1, max_size=3), max_size=25), max_size=4))
def test_what_was_noticed_in_parts_is_what_is_noticed_in_one_go(parts: list[list[str]]) -> None:
    whole, chunks = Noticed(), []
    for names in parts:
        chunk = Noticed()
        for of in (whole, chunk):
            of.hidden_rows.add(names)
            of.without_result.add(reversed(names))
            of.add_notes([f"of {names}"])
        chunks.append(chunk)
    assert together(chunks) == whole
    stored = [Progress(BEGINNING, BEGINNING, noticed=chunk or None) for chunk in chunks]
    again = msgspec.json.decode(msgspec.json.encode(stored), type=list[Progress])
    assert notes(again) == whole.lines()


def test_so_many_are_named_and_the_others_are_counted() -> None:
    named = Named()
    named.add(str(number) for number in range(1, 2_000))
    assert MOST_NAMED == 10
    assert str(named) == "1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 1,989 more"
    assert list(hidden_columns([])) == []


def test_a_record_has_room_for_all_that_is_noticed() -> None:
    noticed = Noticed()
    noticed.add_notes(f"{number}{'😀' * 2_000}" for number in range(9))
    for of in (noticed.hidden_rows, noticed.without_result):
        of.add(["XFD1048576"] * 2_000_000)
    assert [len(note) for note in noticed.notes] == [MOST_IN_NOTE] * MOST_NOTES == [400] * 4
    progress = Progress(BEGINNING, BEGINNING, last=True, published=True, rows=2**32, events=2**32, noticed=noticed)
    assert len(msgspec.json.encode(progress)) < 8192 - len("omnicapi-chunk")


def test_a_file_of_text_has_nothing_of_the_kind(tmp_path: Path) -> None:
    text = "Order,Date,Email,Total,Phone\n1,2026-11-28 10:00:00,a@shop.example,20,+16505551212\n"
    noticed = Noticed()
    [event] = events(io.BytesIO(text.encode()), map_of(), Origin(object=str(tmp_path / "in.csv")), 0, noticed=noticed)
    assert isinstance(event, Event)
    assert not noticed
