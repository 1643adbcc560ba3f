import importlib
import json
from pathlib import Path

import pytest

from ingest.maps.folder import Folder, Maps
from ingest.topic.reader import TopicReader
from omnicapi.errors import BadMap
from omnicapi.intake.push import PushMessage
from omnicapi.messages import Event, Origin, Outcome

FLAT = {
    "event_name": "Lead",
    "event_time": 1795435200,
    "action_source": "website",
    "event_id": "e1",
    "em": "a@b.example",
}

SERVER_EVENT = {**{key: FLAT[key] for key in FLAT if key != "em"}, "user_data": {"em": "a@b.example"}}


@pytest.fixture
def reader(maps: Maps) -> TopicReader:
    return TopicReader(maps)


def read(reader: TopicReader, data: object, **attributes: str) -> list[Event | Outcome]:
    encoded = data if isinstance(data, bytes) else json.dumps(data).encode()
    return list(reader.events(PushMessage(encoded, attributes, "m1"), 7))


def only_outcome(found: list[Event | Outcome]) -> Outcome:
    [outcome] = found
    assert isinstance(outcome, Outcome)
    assert (outcome.stage, outcome.verdict, outcome.received_ms) == ("ingest", "rejected", 7)
    return outcome


def test_one_object_is_one_event_without_an_index(reader: TopicReader) -> None:
    [event] = read(reader, FLAT)
    assert isinstance(event, Event)
    assert (event.origin, event.received_ms) == (Origin(message_id="m1"), 7)


def test_without_a_channel_events_are_counted_under_their_shape(reader: TopicReader) -> None:
    assert [one.channel for one in read(reader, FLAT)] == ["flat"]
    assert [one.channel for one in read(reader, FLAT, channel=" App ")] == ["app"]


def test_a_list_and_lines_are_read_item_by_item(reader: TopicReader) -> None:
    lines = b"\n".join([json.dumps(FLAT).encode(), b"", json.dumps(FLAT).encode(), b""])
    for data in ([FLAT, FLAT], lines):
        assert [one.origin for one in read(reader, data)] == [Origin(message_id="m1", index=n) for n in (0, 1)]


@pytest.mark.parametrize("data", [b"[1,1,1]", b"1\n1\n1", b"1\n{\n{\n"], ids=["list", "lines", "broken lines"])
def test_a_message_of_more_items_than_memory_can_hold_is_refused_as_one(maps: Maps, data: bytes) -> None:
    outcome = only_outcome(read(TopicReader(maps, most=2), data))
    assert (outcome.reason, outcome.origin) == ("too_many_items", Origin(message_id="m1"))
    assert len(read(TopicReader(maps, most=3), data)) == 3


def test_a_bad_item_is_refused_by_index_and_the_rest_goes_on(reader: TopicReader) -> None:
    found = read(reader, [FLAT, 5, {**FLAT, "event_name": "Purchase", "value": "planted"}, {}, FLAT], channel="app")
    assert [isinstance(one, Event) for one in found] == [True, False, False, False, True]
    assert [one.origin.index for one in found] == [0, 1, 2, 3, 4]
    bad = found[2]
    assert isinstance(bad, Outcome)
    assert (bad.channel, bad.reason, bad.field) == ("app", "number_unreadable", "custom_data.value")
    assert (bad.event_id, bad.event_name) == ("e1", "Purchase")
    assert "planted" not in repr(found)


def test_a_bad_line_is_refused_and_the_rest_goes_on(reader: TopicReader) -> None:
    line = json.dumps(FLAT).encode()
    found = read(reader, line + b"\n{planted\n" + line)
    assert [isinstance(one, Event) for one in found] == [True, False, True]
    outcome = found[1]
    assert isinstance(outcome, Outcome)
    assert outcome.message is not None
    assert outcome.message.startswith("Line 2 of the message's data cannot be read as JSON: it is cut off, ")


@pytest.mark.parametrize(
    "data",
    [b"", b"planted", b"{planted\n{planted", b"\xff\xfe", b"[" * 100_000, b"[1e99999999999999999999]", b"9" * 5000],
)
def test_a_message_that_is_not_json_is_one_outcome(reader: TopicReader, data: bytes) -> None:
    outcome = only_outcome(read(reader, data))
    assert (outcome.reason, outcome.channel, outcome.origin) == ("not_json", "unknown", Origin(message_id="m1"))
    assert "planted" not in repr(outcome)


def test_an_empty_list_is_one_outcome(reader: TopicReader) -> None:
    assert only_outcome(read(reader, [], channel="app")).reason == "message_empty"


@pytest.mark.parametrize("data", [5, "text", None, {}, [[]]])
def test_what_is_no_object_is_no_event(reader: TopicReader, data: object) -> None:
    assert only_outcome(read(reader, data)).reason == "item_not_object"


