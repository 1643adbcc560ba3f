"""A placeholder becomes no id, whatever door the event comes through."""

import hashlib
import io
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.maps.field_map import parse
from ingest.maps.folder import Folder, Maps
from ingest.rows.conversion import events
from ingest.topic.reader import TopicReader
from omnicapi.intake.push import PushMessage
from omnicapi.messages import Event, Origin, Outcome
from omnicapi.values.placeholders import NO_IDS, is_no_id, is_no_name
from tests.ingest.conftest import MAPS

AT = 1796063000
READER = TopicReader(Maps(Folder(MAPS)))
PLACEHOLDERS = st.one_of(
    st.sampled_from([*sorted(NO_IDS), "0", "{{event_id}}", "${id}", "[order_id]", "{id}", "[object Object]"]).flatmap(
        lambda word: st.sampled_from([word, word.upper(), word.title(), f" {word} ", f'"{word}"', f"{word}_{word}"])
    ),
    st.sampled_from(
        ["", "-", "d41d8cd98f00b204e9800998ecf8427e", "00000000-0000-0000-0000-000000000000", "order_undefined"]
    ),
)
IDS = st.fixed_dictionaries({"event": PLACEHOLDERS, "order": PLACEHOLDERS, "product": PLACEHOLDERS})
CUSTOMERS = ("a@mail.example", "b@mail.example")


def capi(ids: Mapping[str, str], mail: str) -> dict[str, Any]:
    return {
        "event_name": "Purchase",
        "event_time": AT,
        "event_id": ids["event"],
        "action_source": "website",
        "user_data": {"em": mail},
        "custom_data": {
            "value": 1,
            "currency": "EUR",
            "order_id": ids["order"],
            "cart_id": ids["order"],
            "content_ids": [ids["product"], "sku1"],
            "contents": [{"id": ids["product"], "quantity": 1}, {"id": "sku1", "quantity": 1}],
        },
        "original_event_data": {"event_id": ids["event"], "order_id": ids["order"]},
    }


def request(ids: Mapping[str, str], mail: str) -> dict[str, Any]:
    return {"data": [capi(ids, mail)]}


def flat(ids: Mapping[str, str], mail: str) -> dict[str, Any]:
    return {
        "event_name": "Purchase",
        "event_time": AT,
        "event_id": ids["event"],
        "order_id": ids["order"],
        "content_id": ids["product"],
        "content_ids": ["sku1"],
        "email": mail,
        "action_source": "website",
    }


def sgtm(ids: Mapping[str, str], mail: str) -> dict[str, Any]:
    return {
        "event_name": "purchase",
        "event_id": ids["event"],
        "transaction_id": ids["order"],
        "client_id": "1.2",
        "user_data": {"email_address": mail},
        "items": [{"item_id": ids["product"]}, {"item_id": "sku1"}],
        "value": 1,
        "currency": "EUR",
    }


def envelope(ids: Mapping[str, str], mail: str) -> dict[str, Any]:
    return {"schema": "sgtm-event/1", "event": sgtm(ids, mail), "event_id": ids["event"]}


def measurement(ids: Mapping[str, str], mail: str) -> dict[str, Any]:
    event = {key: value for key, value in sgtm(ids, mail).items() if key not in ("event_name", "client_id")}
    return {"client_id": "1.2", "events": [{"name": "purchase", "params": event}]}


def export(ids: Mapping[str, str], mail: str) -> dict[str, Any]:
    params = {"event_id": ids["event"], "transaction_id": ids["order"]}
    return {
        "event_name": "purchase",
        "event_timestamp": str(AT * 1_000_000 + len(mail) + ord(mail[0])),
        "user_pseudo_id": "1.2",
        "event_params": [{"key": key, "value": {"string_value": value}} for key, value in params.items()],
        "ecommerce": {"transaction_id": ids["order"]},
        "items": [{"item_id": ids["product"]}, {"item_id": "sku1"}],
    }


def from_topic(shape: Callable[[Mapping[str, str], str], dict[str, Any]], ids: Mapping[str, str]) -> list[Any]:
    data = json.dumps([shape(ids, mail) for mail in CUSTOMERS]).encode()
    return list(READER.events(PushMessage(data, {}, "m1", publish_ms=AT * 1000), AT * 1000))


FILE = parse(
    "store",
    json.dumps(
        {
            "columns": {
                "EVENT_TIME": "when",
                "EVENT_ID": "id",
                "ORDER_ID": "order",
                "CONTENT_ID": "sku",
                "CONTENT_IDS": "skus",
                "EMAIL": "mail",
            },
            "defaults": {"EVENT_NAME": "Purchase", "ACTION_SOURCE": "physical_store"},
        }
    ).encode(),
)


