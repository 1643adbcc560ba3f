"""No key that an event can do without ever costs it, whatever stands there and by whichever door it comes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handle.datasets import only_dataset
from handle.step import Setup, handle
from ingest.events.needed import is_needed
from ingest.maps.field_map import parse
from ingest.maps.folder import Folder, Maps
from ingest.rows.conversion import events
from ingest.topic.reader import TopicReader
from ingest.values.fields import FIELDS, Field
from omnicapi.intake.push import PushMessage
from omnicapi.messages import Event, Origin
from omnicapi.server_event import ServerEvent
from tests.cases.server_events import EXTINFO, NOW
from tests.examples import examples
from tests.handle.events import json_values

SETUP = Setup(only_dataset("42"))
READER = TopicReader(Maps(Folder(Path(__file__).parents[1] / "maps")))
BASE: dict[str, Any] = {
    "event_name": "Purchase",
    "event_time": NOW - 60,
    "event_id": "e1",
    "action_source": "other",
    "user_data": {"em": "jane@example.com", "external_id": "C-17", "client_ip_address": "203.0.113.7"},
    "custom_data": {"value": 10.5, "currency": "EUR"},
}
# An address in an event id is refused on purpose: ids reach Meta as they are (docs/rules.md).
OPTIONAL = [of for of in FIELDS if not is_needed(of, "Purchase") and of.path != "event_id"]
ANY = json_values.filter(lambda value: "Infinity" not in json.dumps(value))  # which is no JSON
ODD = st.sampled_from(
    [
        [],
        {},
        "",
        "x",
        "1,5",
        "$6,795",
        2.5,
        -1,
        True,
        [1, [2]],
        {"0": "a"},
        [{}],
        "[]",
        "{",
        "\x00",
        10**30,
        "a" * 5000,
        [{"id": "1", "quantity": "many", "item_price": {}}],
        "null",
        "NaN",
        [None],
        "a@b.example",
    ]
)


def sent(found: list[Any]) -> tuple[ServerEvent, list[str]]:
    [event] = found
    assert isinstance(event, Event), event
    handled = handle([event], SETUP, NOW)
    assert not handled.outcomes, handled.outcomes
    [signal] = handled.signals
    return signal.event, signal.warnings


def published(message: dict[str, Any]) -> tuple[ServerEvent, list[str]]:
    return sent(list(READER.events(PushMessage(json.dumps(message).encode(), {"channel": "web"}, "m1"), NOW * 1000)))


def with_value(of: Field, value: Any) -> dict[str, Any]:
    group, _, name = of.path.rpartition(".")
    if of.group == "contents[0]":
        return {
            **BASE,
            "custom_data": {**BASE["custom_data"], "contents": [{"id": "s1", "quantity": 1, of.attribute: value}]},
        }
    if group in {"user_data", "custom_data"}:
        return {**BASE, group: {**BASE[group], name: value}}
    return {**BASE, of.path: value}


@examples(600)
@given(st.sampled_from(OPTIONAL), ANY | ODD)
def test_any_value_of_an_optional_key_leaves_the_event(of: Field, value: Any) -> None:
    event, _ = published(with_value(of, value))
    assert (event.event_name, event.event_id, event.event_time) == ("Purchase", "e1", NOW - 60)
    assert (event.custom_data["value"], event.custom_data["currency"]) == (10.5, "EUR")
    assert event.user_data.em or event.user_data.external_id


@examples(300)
@given(st.sampled_from([of for of in OPTIONAL if of.group != "contents[0]"]), ANY | ODD)
def test_any_value_of_an_optional_key_leaves_the_event_of_one_level(of: Field, value: Any) -> None:
    flat = {
        **{key: it for key, it in BASE.items() if not isinstance(it, dict)},
        **BASE["user_data"],
        **BASE["custom_data"],
    }
    for name in (of.path, *of.aliases):
        flat.pop(name, None)
    event, _ = published({"ph": "+16505551212", **flat, of.path: value})
    assert (event.custom_data["value"], event.custom_data["currency"]) == (10.5, "EUR")


@examples(300)
@given(st.sampled_from(OPTIONAL), st.text(max_size=20) | ODD.map(str))
def test_any_cell_of_an_optional_column_leaves_the_row(of: Field, cell: str) -> None:
    columns = {"EVENT_TIME": 0, "EXTERNAL_ID": [1], "VALUE": 2, "CURRENCY": 3, "CLIENT_IP_ADDRESS": 4}
    columns.pop(of.usual.upper(), None)
    own = {"columns": {**columns, of.path: 5}, "header_rows": 0, "delimiter": ","}
    map_ = parse(
        "web",
        json.dumps({**own, "defaults": {"EVENT_NAME": "Purchase", "ACTION_SOURCE": "other", "FBP": FBP}}).encode(),
    )
    text = io.StringIO()
    # With a mark, as one strange letter alone may be of any encoding.
    csv.writer(text).writerow([str(NOW - 60), "C-17", "10.50", "EUR", "203.0.113.7", cell])
    event, _ = sent(
        list(events(io.BytesIO(text.getvalue().encode("utf-8-sig", "replace")), map_, Origin(object="a.csv"), 0))
    )
    assert (event.custom_data["value"], event.custom_data["currency"]) == (10.5, "EUR")


FBP = f"fb.1.{(NOW - 5000) * 1000}.1116446470"


@pytest.mark.parametrize(
    ("changed", "warning"),
    [
        ({"num_items": 2.5}, "custom_data.num_items:number_unreadable"),
        ({"predicted_ltv": "many"}, "custom_data.predicted_ltv:number_unreadable"),
        ({"content_category": ["a", "b"]}, "custom_data.content_category:several_values"),
        (
            {"contents": [{"id": "1", "quantity": 1, "item_price": "six"}]},
            "custom_data.contents[0].item_price:number_unreadable",
        ),
        ({"contents": "shoes"}, "custom_data.contents:contents_unreadable"),
    ],
)
def test_what_was_left_out_is_said(changed: dict[str, Any], warning: str) -> None:
    _, warnings = published({**BASE, "custom_data": {**BASE["custom_data"], **changed}})
    assert warning in warnings


def test_of_several_values_those_that_can_be_read_are_sent() -> None:
    event, warnings = published({**BASE, "user_data": {"em": ["a@shop.example", {"b": 1}, "c@shop.example"]}})
    assert len(event.user_data.em) == 2
    assert warnings == ["user_data.em:text_unreadable"]


def test_what_a_person_may_have_decided_is_taken_strictly_where_it_cannot_be_read() -> None:
    event, warnings = published({**BASE, "opt_out": "perhaps", "data_processing_options": ["CCPA"]})
    assert event.opt_out is True
    assert (event.data_processing_options, event.data_processing_options_country) == (["LDU"], 0)
    assert {"opt_out:boolean_unreadable", "data_processing_options:limited_data_use_unreadable"} <= set(warnings)


GA4: dict[str, Any] = {
    "event_name": "purchase",
    "client_id": "1234567890.1795000000",
    "user_data": {"email_address": "jane@example.com"},
    "transaction_id": "T1",
    "currency": "EUR",
    "value": 10.5,
    "action_source": "app",
    "event_time": NOW - 60,
}


@pytest.mark.parametrize(
    "extinfo",
    [EXTINFO, json.dumps(EXTINFO), {str(n): one for n, one in enumerate(EXTINFO)}],
    ids=["list", "text", "object"],
)
def test_googles_event_that_says_app_is_an_app_event(extinfo: Any) -> None:
    if isinstance(extinfo, str):
        app_data: Any = json.dumps({"advertiser_tracking_enabled": 1, "extinfo": EXTINFO})
    else:
        app_data = {"advertiser_tracking_enabled": True, "extinfo": extinfo}
    event, _ = published({**GA4, "app_data": app_data})
    assert event.action_source == "app"
    assert event.app_data == {"advertiser_tracking_enabled": 1, "extinfo": EXTINFO}


@pytest.mark.parametrize("name", ["PURCHASE", "purchase", "Purchase\u200b", "pur-chase"])
@pytest.mark.parametrize("shape", ["capi", "flat", "ga4", "request", "mp"])
def test_a_purchase_obeys_its_rules_however_it_is_written_and_wherever_it_comes_from(name: str, shape: str) -> None:
    good = {
        "capi": {**BASE, "event_name": name},
        "flat": {
            "event_name": name,
            "event_time": NOW - 60,
            "action_source": "OTHER",
            "em": "a@b.example",
            "value": 10.5,
            "currency": "EUR",
        },
        "ga4": {**GA4, "event_name": name, "action_source": "other"},
        "request": {"data": [{**BASE, "event_name": name}]},
        "mp": {
            "client_id": "1.2",
            "user_data": {"email_address": "jane@example.com"},
            "timestamp_micros": (NOW - 60) * 10**6,
            "events": [{"name": name, "params": {"value": 10.5, "currency": "EUR", "transaction_id": "T1"}}],
        },
    }[shape]
    event, warnings = published(good)
    assert event.event_name == "Purchase"
    assert ("event_name:standard_name_respelled" in warnings) is not (shape in {"ga4", "mp"} and name == "purchase")
    without = json.loads(json.dumps(good).replace('"value": 10.5, ', "").replace(', "value": 10.5', ""))
    [found] = READER.events(PushMessage(json.dumps(without).encode(), {"channel": "web"}, "m1"), NOW * 1000)
    assert isinstance(found, Event)
    [outcome] = handle([found], SETUP, NOW).outcomes
    assert outcome.reason == "value_missing"


def test_googles_purchase_has_one_id_however_its_name_is_written() -> None:
    first, second = (
        published({**GA4, "event_name": name, "action_source": "other"})[0] for name in ("purchase", "PURCHASE")
    )
    assert first.event_id == second.event_id


def test_a_name_in_a_map_is_metas_too() -> None:
    own = {"columns": {"EVENT_TIME": 0, "EMAIL": 1, "EVENT_NAME": {"column": 2, "values": {"venda": "PURCHASE"}}}}
    map_ = parse("web", json.dumps({**own, "defaults": {"ACTION_SOURCE": "Physical Store"}, "header_rows": 0}).encode())
    text = f"{NOW - 60},a@b.example,venda\n".encode()
    [event] = events(io.BytesIO(text), map_, Origin(object="a.csv"), 0)
    assert isinstance(event, Event)
    assert (event.event_name, event.action_source) == ("Purchase", "physical_store")
    assert event.warnings == [
        "action_source:standard_name_respelled",
        "event_name:standard_name_respelled",
    ]
