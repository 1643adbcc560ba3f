from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.maps import ga4_tables
from ingest.topic.ga4.reader import Ga4Reader
from ingest.topic.shapes import SHAPES, flat, named, recognise
from ingest.topic.shapes.shape import PLAN_KEYS, PLAN_TEXT, Arrival, EventReader, GoogleShape, KeyedShape, RecordReader
from omnicapi.errors import Refused
from omnicapi.messages import Content, Event, LimitedDataUse, Origin, OriginalEvent
from omnicapi.publishing.publisher import encode

NATIVE: dict[str, Any] = {
    "event_name": "Purchase",
    "event_time": 1795435200,
    "action_source": "website",
    "user_data": {"em": ["a@b.example"]},
}
FLAT: dict[str, Any] = {
    "event_name": "Purchase",
    "event_time": 1795435200,
    "action_source": "physical_store",
    "em": "a@b.example|c@d.example",
}
PAGE_VIEW = {"event_name": "page_view", "page_location": "https://shop.example/"}
GOOGLES: list[tuple[dict[str, Any], str]] = [
    ({**NATIVE, "client_id": "1.2"}, "sgtm"),
    ({**FLAT, "x-ga-measurement_id": "G-1"}, "sgtm"),
    (PAGE_VIEW, "sgtm"),
    ({"schema": "sgtm-event/1", "event": PAGE_VIEW}, "sgtm-event"),
    ({"client_id": "1.2", "events": [{"name": "purchase"}]}, "ga4_mp"),
    ({"event_name": "purchase", "event_timestamp": "1795435200000000", "event_params": []}, "ga4_bq"),
]
TABLES = ga4_tables.parse((Path(__file__).parents[4] / "maps" / "ga4.json").read_bytes())


def reader_of(shape: KeyedShape | GoogleShape) -> EventReader:
    return RecordReader(shape) if isinstance(shape, KeyedShape) else Ga4Reader(TABLES, shape.fallback_id)


def events(item: dict[str, Any], schema: str = "") -> list[Event]:
    shape = named(schema) if schema else recognise(item)
    reader = reader_of(shape)
    made = []
    for record in shape.records(item):
        if isinstance(record, Refused):
            raise record
        made.append(reader.event(record, Arrival("web", Origin())))
    return made


def event(item: dict[str, Any], schema: str = "") -> Event:
    [made] = events(item, schema)
    return made


def reason(item: dict[str, Any], schema: str = "") -> str:
    with pytest.raises(Refused) as caught:
        events(item, schema)
    return caught.value.reason


def everything(keys: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    values = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
    nested = st.recursive(values, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3))
    return st.dictionaries(keys, nested, max_size=8)


ANY_KEY = st.sampled_from(
    [
        *("event_name", "event_time", "user_data", "custom_data", "data", "events", "em", "client_id", "event_params"),
        *("event_timestamp", "schema", "event", "items", "name", "params", "x-ga-gcd", "0", "a"),
    ]
)


@given(everything(ANY_KEY))
def test_no_object_is_of_two_shapes_unless_it_holds_a_list_of_events_besides(item: dict[str, Any]) -> None:
    claims = [shape.name for shape in SHAPES if shape.recognises(item)]
    assert len(set(claims) - {"capi_request", "ga4_mp", "sgtm-event"}) <= 1


@given(everything(ANY_KEY))
def test_whatever_a_shape_claims_is_read_or_refused(item: dict[str, Any]) -> None:
    for shape in SHAPES:
        if shape.recognises(item):
            reader = reader_of(shape)
            for record in _records(shape.records(item)):
                if isinstance(record, Refused):
                    continue
                with suppress(Refused):
                    assert encode(reader.event(record, Arrival("web", Origin())))


def _records(records: Any) -> Iterator[Any]:
    try:
        yield from records
    except Refused:
        return


@pytest.mark.parametrize(
    ("item", "name"),
    [(NATIVE, "capi"), ({"data": [NATIVE], "access_token": "planted"}, "capi_request"), (FLAT, "flat"), *GOOGLES],
)
def test_each_shape_is_recognised(item: dict[str, Any], name: str) -> None:
    assert recognise(item).name == name


def test_an_event_of_any_number_of_keys_is_read_and_no_unusual_set_of_keys_is_remembered() -> None:
    reader = RecordReader(flat.SHAPE)
    for more in ({}, {f"k{number}": number for number in range(PLAN_KEYS)}, {"k" * PLAN_TEXT: 1}):
        [record] = flat.records({**FLAT, **more})
        assert reader.event(record, Arrival("web", Origin())).custom_data.properties.keys() == more.keys()
    assert reader._known_plan.cache_info().currsize == 1


def test_an_envelope_of_somebody_elses_is_not_ours() -> None:
    assert reason({"schema": "other/1", "event": PAGE_VIEW}) == "shape_unknown"


def test_a_row_without_its_time_is_neither_googles_nor_metas() -> None:
    assert reason({**FLAT, "event_params": []}) == "shape_unknown"


def test_an_object_of_two_shapes_is_refused_with_both() -> None:
    with pytest.raises(Refused, match="capi or capi_request") as caught:
        recognise({**NATIVE, "data": [NATIVE]})
    assert caught.value.reason == "shape_ambiguous"


