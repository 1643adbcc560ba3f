import base64
import io
import json
from pathlib import Path

import pytest

from ingest.maps.folder import Maps, OneFile
from ingest.preview import from_file, from_messages
from omnicapi.errors import UnknownChannel, UnreadableFile
from omnicapi.messages import Event, Outcome

ROW = "Purchase;1719852447;physical_store;;customer;;;;;;;;;;ATN1;brl;220.00;product1;1\n"
FLAT = {"event_name": "Lead", "event_time": 1795435200, "action_source": "website", "event_id": "e1"}


def push(data: object, **attributes: str) -> dict[str, object]:
    encoded = base64.b64encode(json.dumps(data).encode()).decode()
    return {"message": {"data": encoded, "attributes": attributes, "messageId": "77"}, "subscription": "s"}


def lines(*messages: object) -> bytes:
    return "\n".join(json.dumps(message) for message in messages).encode()


def read(data: bytes, maps: Maps, channel: str | None = None) -> list[Event | Outcome]:
    return list(from_messages(io.BytesIO(data), maps, channel, received_ms=7))


@pytest.mark.parametrize("name", ["store-0708.csv", "store/a.csv"])
def test_a_file_is_read_by_its_channels_map(tmp_path: Path, maps: Maps, name: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(ROW)
    [event] = from_file(file, maps, received_ms=7)
    assert isinstance(event, Event)
    assert (event.channel, event.origin.object, event.origin.row) == ("store", file.name, 1)
    assert event.received_ms == 7


def test_the_channel_can_be_said(tmp_path: Path, maps: Maps) -> None:
    file = tmp_path / "export.csv"
    file.write_text(ROW)
    with pytest.raises(UnknownChannel):
        list(from_file(file, maps))
    assert [one.channel for one in from_file(file, maps, "STORE")] == ["store"]


def test_a_file_that_changes_while_it_is_read_is_told(tmp_path: Path, maps: Maps) -> None:
    file = tmp_path / "store-0708.csv"
    file.write_text(ROW * 3)
    found = from_file(file, maps)
    next(found)
    with file.open("a") as more:
        more.write(ROW)
    with pytest.raises(UnreadableFile, match="was changed while it was read"):
        list(found)


def test_one_map_alone_needs_no_channel(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("Purchase;1719852447;website\n")
    map_ = tmp_path / "mine.json"
    map_.write_text(json.dumps({"EVENT_NAME": 0, "EVENT_TIME": 1, "ACTION_SOURCE": 2}))
    assert [one.channel for one in from_file(file, Maps(OneFile(map_)))] == ["mine"]


def test_a_file_that_is_not_there_or_cannot_be_read_is_told(tmp_path: Path, maps: Maps) -> None:
    with pytest.raises(FileNotFoundError):
        list(from_file(tmp_path / "store.csv", maps))
    (tmp_path / "store.pdf").write_text("")
    with pytest.raises(UnreadableFile):
        list(from_file(tmp_path / "store.pdf", maps))


def test_lines_are_messages_and_are_numbered(maps: Maps) -> None:
    found = read(lines(FLAT, [FLAT, 5], FLAT), maps)
    assert [(one.origin.message_id, one.origin.index) for one in found] == [
        ("1", None),
        ("2", 0),
        ("2", 1),
        ("3", None),
    ]


def test_push_requests_bring_their_attributes_and_ids(maps: Maps) -> None:
    lead = {"stage": "won", "stage_changed_at": 1795435200}
    for data in (lines(push(lead, channel="crm")), json.dumps([push(lead, channel="crm")], indent=2).encode()):
        [event] = read(data, maps)
        assert isinstance(event, Event)
        assert (event.channel, event.event_name, event.origin.message_id) == ("crm", "won", "77")


def test_one_document_may_have_many_lines(maps: Maps) -> None:
    for message in (FLAT, [FLAT, FLAT], push(FLAT)):
        found = read(json.dumps(message, indent=2).encode(), maps)
        assert all(isinstance(one, Event) for one in found)
        assert len(found) == (2 if isinstance(message, list) else 1)


def test_the_channel_is_for_messages_that_have_none(maps: Maps) -> None:
    found = read(lines(FLAT, push(FLAT, channel="app")), maps, channel="web")
    assert [one.channel for one in found] == ["web", "app"]


def test_bad_messages_are_refused_and_the_rest_goes_on(maps: Maps) -> None:
    bad_push = {"message": {"data": "%%%"}}
    found = read(lines(FLAT) + b"\n{planted\n" + lines(bad_push, FLAT), maps)
    assert [one.reason if isinstance(one, Outcome) else "" for one in found] == ["", "not_json", "not_json", ""]
    assert [one.origin.message_id for one in found] == ["1", "2", "3", "4"]
    assert "planted" not in repr(found)


def test_a_stream_that_is_no_json_is_one_outcome(maps: Maps) -> None:
    [outcome] = read(b"planted\nplanted\n", maps)
    assert isinstance(outcome, Outcome)
    assert outcome.reason == "not_json"


def test_an_empty_stream_is_nothing(maps: Maps) -> None:
    assert read(b"", maps) == read(b"\n\n", maps) == []


def test_messages_are_read_as_they_come(maps: Maps) -> None:
    class Stream(io.BytesIO):
        taken = 0

        def __next__(self) -> bytes:
            self.taken += 1
            return super().__next__()

    stream = Stream(lines(*[FLAT] * 10))
    next(from_messages(stream, maps))
    assert stream.taken == 1
