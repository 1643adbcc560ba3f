"""Rows that do not stand under their header, and columns of days that a spreadsheet has half exchanged."""

import io
import json
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.damage import Site, half_swapped
from ingest.damage.moved_rows import FEWEST_NAMES
from ingest.inference.choice import field_of
from ingest.maps.field_map import parse
from ingest.rows.conversion import events
from ingest.rows.header import SAMPLE
from omnicapi.errors import UnreadableFile
from omnicapi.messages import Event, Origin, Outcome

NAMED = {"EVENT_TIME": "Date", "ORDER_ID": "Order", "VALUE": "Total", "EMAIL": "Email"}
COUNTED = {"EVENT_TIME": 1, "ORDER_ID": 0, "VALUE": 3, "EMAIL": 2}
DEFAULTS = {"EVENT_NAME": "Purchase", "ACTION_SOURCE": "physical_store", "CURRENCY": "USD"}
HEADER = "Order,Date,Email,Total"
ROW = "1,2026-11-28 10:00:00,a@b.example,10.50"


def read(*lines: str, columns: object = NAMED, **more: object) -> dict[int, Event | Outcome]:
    map_ = parse("store", json.dumps({"columns": columns, "defaults": DEFAULTS, **more}).encode())
    found = events(io.BytesIO("\n".join(lines).encode()), map_, Origin(object="in.csv"), 0)
    return {one.origin.row or 0: one for one in found}


def reasons(found: dict[int, Event | Outcome]) -> dict[int, str | None]:
    return {row: one.reason for row, one in found.items() if isinstance(one, Outcome)}


@pytest.mark.parametrize("columns", [NAMED, COUNTED])
@pytest.mark.parametrize("orders", [{}, {"orders": {}}])
@given(st.lists(st.sampled_from(["", " ", "x"]), max_size=4))
def test_a_row_wider_than_its_header_is_refused_unless_the_surplus_is_empty(
    columns: object, orders: dict[str, object], surplus: list[str]
) -> None:
    found = read(HEADER, ROW, ",".join([ROW.replace("1,", "2,", 1), *surplus]), columns=columns, **orders)
    assert reasons(found) == ({3: "cells_beyond_header"} if "x" in surplus else {})
    if "x" in surplus:
        refused = found[3]
        assert isinstance(refused, Outcome)
        assert str(refused.message).startswith(f"Row 3 has {4 + len(surplus)} cells under a header of 4")


def test_titles_above_counted_columns_are_no_header() -> None:
    assert reasons(read("Sales", ROW, ROW, columns=COUNTED)) == {}
    assert reasons(read(ROW, f"{ROW},x", columns=COUNTED)) == {}, "no header says how wide a row may be"


@pytest.mark.parametrize("orders", [{}, {"orders": {}}])
def test_a_header_in_another_order_ends_the_file_wherever_it_stands(orders: dict[str, object]) -> None:
    rows = [ROW.replace("1,", f"{number},", 1) for number in range(1, SAMPLE + 50)]
    text = "\n".join([HEADER, *rows, "Email,Date,Order,Total", "b@b.example,2026-11-28 10:00:00,x,5"])
    map_ = parse("store", json.dumps({"columns": NAMED, "defaults": DEFAULTS, **orders}).encode())
    found: list[Event | Outcome] = []
    read_all = events(io.BytesIO(text.encode()), map_, Origin(object="in.csv"), 0)
    with pytest.raises(UnreadableFile, match=f"Row {SAMPLE + 51} is the header again with its columns in another"):
        found.extend(read_all)
    events_before = sum(isinstance(one, Event) for one in found)
    assert events_before == len(rows) if not orders else 0 < events_before < len(rows), "open orders may go on below"


def test_what_stands_above_the_data_is_left_out_where_it_comes_again() -> None:
    for columns in (NAMED, COUNTED):
        again = ("Sales report", "", HEADER)
        found = read(*again, ROW, *again, f"{HEADER},", ROW, columns=columns)
        assert reasons(found) == {5: "header_repeated", 7: "header_repeated", 8: "header_repeated"}
        outcome = found[7]
        assert isinstance(outcome, Outcome)
        assert (outcome.verdict, outcome.message) == (
            "dropped",
            "Row 7 is the header again, or stood above it; it was left out.",
        )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r'"Bia \"B\" Sá, Lda"', 'Bia "B" Sá, Lda'),
        ('"Bia ""B"" Sá, Lda"', 'Bia "B" Sá, Lda'),
        (r'"C:\shop\"', "C:\\shop\\"),
        (r"C:\shop", r"C:\shop"),
    ],
)
def test_quotation_marks_are_read_as_they_were_escaped(written: str, meant: str) -> None:
    found = read("Name,Order,Date,Email,Total", f"{written},{ROW}", columns={**NAMED, "CONTENT_NAME": "Name"})
    made = found[2]
    assert isinstance(made, Event)
    assert (made.custom_data.content_name, str(made.custom_data.value)) == (meant, "10.50")


DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))


@given(st.lists(DAYS, min_size=4, max_size=12), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]), st.booleans())
def test_no_date_that_a_spreadsheet_has_exchanged_is_sent(days: list[date], written: str, is_declared: bool) -> None:
    wrong = {"%d/%m/%Y": "%m/%d/%Y", "%m/%d/%Y": "%d/%m/%Y"}[written]
    cells, exchanged = [], []
    for day in days:
        text = day.strftime(written)
        try:
            cells.append(datetime.strptime(text, wrong).date().isoformat())  # noqa: DTZ007 - a day
        except ValueError:
            cells.append(text)
        exchanged.append(cells[-1] not in {text, day.isoformat()})
    columns = {**NAMED, "EVENT_TIME": {"column": "Date", "date_format": written}} if is_declared else NAMED
    rows = [f"{number},{cell},a@b.example,1.50" for number, cell in enumerate(cells)]
    found = read(HEADER, *rows, columns=columns)
    if any("/" in cell for cell in cells):
        assert {row for row, reason in reasons(found).items() if reason == "dates_half_swapped"} == {
            row for row, is_other in enumerate(exchanged, start=2) if is_other
        }


def test_dates_that_only_have_the_right_form_stay() -> None:
    assert not half_swapped.is_shown(["2026-11-10", "2026-11-25"])
    assert not half_swapped.is_shown(["2026-11-10", "25/11/2026", "05/06/2026"])
    assert not half_swapped.is_shown(["2026-11-11", "25/11/2026"])
    assert half_swapped.is_shown(["2026-11-10T00:00:00", "25/11/2026 10:00"])


def test_a_birth_date_that_may_be_exchanged_is_left_out() -> None:
    site = Site(0, field_of("user_data.db"), "A", is_half_swapped=True)
    mended = half_swapped.mend("1990-11-10", site)
    assert mended is not None
    assert (mended.text, mended.reason) == ("", "dates_half_swapped")
    assert half_swapped.mend("1990-11-25", site) is None


@pytest.mark.parametrize("again", ["ORDER,DATE,EMAIL,TOTAL", "order,date,email,total,,", " Order ,Date,Email,Total"])
@pytest.mark.parametrize("columns", [NAMED, COUNTED])
def test_the_header_again_in_other_letters_is_left_out(again: str, columns: object) -> None:
    found = read(HEADER, ROW, again, ROW.replace("1,", "2,", 1), columns=columns)
    assert reasons(found) == {3: "header_repeated"}
    assert isinstance(found[4], Event)


def test_a_header_in_another_order_refuses_the_file_before_a_value_is_taken_from_the_wrong_column() -> None:
    header, below = f"{HEADER},Shipping", "2,2026-11-28 10:00:00,a@b.example,3,10.50"
    with pytest.raises(UnreadableFile, match="Row 4 is the header again with its columns in another order"):
        read(header, f"{ROW},3", "", "Order,Date,Email,Shipping,Total", below)
    with pytest.raises(UnreadableFile, match="into a file of its own"):
        read(header, f"{ROW},3", "Total,Order,Date,Email", below)


def test_words_of_the_data_are_no_header() -> None:
    few = {"EVENT_TIME": "Date", "EMAIL": "Email"}
    found = read("Date,Email,Asked for", "2026-11-28 10:00:00,a@b.example,Email", "Email,b@b.example,Date", columns=few)
    assert reasons(found) == {3: "event_time_unreadable"}
    assert FEWEST_NAMES == 3


@pytest.mark.parametrize("cell", ["1900-01-00", "2569-11-05", "1448-06-08", "0000-00-00", "2026-11-13"])
def test_what_no_spreadsheet_has_exchanged_is_told_as_what_it_is(cell: str) -> None:
    found = read(HEADER, ROW.replace("2026-11-28", "28/11/2026"), ROW.replace("1,2026-11-28", f"2,{cell}", 1))
    assert reasons(found).get(3) != "dates_half_swapped"