def from_file(ids: Mapping[str, str]) -> list[Any]:
    lines = [
        {
            "when": str(AT),
            "id": ids["event"],
            "order": ids["order"],
            "sku": ids["product"],
            "skus": "sku1",
            "mail": mail,
        }
        for mail in CUSTOMERS
    ]
    text = "\n".join(map(json.dumps, lines)).encode()
    return list(events(io.BytesIO(text), FILE, Origin(object="a.jsonl"), 0))


def ids_of(event: Event) -> list[str | None]:
    custom, original = event.custom_data, event.original_event_data
    return [
        event.event_id,
        custom.order_id,
        *custom.content_ids,
        *(content.id for content in custom.contents),
        custom.properties.get("cart_id"),
        *((original.event_id, original.order_id) if original else ()),
    ]


@pytest.mark.parametrize("shape", [capi, request, flat, sgtm, envelope, measurement, export])
@given(ids=IDS)
def test_no_placeholder_becomes_an_id_and_no_two_purchases_share_one(shape: Any, ids: Mapping[str, str]) -> None:
    found = from_topic(shape, ids)
    assert all(isinstance(one, Event) for one in found), found
    assert not any(id_ is not None and is_no_id(id_) for one in found for id_ in ids_of(one))
    assert len({one.event_id for one in found}) == len(CUSTOMERS)
    assert all("sku1" in one.custom_data.content_ids for one in found)


@given(ids=IDS)
def test_no_placeholder_of_a_file_becomes_an_id(ids: Mapping[str, str]) -> None:
    found = from_file(ids)
    # An error of a spreadsheet's formula in the column of ids refuses its row (docs/files-reference.md).
    kept = [one for one in found if isinstance(one, Event)]
    assert kept or {one.reason for one in found} == {"formula_error"}
    assert not any(id_ is not None and is_no_id(id_) for one in kept for id_ in ids_of(one))
    assert len({one.event_id for one in kept}) == len(kept)


def one(item: Mapping[str, Any]) -> Event:
    [event] = READER.events(PushMessage(json.dumps(item).encode(), {}, "m1", publish_ms=AT * 1000), 0)
    assert isinstance(event, Event), event
    return event


def test_each_placeholder_is_named_and_never_quoted() -> None:
    event = one(capi({"event": "undefined", "order": "null", "product": "(not set)"}, CUSTOMERS[0]))
    assert sorted(event.warnings) == [
        "custom_data.cart_id:placeholder",
        "custom_data.content_ids:placeholder",
        "custom_data.contents[0].id:placeholder",
        "custom_data.order_id:placeholder",
        "event_id:placeholder",
        "original_event_data.event_id:placeholder",
        "original_event_data.order_id:placeholder",
    ]


@pytest.mark.parametrize("id_", ["NULL-1001", "0815", "T1", "undefined-1796063000123", "none-of-the-above"])
def test_a_real_id_stays_as_it_is(id_: str) -> None:
    event = one(capi({"event": id_, "order": id_, "product": id_}, CUSTOMERS[0]))
    assert event.event_id == event.custom_data.order_id == event.custom_data.contents[0].id == id_
    assert event.custom_data.content_ids == [id_, "sku1"]
    assert event.warnings == []


@pytest.mark.parametrize("value", [True, False, 0, -1, "\\N", "<NA>"])
def test_json_that_is_no_text_is_no_id_either(value: Any) -> None:
    event = one(capi({"event": value, "order": value, "product": value}, CUSTOMERS[0]))
    assert not any(id_ is not None and is_no_id(id_) for id_ in ids_of(event))


@pytest.mark.parametrize("name", ["null", "Undefined", "(not set)", "{{event}}", " NaN "])
@pytest.mark.parametrize("shape", [capi, flat, sgtm])
def test_an_event_named_so_has_no_name(shape: Any, name: str) -> None:
    item = {**shape({"event": "e1", "order": "o1", "product": "p1"}, CUSTOMERS[0]), "event_name": name}
    [outcome] = READER.events(PushMessage(json.dumps(item).encode(), {}, "m1", publish_ms=AT * 1000), 0)
    assert isinstance(outcome, Outcome)
    assert (outcome.reason, outcome.field, outcome.event_name) == ("event_name_missing", "event_name", None)


@pytest.mark.parametrize("name", ["Test", "unknown", "true"])
def test_any_other_word_may_name_an_event(name: str) -> None:
    assert not is_no_name(name)
    assert one({**capi({"event": "e1", "order": "o1", "product": "p1"}, CUSTOMERS[0]), "event_name": name}).event_name


def rows(text: str, map_: Mapping[str, Any]) -> list[Any]:
    return list(events(io.BytesIO(text.encode()), parse("store", json.dumps(map_).encode()), Origin(object="a.csv"), 0))


