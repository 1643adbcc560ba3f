import io
import json

import pytest

from ingest.events.plan import Plan
from ingest.maps.field_map import Map, parse
from ingest.rows import conversion
from omnicapi.errors import UnreadableFile
from omnicapi.messages import Event, Origin, Outcome

MAP = {"EVENT_NAME": 0, "EVENT_TIME": 1, "ACTION_SOURCE": 2, "EMAIL": 3, "VALUE": 4, "EVENT_ID": 5}
HEAD = "event_name;event_time;action_source;email;value;id\n"
DEFAULTS = {"EVENT_NAME": "Purchase", "ACTION_SOURCE": "website"}
GOOD = "Purchase;1719852447;physical_store;a@b.example;220.00;x1\n"


def store(**options: object) -> Map:
    return parse("store", json.dumps({"columns": MAP, **options}).encode())


def read(text: str, map_: Map | None = None, name: str = "incoming/store/a.csv") -> list[Event | Outcome]:
    origin = Origin(bucket="drops", object=name, generation="7")
    return list(conversion.events(io.BytesIO(text.encode()), map_ or store(), origin, 5))


def refusals(found: list[Event | Outcome]) -> list[Outcome]:
    return [one for one in found if isinstance(one, Outcome)]


def test_an_event_says_which_row_it_was() -> None:
    [event] = read(HEAD + GOOD)
    assert isinstance(event, Event)
    assert event.origin == Origin(bucket="drops", object="incoming/store/a.csv", generation="7", row=2)
    assert (event.channel, event.event_id, event.received_ms) == ("store", "x1", 5)


@pytest.mark.parametrize("mark", ["'", "’"])
def test_an_apostrophe_before_an_id_or_a_time_is_none_of_it(mark: str) -> None:
    marked = GOOD.replace("x1", f"{mark}00124").replace("1719852447", f"{mark}1719852447")
    [event] = read(HEAD + marked)
    assert isinstance(event, Event)
    assert (event.event_id, event.event_time) == ("00124", 1719852447)


def test_empty_rows_are_nothing_wherever_they_stand() -> None:
    found = read(HEAD + "\n;;;;;\n" + GOOD + " ; ;;;;\n\n" + GOOD)
    assert [one.origin.row for one in found] == [4, 7]


def test_a_bad_row_is_refused_by_cell_and_the_rest_goes_on() -> None:
    found = read(HEAD + GOOD + "Purchase;yesterday;physical_store;a@b.example;220.00;x2\n" + GOOD)
    [outcome] = refusals(found)
    assert len(found) == 3
    assert (outcome.stage, outcome.verdict, outcome.channel) == ("ingest", "rejected", "store")
    assert (outcome.reason, outcome.field, outcome.origin.row) == ("event_time_unreadable", "event_time", 3)
    assert outcome.message is not None
    assert outcome.message.startswith("B3 (event_time): not a time")


def test_nul_characters_that_json_escapes_are_left_out_as_those_of_texts_are() -> None:
    map_ = store(columns={"EVENT_TIME": "when", "EMAIL": "email", "EVENT_ID": "id"}, defaults=DEFAULTS)
    [event] = read('{"when": 1719852447, "email": "a@b.example\\u0000", "id": "\\u0000x\\u0000"}\n', map_, "a.ndjson")
    assert isinstance(event, Event)
    assert (event.event_id, event.user_data.em) == ("x", ["a@b.example"])


def test_a_refusal_holds_nothing_of_the_row() -> None:
    found = read(
        HEAD + GOOD + "planted@person.example;planted@person.example;planted;planted;planted@p.example;planted\n"
    )
    assert "planted" not in repr(refusals(found))


def test_keys_of_json_are_named_by_the_map_and_a_bad_line_is_refused_alone() -> None:
    map_ = store(columns={"EVENT_TIME": "when", "EMAIL": "contact.email"}, defaults=DEFAULTS)
    lines = ['{"when": "1719852447", "contact": {"email": "a@b.example"}}', "planted", '{"when": "1719852447"}']
    first, bad, last = read("\n".join(lines), map_, "a.ndjson")
    assert isinstance(first, Event)
    assert (first.user_data.em, first.origin.row, last.origin.row) == (["a@b.example"], 1, 3)
    assert isinstance(bad, Outcome)
    assert (bad.reason, bad.origin.row) == ("row_unreadable", 2)
    assert "planted" not in repr(bad)


def test_a_short_row_lacks_what_it_lacks() -> None:
    [_, event] = read(HEAD + GOOD + "Lead;1719852447;website\n")
    assert isinstance(event, Event)
    assert event.custom_data.value is None


def test_cells_are_read_as_the_map_declares() -> None:
    text = "Purchase|2024-07-01 13:47:27|physical_store|a@b.example|1.234,50|\n"
    [event] = read(text, store(delimiter="|", decimal=",", time_zone="America/Sao_Paulo", header_rows=0))
    assert isinstance(event, Event)
    assert event.event_time == 1719852447
    assert str(event.custom_data.value) == "1234.50"


def test_the_maps_date_format_travels_with_the_event() -> None:
    [event] = read(GOOD, store(date_format="%d/%m/%Y"))
    assert isinstance(event, Event)
    assert event.date_format == "%d/%m/%Y"


def test_a_time_without_a_zone_is_utc_unless_the_map_says_otherwise() -> None:
    [event] = read("Purchase;2024-07-01T16:47:27;physical_store;;;\n")
    assert isinstance(event, Event)
    assert event.event_time == 1719852447


def test_a_declared_encoding_is_used() -> None:
    origin = Origin(object="a.csv")
    data = "Purchase;1719852447;physical_store;Łódź;1;\n".encode("cp1250")
    [event] = conversion.events(io.BytesIO(data), store(encoding="cp1250"), origin, 0)
    assert isinstance(event, Event)
    assert event.user_data.em == ["Łódź"]


def test_rows_without_an_id_get_one_that_stays() -> None:
    row = "Purchase;1719852447;physical_store;a@b.example;220.00;\n"
    first, second = (read(HEAD + row + row) for _ in range(2))
    ids = [one.event_id for one in first]
    assert ids == [one.event_id for one in second]
    assert len(set(ids)) == 2


def test_rows_come_as_they_are_read() -> None:
    broken = HEAD + GOOD * 60 + '"never closed;' + "x" * 200_000
    found = conversion.events(io.BytesIO(broken.encode()), store(), Origin(object="a.csv"), 0)
    assert [next(found).origin.row for _ in range(60)] == list(range(2, 62))
    with pytest.raises(UnreadableFile, match="Row 62"):
        next(found)


def test_a_file_without_a_name_cannot_be_read() -> None:
    with pytest.raises(UnreadableFile, match="has no ending"):
        next(conversion.events(io.BytesIO(), store(), Origin(), 0))


def test_whatever_a_row_raises_costs_only_that_row(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Plan.event

    def breaking(self: Plan, cells: list[str], *rest: object, **options: object) -> Event:
        if "x2" in cells:
            raise ZeroDivisionError("planted")
        return real(self, cells, *rest, **options)  # type: ignore[arg-type]  # as it was given

    monkeypatch.setattr(Plan, "event", breaking)
    bad = GOOD.replace("x1", "x2")
    found = read(HEAD + GOOD + bad * 100 + GOOD)
    assert [one.origin.row for one in found if isinstance(one, Event)] == [2, 103]
    assert {(one.reason, one.verdict) for one in refusals(found)} == {("internal_error", "rejected")}
    assert len(refusals(found)) == 100
    assert "planted" not in repr(found)