def test_a_channel_whose_map_names_keys_is_read_by_its_map(reader: TopicReader) -> None:
    for _ in range(2):
        [event] = read(reader, {"stage": "won", "stage_changed_at": 1795435200}, channel="CRM")
        assert isinstance(event, Event)
        assert (event.channel, event.event_name, event.action_source) == ("crm", "won", "system_generated")


def test_the_schema_overrules_the_channels_map(reader: TopicReader) -> None:
    [event] = read(reader, FLAT, channel="crm", schema="flat/1")
    assert isinstance(event, Event)
    assert (event.channel, event.event_name) == ("crm", "Lead")


def test_a_map_that_counts_columns_says_nothing_about_messages(reader: TopicReader) -> None:
    [event] = read(reader, FLAT, channel="store")
    assert isinstance(event, Event)
    assert event.channel == "store"


def test_an_unknown_schema_refuses_the_message_once(reader: TopicReader) -> None:
    outcome = only_outcome(read(reader, [FLAT, FLAT], schema="csv"))
    assert outcome.reason == "schema_unknown"
    assert outcome.message is not None
    assert outcome.message.endswith("known are sgtm-event, sgtm, ga4_mp, ga4_bq, capi, capi_request, flat.")


def test_a_changed_map_is_used(tmp_path: Path) -> None:
    file = tmp_path / "crm.json"
    columns = {"EVENT_TIME": "at", "EVENT_NAME": "stage"}
    file.write_text(json.dumps({"columns": columns, "defaults": {"action_source": "other"}}))
    reader = TopicReader(Maps(Folder(tmp_path), refresh=0))
    item = {"stage": "won", "step": "lost", "at": 1795435200}
    names = []
    for key in ("stage", "step", "step"):
        file.write_text(json.dumps({"columns": {**columns, "EVENT_NAME": key}, "defaults": {"action_source": "other"}}))
        [event] = read(reader, item, channel="crm")
        assert isinstance(event, Event)
        names.append(event.event_name)
    assert names == ["won", "lost", "lost"]


def test_a_map_that_must_be_mended_holds_the_message_back(tmp_path: Path) -> None:
    (tmp_path / "crm.json").write_text("{}")
    with pytest.raises(BadMap):
        read(TopicReader(Maps(Folder(tmp_path))), FLAT, channel="crm")


def test_events_of_a_request_have_their_places(reader: TopicReader) -> None:
    native = {"event_name": "Lead", "event_time": 1795435200, "action_source": "website", "user_data": {}}
    assert [one.origin.index for one in read(reader, {"data": [native, native]})] == [0, 1]
    assert [one.origin.index for one in read(reader, {"data": [native]})] == [None]


def test_a_message_that_comes_again_gives_the_same_ids(reader: TopicReader) -> None:
    item = {key: value for key, value in FLAT.items() if key != "event_id"}
    ids = [one.event_id for one in read(reader, [item, item])]
    assert ids == [one.event_id for one in read(reader, [item, item])]
    assert len(set(ids)) == 2
    assert all(ids)


def test_an_event_of_a_request_that_is_none_costs_itself(reader: TopicReader) -> None:
    native = {"event_name": "Lead", "event_time": 1795435200, "action_source": "website", "user_data": {}}
    hit = {"name": "add_to_cart", "params": {}, "timestamp_micros": 1795435200000000}
    for body in ({"data": [native, 5, native]}, {"client_id": "1.2", "events": [hit, {"params": {}}, hit]}):
        found = read(reader, body)
        assert [isinstance(one, Event) for one in found] == [True, False, True]
        assert [one.origin.index for one in found] == [0, 1, 2]


def test_what_json_cannot_say_of_a_requests_event_costs_that_event(reader: TopicReader) -> None:
    native = b'{"event_name": "Lead", "event_time": 1795435200, "action_source": "website", "user_data": {}}'
    bad = native.replace(b"{}", b'{"em": "planted", "ph": NaN}')
    found = read(reader, b'{"data": [' + native + b", " + bad + b", " + native + b"]}", channel="web")
    assert [isinstance(one, Event) for one in found] == [True, False, True]
    outcome = found[1]
    assert isinstance(outcome, Outcome)
    assert (outcome.channel, outcome.reason, outcome.origin) == ("web", "not_json", Origin(message_id="m1", index=1))
    assert "planted" not in repr(outcome)


def test_such_a_body_that_is_no_request_is_refused_whole(reader: TopicReader) -> None:
    assert only_outcome(read(reader, b'{"data": [{"n": 1}, NaN]}', schema="flat")).reason == "not_json"


