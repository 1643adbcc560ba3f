"""Files whose encoding stays uncertain: what reads alike goes on, the rest is left out, refused or asked about."""

import io
import json

import pytest

from ingest.inference import infer
from ingest.maps.field_map import Map, parse
from ingest.readers.file_types import read
from ingest.readers.table import USUAL
from ingest.rows.conversion import begin, events
from omnicapi.errors import UnreadableFile
from omnicapi.messages import Event, Origin, Outcome

COLUMNS = {"ORDER_ID": "Order", "FIRST_NAME": "First", "LAST_NAME": "Last", "EMAIL": "Email"}
DEFAULTS = {"EVENT_NAME": "Lead", "ACTION_SOURCE": "physical_store"}
HEAD = "Order;When;First;Last;Email;Status\n"


def store(**options: object) -> Map:
    said = {"columns": {**COLUMNS, "EVENT_TIME": "When"}, "defaults": DEFAULTS, **options}
    return parse("store", json.dumps(said).encode())


def found(data: bytes, map_: Map | None = None, name: str = "a.csv") -> list[Event | Outcome]:
    return list(events(io.BytesIO(data), map_ or store(), Origin(object=name), 0))


def row(
    order: str = "A1", first: str = "Ana", last: str = "Smith", email: str = "a@b.example", status: str = ""
) -> str:
    return f"{order};2026-11-28T10:00:00Z;{first};{last};{email};{status}\n"


UNCERTAIN = "Irène"
"""One French name alone, which Czech letters fit as well."""


def test_only_names_whose_letters_differ_are_left_out() -> None:
    data = (HEAD + row(first=UNCERTAIN) + row("A2", first="Bob")).encode("cp1252")
    one, other = found(data)
    assert isinstance(one, Event)
    assert isinstance(other, Event)
    assert (one.user_data.fn, one.user_data.ln, one.warnings) == ([], ["Smith"], ["user_data.fn:encoding_uncertain"])
    assert (other.user_data.fn, other.warnings) == (["Bob"], [])


@pytest.mark.parametrize(("field", "place"), [("order", "A2"), ("email", "E2")])
def test_ids_and_addresses_are_asked_about_and_cost_no_neighbour(field: str, place: str) -> None:
    outcome, event = found((HEAD + row(**{field: UNCERTAIN}) + row("A2")).encode("cp1252"))
    assert isinstance(outcome, Outcome)
    assert isinstance(event, Event)
    assert outcome.reason == "encoding_uncertain"
    assert outcome.message is not None
    assert outcome.message.startswith(place)
    assert '"encoding": "cp1250"' in outcome.message


@pytest.mark.parametrize("condition", [{"is": ["Irène"]}, {"is_not": ["Irène"]}, {"is_not": ["test"]}])
@pytest.mark.parametrize("orders", [{}, {"orders": {"total": "order"}}])
def test_a_row_is_never_passed_over_or_taken_by_an_uncertain_word(condition: object, orders: object) -> None:
    only = [{"column": "Status", **condition}] if isinstance(condition, dict) else []
    map_ = store(only=only, **(orders if isinstance(orders, dict) else {}))
    [outcome] = found((HEAD + row(status=UNCERTAIN)).encode("cp1252"), map_)
    assert isinstance(outcome, Outcome)
    assert (outcome.verdict, outcome.reason) == ("rejected", "encoding_uncertain")
    assert outcome.message is not None
    assert outcome.message.startswith("F2: letters were lost")


def test_the_declared_encoding_ends_all_questions() -> None:
    data = (HEAD + row("Irène", first=UNCERTAIN)).encode("cp1252")
    [event] = found(data, store(encoding="cp1252"))
    assert isinstance(event, Event)
    assert (event.user_data.fn, event.warnings) == (["Irène"], [])


def test_a_header_that_is_uncertain_is_asked_about() -> None:
    data = (HEAD.replace("First", UNCERTAIN) + row()).encode("cp1252")
    with pytest.raises(UnreadableFile, match=r"encoding is not certain.*lacks 'First'"):
        found(data)
    with pytest.raises(UnreadableFile, match="encoding is not certain"):
        infer(read("a.csv", io.BytesIO(data), USUAL))


def test_the_name_of_a_column_in_the_map_tells_the_encoding() -> None:
    map_ = store(columns={**COLUMNS, "EVENT_TIME": "When", "FIRST_NAME": "Irène"})
    data = (HEAD.replace("First", "Irène") + row(first=UNCERTAIN)).encode("cp1252")
    [event] = found(data, map_)
    assert isinstance(event, Event)
    assert event.user_data.fn == ["Irène"]


def test_what_is_uncertain_is_noted_once_for_the_file() -> None:
    data = (HEAD + row(first=UNCERTAIN)).encode("cp1252")
    [note] = begin(io.BytesIO(data), store(), Origin(object="a.csv")).body.notes
    assert note.startswith("The file's encoding is not certain")


def test_lines_of_json_in_an_old_encoding_are_read_alike() -> None:
    line = json.dumps({"Order": "A1", "When": 1764324000, "First": UNCERTAIN, "Last": "Smith"}, ensure_ascii=False)
    [event] = found(f"{line}\n".encode("cp1252"), name="a.ndjson")
    assert isinstance(event, Event)
    assert (event.user_data.fn, event.user_data.ln) == ([], ["Smith"])


def test_rows_in_another_encoding_behind_the_sample_are_read_by_themselves() -> None:
    plain = HEAD + row() * 10_000
    strays = [row("B1", "Łukasz", "Wiśniewski"), row("B2", "François", "Müller"), row("B3", UNCERTAIN)]
    data = plain.encode() + b"".join(
        stray.encode(encoding) for stray, encoding in zip(strays, ("cp1250", "cp1252", "cp1252"), strict=True)
    )
    names = [one.user_data.fn for one in found(data)[-3:] if isinstance(one, Event)]
    assert names == [["Łukasz"], ["François"], []]