def test_the_schema_attribute_decides_and_may_bear_a_version() -> None:
    both = {**NATIVE, "data": [NATIVE, NATIVE]}
    assert len(events(both, "capi/1")) == 1
    assert len(events(both, "capi_request")) == 2
    assert reason(NATIVE, "csv") == "schema_unknown"


def test_a_request_without_a_list_of_events_is_refused() -> None:
    assert reason({"data": 1}, "capi_request") == reason({"data": [1]}, "capi_request") == "item_not_object"
    for schema in ("ga4_mp", "ga4_bq", "sgtm-event/1"):
        assert reason({"event_name": "purchase"}, schema) == "item_not_object"


def test_a_native_event_keeps_every_key() -> None:
    made = event(
        {
            **NATIVE,
            "event_time": "2026-11-23T12:00:00Z",
            "event_id": "ord-1",
            "event_source_url": "https://shop.example/thanks",
            "referrer_url": "https://search.example/",
            "opt_out": False,
            "messaging_channel": "whatsapp",
            "app_data": {"extinfo": ["a2", ""], "advertiser_tracking_enabled": 1},
            "original_event_data": {"event_name": "Purchase", "event_time": 1795435100, "order_id": "o1"},
            "data_processing_options": ["LDU"],
            "data_processing_options_country": 1,
            "data_processing_options_state": 1000,
            "consent": {"ad_user_data": True, "ad_storage": "denied"},
            "user_data": {
                "em": "a@b.example",
                "phone": ["+1 650 555 1212", 16505551213],
                "client_user_agent": "Mozilla/5.0",
                "lead_id": 1234567890123456,
                "zip": 94025,
                "external_id": [7, "b"],
            },
            "custom_data": {
                "value": Decimal("41.60"),
                "currency": "USD",
                "country": "BR",
                "contents": [{"id": "SKU", "quantity": 3, "colour": "red"}],
                "content_ids": ["SKU"],
                "num_items": 3,
                "store_data": {"store_code": "LDN", "store_page_id": 17, "shelf": "9"},
                "loyalty": {"tier": ["gold"]},
                "coupon": None,
            },
        }
    )
    assert made.event_time == 1795435200
    assert made.event_id == "ord-1"
    assert made.user_data.em == ["a@b.example"]
    assert made.user_data.ph == ["+1 650 555 1212", "16505551213"]
    assert made.user_data.lead_id == "1234567890123456"
    assert made.user_data.external_id == ["7", "b"]
    assert made.user_data.zp == ["94025"]
    assert made.user_data.country == []
    assert str(made.custom_data.value) == "41.60"
    assert made.custom_data.contents == [Content(id="SKU", quantity=Decimal(3), properties={"colour": "red"})]
    assert made.custom_data.store_data == {"store_code": "LDN", "store_page_id": "17", "shelf": "9"}
    assert made.custom_data.properties == {"country": "BR", "loyalty": {"tier": ["gold"]}}
    assert made.app_data == {"extinfo": ["a2", ""], "advertiser_tracking_enabled": 1}
    assert made.original_event_data == OriginalEvent(event_name="Purchase", event_time=1795435100, order_id="o1")
    assert made.limited_data_use == LimitedDataUse(options=["LDU"], country=1, state=1000)
    assert made.consent == {"ad_user_data": True, "ad_storage": False}
    assert made.warnings == []
    assert msgspec.json.decode(encode(made), type=Event) == made


def test_what_meta_would_refuse_is_left_out_with_a_warning() -> None:
    made = event({**NATIVE, "mood": "good", "user_data": {"em": "a@b.example", "shoe_size": 9, "x@y.example": 1}})
    assert made.warnings == ["user_data.shoe_size:unknown_field", "a key:unknown_field", "mood:unknown_field"]
    assert made.custom_data.properties == {}


def test_contents_beside_custom_data_find_their_place() -> None:
    made = event({**NATIVE, "contents": [{"id": "SKU"}]})
    assert made.custom_data.contents == [Content(id="SKU")]


def test_a_flat_event_splits_lists_and_keeps_other_keys_as_properties() -> None:
    made = event(
        {
            **FLAT,
            "value": Decimal("150.5"),
            "content_ids": "ABC|EFG",
            "data_set_id": 350218134519384,
            "custom_data.order_id": "o1",
            "custom_data.loyalty": "gold",
            "user_data.ph": "+44 20 7946 0958",
            "user_data.shoe_size": 9,
            "shop": {"floor": 2},
            "note": "",
        }
    )
    assert made.user_data.em == ["a@b.example", "c@d.example"]
    assert made.user_data.ph == ["+44 20 7946 0958"]
    assert made.dataset == "350218134519384"
    assert made.custom_data.content_ids == ["ABC", "EFG"]
    assert made.custom_data.order_id == "o1"
    assert made.custom_data.properties == {"loyalty": "gold", "shop": {"floor": 2}}
    assert made.warnings == ["user_data.shoe_size:unknown_field"]


def test_a_refusal_names_the_key_and_never_its_value() -> None:
    with pytest.raises(Refused) as caught:
        event({**FLAT, "value": "planted"})
    assert str(caught.value).startswith("custom_data.value: not a plain number")
    assert "planted" not in str(caught.value)


def test_a_local_time_without_its_zone_is_refused() -> None:
    assert reason({**NATIVE, "event_time": "2026-11-23T12:00:00"}) == "event_time_no_zone"


def test_a_zero_is_something_said() -> None:
    assert event({**FLAT, "value": 0}).custom_data.value == 0
