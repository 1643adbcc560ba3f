"""The reference sample's files and the captured messages, where they are at hand."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ingest.maps.folder import Maps, OneFile
from ingest.preview import from_file, from_messages
from omnicapi.messages import Event, Outcome

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples lie outside the repository")

SEED = sorted((SAMPLES / "seed").glob("*-signals-*"))
HASHED = {"store": {4: "external_id", 5: "em", 6: "ph", 7: "fn", 8: "ln", 9: "db", 10: "ct", 11: "zp", 12: "country"}}
HASHED["web"] = {6: "external_id", 7: "em", 8: "ph"}
HEADER_ROWS = 4


def data_rows(file: Path) -> Iterator[list[str]]:
    """The file's rows of data, read by other means than ingest's."""
    if file.suffix == ".csv":
        rows = csv.reader(io.StringIO(file.read_text("utf-8-sig")), delimiter=";")
        yield from list(rows)[HEADER_ROWS:]
        return
    sheet = openpyxl.load_workbook(file).active
    assert sheet is not None
    for row in list(sheet.iter_rows(values_only=True))[HEADER_ROWS:]:
        yield ["" if cell is None else str(cell) for cell in row]


@pytest.mark.parametrize("file", SEED, ids=lambda file: file.name)
def test_every_data_row_becomes_one_event_with_its_hashes_unchanged(file: Path, maps: Maps) -> None:
    channel = file.name.partition("-")[0]
    rows = list(data_rows(file))
    events = list(from_file(file, maps))
    assert len(events) == len(rows) > 0
    for number, (event, row) in enumerate(zip(events, rows, strict=True), start=HEADER_ROWS + 1):
        assert isinstance(event, Event)
        assert event.origin.row == number
        assert (event.event_name, str(event.event_time), event.channel) == (row[0], row[1], channel)
        for index, key in HASHED[channel].items():
            assert getattr(event.user_data, key) == [row[index]]
        assert (event.custom_data.order_id, event.custom_data.currency, str(event.custom_data.value)) == tuple(
            row[14:17]
        )
        [content] = event.custom_data.contents
        assert (content.id, str(content.quantity)) == tuple(row[17:19])


def test_an_ip_address_that_became_a_number_passes_as_text(maps: Maps) -> None:
    events = list(from_file(SAMPLES / "seed" / "web-signals-07252024.xlsx", maps))
    assert {event.user_data.client_ip_address for event in events if isinstance(event, Event)} == {"123123123123"}


@pytest.mark.parametrize("channel", ["store", "web"])
def test_the_samples_own_maps_read_the_same(channel: str, maps: Maps) -> None:
    own = Maps(OneFile(SAMPLES / "seed" / f"{channel}-mapping.json", channel))
    for file in SEED:
        if file.name.startswith(channel):
            assert list(from_file(file, own)) == list(from_file(file, maps))


def captured(number: str) -> tuple[Any, dict[str, Any]]:
    [file] = (SAMPLES / "ga4").glob(f"{number}_*.json")
    content = json.loads(file.read_text(encoding="utf-8"))
    return content["input"], content["expect"]


def read(message: object, maps: Maps) -> list[Event | Outcome]:
    return list(from_messages(io.BytesIO(json.dumps(message, indent=1).encode()), maps))


@pytest.mark.parametrize("number", ["079", "080", "082", "083"])
def test_metas_own_formats_become_events(number: str, maps: Maps) -> None:
    message, expect = captured(number)
    events = read(message, maps)
    assert len(events) == expect.get("n_events", 1)
    first = events[0]
    assert isinstance(first, Event)
    assert first.event_time == expect.get("event_time", 1795435200)
    assert first.event_name == expect.get("meta_event", "Purchase")
    assert first.warnings == (["test_event_code:unknown_field"] if "test_event_code" in str(message) else [])
    if "em" in expect:
        assert first.user_data.em == expect["em"]
        assert first.custom_data.content_ids == expect["content_ids"]


@pytest.mark.parametrize("number", ["059", "086", "088", "089"])
def test_other_shapes_are_refused_not_guessed(number: str, maps: Maps) -> None:
    [outcome] = read(captured(number)[0], maps)
    assert isinstance(outcome, Outcome)
    assert outcome.reason in {"shape_unknown", "shape_ambiguous", "item_not_object"}


def test_a_push_request_in_the_stream_keeps_its_message_id(maps: Maps) -> None:
    [event] = read(captured("085")[0], maps)
    assert event.origin.message_id == "11111"
