"""What a file says of the zone of times that name none, and what people are told where it says nothing."""

import io
import json

import pytest

from ingest.inference.map_check import check
from ingest.maps.field_map import parse
from ingest.rows.conversion import begin, events
from ingest.rows.header import Body
from ingest.rows.zone_evidence import LOOKED_AT, name_no_zone, parameters_zone
from omnicapi.errors import UnreadableFile
from omnicapi.messages import Event, Origin

ENTRIES = {
    "columns": {"EVENT_TIME": "Date", "EMAIL": "Email"},
    "defaults": {"EVENT_NAME": "Lead", "ACTION_SOURCE": "other"},
}
ROWS = "Date,Email\n2026-11-28 05:11:50,a@b.example\n2026-11-28T10:11:50Z,a@b.example\n"


def times(text: str, **entries: object) -> list[int | None]:
    map_ = parse("store", json.dumps({**ENTRIES, **entries}).encode())
    found = events(io.BytesIO(text.encode()), map_, Origin(object="in.csv"), 0)
    return [one.event_time for one in found if isinstance(one, Event)]


def body(text: str, **entries: object) -> Body:
    map_ = parse("store", json.dumps({**ENTRIES, **entries}).encode())
    return begin(io.BytesIO(text.encode()), map_, Origin(object="in.csv")).body


@pytest.mark.parametrize(
    "row",
    [
        "Parameters:TimeZone=US/Eastern,",
        "parameters:timezone=-0500;,",
        "Parameters:EntityType=OFFLINECONVERSION;TimeZone=America/New_York;",
    ],
)
def test_a_row_of_parameters_says_the_zone(row: str) -> None:
    assert times(f"{row}\n{ROWS}") == [1795860710, 1795860710]
    assert body(f"{row}\n{ROWS}").notes == ()


def test_a_template_that_nobody_filled_in_says_none_and_an_unknown_zone_refuses_the_file() -> None:
    assert parameters_zone([["Parameters:TimeZone=<INSERT TIME ZONE HERE>"], [], ["Date"]]) is None
    with pytest.raises(UnreadableFile, match="TimeZone"):
        times(f"Parameters:TimeZone=CST,\n{ROWS}")


def test_where_utc_is_assumed_a_line_says_so() -> None:
    [note] = body(ROWS).notes
    assert note == (
        "The times of 'Date' name no zone and are read as UTC. Where they are local, say so in the map: "
        '"time_zone": "America/Sao_Paulo".'
    )
    map_ = parse("store", json.dumps(ENTRIES).encode())
    assert check(map_, begin(io.BytesIO(ROWS.encode()), map_, Origin(object="in.csv"))).notes == [note]


def test_where_a_zone_is_said_nothing_is_assumed() -> None:
    assert body(ROWS, time_zone="-03:00").notes == ()
    assert body(ROWS.replace(" 05:11:50", "T05:11:50Z")).notes == ()
    own = {"EVENT_TIME": {"column": "Date", "time_zone": "-03:00"}, "EMAIL": "Email"}
    assert body(ROWS, columns=own).notes == ()


def test_so_many_cells_are_looked_at() -> None:
    zoned = ["2026-11-28T10:11:50Z"]
    assert name_no_zone([*zoned * (LOOKED_AT - 1), "2026-11-28"])
    assert not name_no_zone([*zoned * LOOKED_AT, "2026-11-28"])


@pytest.mark.parametrize("cell", ["46354.5", "46354", "0.5125"])
def test_a_day_number_of_a_spreadsheet_names_no_zone(cell: str) -> None:
    assert name_no_zone([cell])
    assert len(body(f"Date,Email\n{cell},a@b.example\n").notes) == 1


def test_every_column_of_times_is_told() -> None:
    columns = {"EVENT_TIME": "Date", "ORIGINAL_EVENT_TIME": "Ordered", "EMAIL": "Email"}
    text = "Date,Ordered,Email\n2026-11-28T10:11:50Z,2026-11-20 10:00:00,a@b.example\n"
    [note] = body(text, columns=columns).notes
    assert note.startswith("The times of 'Ordered' name no zone and are read as UTC.")