DEFAULTS = {"EVENT_NAME": "Purchase", "ACTION_SOURCE": "physical_store"}


def test_the_next_column_of_a_field_counts_then_its_default() -> None:
    map_ = {
        "columns": {"EVENT_TIME": "when", "ORDER_ID": ["order", "invoice"], "EVENT_NAME": "what"},
        "defaults": DEFAULTS,
    }
    [event] = rows(f"when;order;invoice;what\n{AT};null;R-7;undefined\n", map_)
    assert event.event_name == "Purchase"


def test_what_a_table_of_values_makes_of_a_word_counts() -> None:
    map_ = {
        "columns": {
            "EVENT_TIME": "when",
            "EVENT_NAME": {"column": "what", "values": {"none": "Lead", "buy": "Purchase"}},
        },
        "defaults": {"ACTION_SOURCE": "other"},
    }
    assert [event.event_name for event in rows(f"when;what\n{AT};none\n{AT};buy\n", map_)] == ["Lead", "Purchase"]


def test_rows_whose_order_has_no_number_are_not_one_order() -> None:
    map_ = {
        "columns": {"EVENT_TIME": "when", "ORDER_ID": "order", "EMAIL": "mail", "VALUE": "total"},
        "defaults": {**DEFAULTS, "CURRENCY": "EUR"},
        "orders": {},
    }
    found = rows(
        f"when;order;mail;total\n{AT};null;a@b.example;1\n{AT};null;a@b.example;2\n{AT};7;a@b.example;3\n", map_
    )
    assert [str(event.custom_data.value) for event in found] == ["1", "2", "3"]
    assert [event.custom_data.order_id for event in found] == [None, None, "7"]
    assert len({event.event_id for event in found}) == 3


def test_another_place_of_googles_data_counts_where_the_first_holds_a_placeholder() -> None:
    event = one(
        {
            "event_name": "purchase",
            "client_id": "1.2",
            "event_id": "undefined",
            "x-fb-event_id": "e7",
            "transaction_id": "(not set)",
            "ecommerce": {"transaction_id": "T7"},
            "x-fb-ck-fbp": "null",
            "fbp": "fb.1.1796062995000.1098115397",
            "user_data": {"email_address": "undefined", "email": "a@mail.example"},
            "items": [{"item_id": "(not set)", "item_name": "Sofa"}],
            "value": 1,
            "currency": "EUR",
        }
    )
    assert (event.event_id, event.custom_data.order_id) == ("e7", "T7")
    assert (event.user_data.fbp, event.user_data.em) == ("fb.1.1796062995000.1098115397", ["a@mail.example"])
    assert event.custom_data.contents[0].id == "Sofa"


def arrived(at_ms: int, **more: Any) -> Event:
    hit = {"event_name": "add_to_cart", "client_id": "1.2", "page_location": "https://shop.example/"}
    return one({**hit, "x-sst-system_properties": {"request_start_time_ms": at_ms}, **more})


def by_tag(at_ms: int, **more: Any) -> Event:
    """Return an event in the envelope of the tag, which digests what an event says without when it arrived."""
    hit = {"event_name": "add_to_cart", "client_id": "1.2", "page_location": "https://shop.example/", **more}
    digest = hashlib.sha256(json.dumps(hit).encode()).hexdigest()
    return one({"schema": "sgtm-event/1", "event": hit, "event_id": digest, "published_at_ms": at_ms})


@pytest.mark.parametrize("arrived", [arrived, by_tag])
@given(at=st.integers(1_796_000_000, 1_796_060_000), apart=st.integers(60, 86_400))
def test_equal_events_of_google_a_minute_apart_are_two(arrived: Any, at: int, apart: int) -> None:
    first, second = arrived(at * 1000), arrived((at + apart) * 1000)
    assert first.event_id != second.event_id


@pytest.mark.parametrize("arrived", [arrived, by_tag])
def test_equal_events_of_one_minute_are_one_and_say_so(arrived: Any) -> None:
    first, again = arrived(1_796_062_980_000), arrived(1_796_062_985_000)
    assert first.event_id == again.event_id
    assert first.warnings == again.warnings == ["event_id:equal_events_of_a_minute_count_once"]


@pytest.mark.parametrize("arrived", [arrived, by_tag])
@pytest.mark.parametrize("counter", ["x-ga-request_count", "x-ga-tfd", "unique_event_id"])
def test_a_browsers_counter_tells_events_apart_whenever_they_arrive(arrived: Any, counter: str) -> None:
    first, again, next_ = (
        arrived(1_796_062_980_000, **{counter: 4}),
        arrived(1_796_063_980_000, **{counter: 4}),
        arrived(1_796_062_980_000, **{counter: 5}),
    )
    assert first.event_id == again.event_id != next_.event_id
    assert first.warnings == []
