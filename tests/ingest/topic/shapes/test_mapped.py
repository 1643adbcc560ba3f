import json
from typing import Any

import pytest

from ingest.maps.field_map import Map, parse
from ingest.maps.folder import Maps
from ingest.topic.shapes import mapped
from ingest.topic.shapes.shape import Arrival, RecordReader
from omnicapi.errors import Refused
from omnicapi.messages import Event, Origin

LEAD: dict[str, Any] = {
    "stage": "qualified_lead",
    "stage_changed_at": "2026-11-23T09:00:00-03:00",
    "change_id": 99,
    "lead_id": 1234567890123456,
    "email": "a@b.example",
    "phone": None,
    "deal_value": 1500,
    "owner": "planted",
}


def event(map_: Map, item: dict[str, Any]) -> Event:
    shape = mapped.shape(map_)
    assert not shape.recognises(item)
    [record] = shape.records(item)
    assert not isinstance(record, Refused)
    return RecordReader(shape).event(record, Arrival(map_.channel, Origin()))


def test_the_shipped_crm_map_makes_lead_events(maps: Maps) -> None:
    made = event(maps.get("crm"), LEAD)
    assert (made.event_name, made.event_time, made.event_id) == ("qualified_lead", 1795435200, "99")
    assert made.action_source == "system_generated"
    assert (made.custom_data.event_source, made.custom_data.lead_event_source) == ("crm", "CRM")
    assert made.user_data.lead_id == "1234567890123456"
    assert made.user_data.ph == []
    assert made.custom_data.value == 1500


def test_keys_the_map_does_not_name_are_not_read(maps: Maps) -> None:
    made = event(maps.get("crm"), LEAD)
    assert "planted" not in repr(made)
    assert made.warnings == []


def test_a_key_may_reach_into_objects_or_hold_one() -> None:
    columns = {
        "EVENT_NAME": "deal.stage",
        "EVENT_TIME": "deal.at",
        "EMAIL": "Contact.E-Mail",
        "CONTENTS": "deal.lines",
        "APP_DATA": "app",
    }
    map_ = parse("crm", json.dumps({"columns": columns, "defaults": {"ACTION_SOURCE": "app"}}).encode())
    made = event(
        map_,
        {
            "deal": {"stage": "won", "at": 1795435200, "lines": [{"id": "a"}]},
            "contact": {"e-mail": ["a@b.example", "c@d.example"]},
            "app": {"extinfo": {"a": 1}},
        },
    )
    assert made.event_name == "won"
    assert made.user_data.em == ["a@b.example", "c@d.example"]
    assert made.custom_data.contents[0].id == "a"
    assert made.app_data == {"extinfo": {"a": 1}}


def test_what_is_missing_is_named_by_its_key(maps: Maps) -> None:
    with pytest.raises(Refused) as caught:
        event(maps.get("crm"), {"stage": "won"})
    assert str(caught.value) == ("event_time is missing; the map of channel crm reads it from key 'stage_changed_at'.")


def test_a_bad_value_is_named_by_its_key(maps: Maps) -> None:
    with pytest.raises(Refused, match=r"^deal_value \(custom_data.value\): "):
        event(maps.get("crm"), {**LEAD, "stage": "Purchase", "deal_value": "1.500,00"})


def test_a_bad_value_of_an_event_that_can_do_without_is_left_out(maps: Maps) -> None:
    made = event(maps.get("crm"), {**LEAD, "deal_value": "planted"})
    assert (made.custom_data.value, made.warnings) == (None, ["custom_data.value:number_unreadable"])


def test_however_deep_an_object_goes_it_is_opened_no_further_than_a_key_may_reach(maps: Maps) -> None:
    deep: dict[str, Any] = {}
    for _ in range(500):
        deep = {"a": deep}
    assert event(maps.get("crm"), {**LEAD, "deep": deep}).event_id == "99"
