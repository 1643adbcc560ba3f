"""A NUL character is sent in no text of an event, and stays in no id."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handle.customer.fields import FIELDS
from handle.customer.normaliser import normalise
from ingest.maps.folder import Maps
from ingest.topic.reader import TopicReader
from ingest.topic.unreadable import clear, may_hold_nul
from omnicapi.intake.push import PushMessage
from omnicapi.messages import CustomerInformation, Event, Origin, Outcome
from omnicapi.publishing.publisher import encode
from tests.handle.events import events

VALUES = st.recursive(
    st.none() | st.text("c\0"),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("d\0"), inner),
    max_leaves=5,
)
EVENT: dict[str, Any] = {
    "event_name": "Purchase",
    "event_time": 1795435200,
    "action_source": "website",
    "event_id": "e1",
    "user_data": {"em": "a@b.example"},
    "custom_data": {"order_id": "o1", "contents": [{"id": "p1"}, {"id": "p2"}], "note": "n"},
}
GA4 = {"event_name": "purchase", "client_id": "1.2", "x-ga-protocol_version": "2", "transaction_id": "t\0", "value": 1}


def read(maps: Maps, *items: object) -> list[Event | Outcome]:
    return list(TopicReader(maps).events(PushMessage(json.dumps(items).encode(), {}, "m1", 1795435200000), 7))


def changed(**at: Any) -> dict[str, Any]:
    return {**EVENT, **at}


def test_an_id_with_a_nul_character_is_derived_as_if_there_were_none(maps: Maps) -> None:
    damaged, without = read(maps, changed(event_id="b\0"), {**EVENT, "event_id": ""})
    assert isinstance(damaged, Event)
    assert isinstance(without, Event)
    assert len(damaged.event_id) == len(without.event_id) == 32
    assert damaged.warnings == ["event_id:unreadable"]


@pytest.mark.parametrize(
    ("custom_data", "warning"),
    [
        ({"order_id": "o\0"}, "custom_data.order_id"),
        ({"contents": [{"id": "p1"}, {"id": "p\0"}]}, "custom_data.contents[1].id"),
        ({"content_ids": ["p1", "p\0"]}, "custom_data.content_ids"),
        ({"content_name": "\0\0"}, "custom_data.content_name"),
        ({"note": "a\0b"}, "custom_data.properties"),
        ({"note": {"deep": ["a", {"b": "\0"}]}}, "custom_data.properties"),
        ({"n\0te": "a"}, "custom_data.properties"),
    ],
)
def test_whatever_holds_a_nul_character_is_left_out_alone_and_named(
    maps: Maps, custom_data: dict[str, Any], warning: str
) -> None:
    event, neighbour = read(maps, changed(custom_data={**custom_data, "kept": "k"}), EVENT)
    assert isinstance(event, Event)
    assert isinstance(neighbour, Event)
    assert event.warnings == [f"{warning}:unreadable"]
    assert event.custom_data.properties == {"kept": "k"}
    assert b"u0000" not in encode(event)
    assert neighbour.warnings == []


def test_googles_order_with_a_nul_character_makes_no_id(maps: Maps) -> None:
    [event] = read(maps, GA4)
    assert isinstance(event, Event)
    assert b"u0000" not in encode(event)
    assert len(event.event_id) == 32
    assert event.custom_data.order_id is None


def test_a_name_with_a_nul_character_refuses_its_event_and_no_outcome_repeats_it(maps: Maps) -> None:
    outcome, neighbour = read(maps, changed(event_name="Purch\0ase", event_id="e\0"), EVENT)
    assert isinstance(outcome, Outcome)
    assert (outcome.reason, outcome.field, outcome.event_id) == ("event_name_missing", "event_name", None)
    assert b"u0000" not in encode(outcome)
    assert isinstance(neighbour, Event)


def test_what_is_said_of_the_person_and_of_consent_is_for_handle_to_judge(maps: Maps) -> None:
    [event] = read(maps, changed(user_data={"em": "a\0@b.example", "fn": "\0"}))
    assert isinstance(event, Event)
    assert event.user_data == CustomerInformation(em=["a\0@b.example"], fn=["\0"])


@pytest.mark.parametrize("field", sorted(FIELDS))
@pytest.mark.parametrize("value", ["\0", "a\0b", "+1650\x005551212", "38400000-8cf0-11bd-b23e-10b96e40000d\0"])
def test_a_value_with_a_nul_character_is_hashed_and_sent_by_no_field(field: str, value: str) -> None:
    assert normalise(field, value).value is None


@given(events, st.data())
def test_no_event_keeps_a_nul_character_outside_of_what_handle_judges(event: Event, data: st.DataObject) -> None:
    event = deepcopy(event)
    event.event_name = "Purchase"
    told = st.sampled_from(["event_id", "event_source_url", "referrer_url", "messaging_channel", "dataset"])
    setattr(event, data.draw(told), data.draw(st.text("a\0", min_size=1)))
    event.custom_data.properties = data.draw(st.dictionaries(st.text("b\0"), VALUES))
    event.user_data, event.consent = CustomerInformation(), {}
    assert b"u0000" not in encode(clear(event))


def test_what_is_too_deep_to_be_looked_through_is_left_out() -> None:
    deep: Any = "a"
    for _ in range(40):
        deep = [deep]
    event = Event(
        event_id="e", event_name="n", event_time=1, channel="c", action_source="website", origin=Origin(message_id="m")
    )
    event.custom_data.properties = {"deep": deep, "less": deep[0]}
    assert list(clear(event).custom_data.properties) == ["less"]


def test_only_a_message_with_the_escape_is_looked_through() -> None:
    assert may_hold_nul(b'{"a": "\\u0000"}')
    assert not may_hold_nul(b'{"a": "u0000"}')
