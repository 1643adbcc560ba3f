import json
from zoneinfo import ZoneInfo

import pytest

from ingest.maps.field_map import Map, parse
from ingest.values.fields import FIELDS
from omnicapi.errors import BadMap

SAMPLE = {"EVENT_NAME": 0, "EVENT_TIME": 1, "ACTION_SOURCE": 2, "EMAIL": 5}


def made(entries: object) -> Map:
    return parse("store", json.dumps(entries).encode())


def complaint(entries: object) -> str:
    with pytest.raises(BadMap) as caught:
        made(entries)
    assert str(caught.value).startswith("maps/store.json")
    return str(caught.value)


def test_the_reference_samples_form_is_read_as_it_is() -> None:
    places = {column.field.path: column.places[0] for column in made(SAMPLE).columns}
    assert places == {"event_name": 0, "event_time": 1, "action_source": 2, "user_data.em": 5}


def test_names_may_be_in_any_case_and_be_metas_own() -> None:
    assert made({"event_name": 0, "Event_Time": 1, "action_source": 2, "em": 5}) == made(SAMPLE)


def test_the_grown_form_says_the_same_and_more() -> None:
    map_ = made(
        {
            "$schema": "./schema.json",
            "channel": "Store",
            "columns": {"EVENT_NAME": 0, "EVENT_TIME": "Date", "EMAIL": "contact.email"},
            "defaults": {"ACTION_SOURCE": "physical_store", "default_country": "BR", "opt_out": False, "value": 1.5},
            "header_rows": 1,
            "delimiter": ";",
            "encoding": "cp1250",
            "decimal": ",",
            "time_zone": "America/Sao_Paulo",
            "date_format": "%d/%m/%Y",
        }
    )
    assert map_.names == ("Date", "contact.email")
    assert {field.path: cell for field, cell in map_.defaults.items()} == {
        "action_source": "physical_store",
        "default_country": "BR",
        "opt_out": "false",
        "custom_data.value": "1.5",
    }
    assert (map_.header_rows, map_.delimiter, map_.encoding) == (1, ";", "cp1250")
    assert map_.formats.time_zone == ZoneInfo("America/Sao_Paulo")
    assert (map_.formats.decimal, map_.date_format) == (",", "%d/%m/%Y")


def test_a_map_of_every_field_is_read() -> None:
    assert len(made({field.usual.upper(): index for index, field in enumerate(FIELDS)}).columns) == len(FIELDS)


def test_an_unknown_name_is_named_with_the_nearest() -> None:
    assert "'EMIAL'; did you mean 'EMAIL'?" in complaint({**SAMPLE, "EMIAL": 6})
    assert "'XXXXXXXXX'; docs/files-reference.md" in complaint({**SAMPLE, "XXXXXXXXX": 6})
    assert "no entry 'header_row'" in complaint({"columns": SAMPLE, "header_row": 1})


def test_a_field_may_be_named_once() -> None:
    assert "'EMAIL' and 'em' are the same field" in complaint({**SAMPLE, "em": 6})


@pytest.mark.parametrize("place", [-1, 1.5, True, 20_000, {}, {"column": "Tel", "join": ["A", "B"]}])
def test_a_column_is_a_number_from_0_or_a_name_or_says_more(place: object) -> None:
    assert "column" in complaint({**SAMPLE, "PHONE": place})


@pytest.mark.parametrize("place", ["", "  ", [], [3, ""], {"column": ""}])
def test_an_empty_name_is_no_column(place: object) -> None:
    assert "'PHONE' names no column" in complaint({**SAMPLE, "PHONE": place})


def test_null_is_for_columns_of_a_preset() -> None:
    assert "'PHONE' is null" in complaint({**SAMPLE, "PHONE": None})


def test_what_every_event_needs_must_come_from_somewhere() -> None:
    assert "EVENT_TIME, ACTION_SOURCE has neither" in complaint({"EVENT_NAME": 0})
    assert made({"columns": {"EVENT_TIME": 0}, "defaults": {"EVENT_NAME": "Lead", "ACTION_SOURCE": "website"}})


def test_a_default_must_be_readable() -> None:
    assert "the default of 'VALUE'" in complaint({"columns": SAMPLE, "defaults": {"VALUE": "much"}})
    assert "no field 'VALEU'; did you mean 'VALUE'?" in complaint({"columns": SAMPLE, "defaults": {"VALEU": "1"}})


@pytest.mark.parametrize(
    ("entry", "value", "says"),
    [
        ("time_zone", "Brazil/Nowhere", "no time zone"),
        ("time_zone", "../etc", "no time zone"),
        ("encoding", "utf-99", "no encoding"),
        ("date_format", "dd/mm/yyyy", "%d/%m/%Y"),
        ("channel", "web", "rename the file"),
        ("decimal", ";", "decimal"),
        ("delimiter", ";;", "delimiter"),
        ("header_rows", -1, "header_rows"),
    ],
)
def test_a_wrong_setting_is_named(entry: str, value: object, says: str) -> None:
    assert says in complaint({"columns": SAMPLE, entry: value})


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b"\xff", b'{"columns": []}'])
def test_what_is_no_map_is_refused(text: bytes) -> None:
    with pytest.raises(BadMap, match=r"maps/store\.json"):
        parse("store", text)


def test_a_byte_order_mark_does_no_harm() -> None:
    assert parse("store", b"\xef\xbb\xbf" + json.dumps(SAMPLE).encode()) == made(SAMPLE)