@pytest.mark.parametrize(
    "where", ["ingest.topic.shapes.shape.RecordReader.event", "ingest.events.event_ids.EventIds.complete"]
)
def test_whatever_an_item_raises_costs_only_that_item(
    reader: TopicReader, where: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    owner, _, name = where.rpartition(".")
    module, _, class_name = owner.rpartition(".")
    owner_class = getattr(importlib.import_module(module), class_name)
    real, calls = getattr(owner_class, name), iter(range(9))

    def breaking(*given: object) -> object:
        if next(calls) == 1:
            raise RecursionError("planted@person.example")
        return real(*given)

    monkeypatch.setattr(owner_class, name, breaking)
    first, outcome, last = read(reader, [FLAT, {**FLAT, "event_id": "e2"}, FLAT])
    assert isinstance(first, Event)
    assert isinstance(last, Event)
    refused = only_outcome([outcome])
    assert (refused.reason, refused.event_id, refused.origin) == (
        "internal_error",
        "e2",
        Origin(message_id="m1", index=1),
    )
    assert "planted" not in str(refused) + str([record.__dict__ for record in caplog.records])


@pytest.mark.parametrize(
    ("said", "again", "field"),
    [
        ({"currency": "EUR"}, {"Currency": "USD"}, "custom_data.currency"),
        ({"value": 10}, {"Value": "12"}, "custom_data.value"),
        ({"order_id": "A1"}, {"Order ID": "B2"}, "custom_data.order_id"),
        ({}, {"Event_Time": 1795435300}, "event_time"),
        ({}, {"Event_ID": "e2"}, "event_id"),
    ],
)
def test_two_keys_of_one_field_that_contradict_each_other_refuse_the_event(
    reader: TopicReader, said: dict[str, object], again: dict[str, object], field: str
) -> None:
    purchase = {**FLAT, "event_name": "Purchase", "value": 10, "currency": "EUR", **said}
    outcome = only_outcome(read(reader, {**purchase, **again}))
    assert (outcome.reason, outcome.field) == ("keys_contradict", field)


def test_two_keys_that_say_the_same_or_what_no_event_needs_do_not_refuse_it(reader: TopicReader) -> None:
    purchase = {**FLAT, "event_name": "Purchase", "value": 10, "currency": "EUR"}
    [event] = read(reader, {**purchase, "Value": "10.00", "Currency": "€", "Search_String": "b", "search_string": "a"})
    assert isinstance(event, Event)
    assert event.custom_data.value == 10
    assert event.custom_data.currency == "EUR"
    assert event.warnings == ["custom_data.search_string:keys_contradict"]
    [event] = read(reader, {**FLAT, "opt_out": False, "Opt_Out": True})
    assert isinstance(event, Event)
    assert event.opt_out is True


@pytest.mark.parametrize(
    ("said", "again"),
    [
        ({"consent": "granted"}, {"consent": "denied"}),
        ({"consent": {"ad_user_data": "denied"}}, {"consent": "granted"}),
        ({}, {"marketing_consent": "no"}),
    ],
)
def test_a_denial_beside_the_events_of_a_request_or_in_one_of_them_counts(
    reader: TopicReader, said: dict[str, object], again: dict[str, object]
) -> None:
    [event] = read(reader, {"data": [{**SERVER_EVENT, **said}], **again})
    assert isinstance(event, Event)
    assert False in event.consent.values()


def test_what_a_request_says_of_all_its_events_holds_for_each(reader: TopicReader) -> None:
    body = {"data": [SERVER_EVENT], "opt_out": True, "data_processing_options": ["LDU"], "test_event_code": "TEST1"}
    [event] = read(reader, {**body, "access_token": "planted"})
    assert isinstance(event, Event)
    assert (event.opt_out, event.limited_data_use and event.limited_data_use.options) == (True, ["LDU"])
    assert event.warnings == ["test_event_code:unknown_field"]
    assert "planted" not in str(event)


@pytest.mark.parametrize(
    "data",
    [
        json.dumps([SERVER_EVENT]),
        json.dumps(SERVER_EVENT),
        [json.dumps(SERVER_EVENT)],
        SERVER_EVENT,
        {"0": SERVER_EVENT},
    ],
)
def test_the_events_of_a_request_may_be_json_in_a_text_or_an_object(reader: TopicReader, data: object) -> None:
    [event] = read(reader, {"data": data})
    assert isinstance(event, Event)
    assert event.event_id == "e1"


@pytest.mark.parametrize(("data", "reason"), [("[{", "not_json"), ("x", "shape_unknown"), ("[]", "item_not_object")])
def test_a_text_that_holds_no_events_is_refused(reader: TopicReader, data: str, reason: str) -> None:
    assert only_outcome(read(reader, {"data": data})).reason == reason


def test_a_property_whose_name_is_an_ids_is_left_out_where_its_digits_are_lost(reader: TopicReader) -> None:
    text = json.dumps(FLAT)[:-1] + ', "transaction_id": 1.23456789012346E+15, "points": 1E+3}'
    [event] = read(reader, text.encode())
    assert isinstance(event, Event)
    assert (list(event.custom_data.properties), event.warnings) == (
        ["points"],
        ["custom_data.transaction_id:digits_lost"],
    )
