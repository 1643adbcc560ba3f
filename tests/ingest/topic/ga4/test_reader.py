import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.maps import ga4_tables
from ingest.topic.ga4.reader import Ga4Reader
from ingest.topic.shapes import ga4_bq, sgtm
from ingest.topic.shapes.shape import Arrival
from omnicapi.errors import PassedOver, Refused
from omnicapi.messages import Event, Origin
from omnicapi.publishing.publisher import encode

FILE = json.loads((Path(__file__).parents[4] / "maps" / "ga4.json").read_text(encoding="utf-8"))
PAGE = {
    "event_name": "page_view",
    "client_id": "1.2",
    "page_location": "https://shop.example/",
    "x-ga-request_count": 4,
}
ARRIVAL = Arrival("ga4", Origin(message_id="m"), received_ms=1_795_435_300_000, published_ms=1_795_435_200_999)


def read(record: dict[str, Any], arrival: Arrival = ARRIVAL, **entries: Any) -> Event:
    reader = Ga4Reader(ga4_tables.parse(json.dumps({**FILE, **entries}).encode()), sgtm.fallback_id)
    return reader.event(record, arrival)


def test_a_client_changes_a_mapping_without_code() -> None:
    renamed = read({**PAGE, "event_name": "quote"}, events={"quote": "Lead"})
    assert renamed.event_name == "Lead"
    fields = {
        **FILE["fields"],
        "user_data.external_id": [["crm.member.id", "user_id"]],
        "user_data.lead_id": ["crm.lead"],
    }
    made = read({**PAGE, "crm": {"member": {"id": 7}, "lead": 12345}, "user_id": "u"}, fields=fields)
    assert made.user_data.external_id == ["7", "u"]
    assert made.user_data.lead_id == "12345"
    assert read({**PAGE, "plan": {"a": 1}}, properties={"plan": ["plan"]}).custom_data.properties == {"plan": {"a": 1}}


def test_names_not_listed_can_be_dropped() -> None:
    with pytest.raises(PassedOver):
        read({**PAGE, "event_name": "own"}, other_events="drop")


def test_debugging_can_stay_in_its_channel() -> None:
    debugging = {**PAGE, "test_event_code": "TEST1"}
    assert read(debugging).channel == "ga4-debug"
    assert read(debugging, debug_channel=None).channel == "ga4"


def test_an_event_without_a_time_of_its_own_happened_when_it_was_published_else_received() -> None:
    assert read(PAGE).event_time == 1_795_435_200
    assert read(PAGE, Arrival("ga4", Origin(), received_ms=1_795_435_300_000)).event_time == 1_795_435_300


@pytest.mark.parametrize("micros", [1_795_435_200_123_456, "1795435200123456", 1_795_435_200_123_456.5])
def test_a_time_in_parts_of_a_second_is_read_however_it_is_written(micros: int | str | float) -> None:
    assert read({**PAGE, "timestamp_micros": micros}).event_time == 1_795_435_200


@pytest.mark.parametrize("micros", [pytest.param("9" * 5000, id="endless"), "\u0661" * 16, "1795435200123456.", -1])
def test_a_time_that_cannot_be_read_refuses_its_event(micros: int | str) -> None:
    with pytest.raises(Refused) as caught:
        read({**PAGE, "timestamp_micros": micros})
    assert caught.value.field == "event_time"


def test_a_table_that_says_less_still_makes_events() -> None:
    made = read({**PAGE, "items": [{"item_id": "a", "price": 2}]}, fields={})
    assert (made.event_name, made.action_source, str(made.custom_data.value)) == ("PageView", "other", "2")


def test_a_browser_that_tries_again_gives_the_same_id_and_another_hit_another() -> None:
    hit = {**PAGE, "x-ga-page_id": 1, "x-ga-request_count": 1}
    first, again = (
        read({**hit, "x-sst-system_properties": {"request_start_time_ms": 1_795_435_200_000 + late}})
        for late in (0, 900)
    )
    assert first.event_id == again.event_id != ""
    assert read({**hit, "x-ga-request_count": 2}).event_id != first.event_id


def test_without_a_client_id_the_event_as_a_whole_must_tell_it_from_others() -> None:
    assert read({"event_name": "page_view", "page_location": "https://shop.example/"}).event_id == ""


def test_a_row_is_known_by_the_same_id_as_number_and_as_text() -> None:
    row = {"event_name": "a", "event_timestamp": 1, "user_pseudo_id": "1.2", "batch_event_index": 3}
    assert ga4_bq.row_id(row) == ga4_bq.row_id({**row, "event_timestamp": "1", "batch_event_index": "3", "geo": {}})
    assert len({ga4_bq.row_id({**row, column: 9}) for column in row}) == len(row)


def test_a_purchase_whose_money_cannot_be_read_is_refused_and_any_other_event_goes_on() -> None:
    for key, value in (("value", "1.234,56 €"), ("currency", ["EUR", "USD"])):
        money = {"value": 1, "currency": "EUR", key: value}
        with pytest.raises(Refused) as caught:
            read({**PAGE, "event_name": "purchase", **money})
        assert caught.value.field == f"custom_data.{key}"
        made = read({**PAGE, "event_name": "add_to_cart", **money})
        assert made.warnings == [f"custom_data.{key}:{caught.value.reason}"]


def test_a_value_given_and_unreadable_is_not_replaced_by_the_items() -> None:
    items = [{"item_id": "a", "price": 2}]
    made = read({**PAGE, "event_name": "add_to_cart", "value": "2,00", "currency": "EUR", "items": items})
    assert made.custom_data.value is None


@pytest.mark.parametrize(
    "items", [[{"item_id": "a"}], [{"item_id": "a", "price": "1,0"}], [{"price": 1, "quantity": "x"}]]
)
def test_a_sum_is_only_made_of_prices_that_can_be_read(items: list[dict[str, Any]]) -> None:
    assert read({**PAGE, "event_name": "add_to_cart", "items": items}).custom_data.value is None


def test_an_object_among_texts_costs_itself_and_alone_is_named() -> None:
    mixed = read({**PAGE, "user_data": {"email_address": ["a@mail.example", {"b": 1}, None, ["c"]]}})
    assert (mixed.user_data.em, mixed.warnings) == (["a@mail.example"], [])
    alone = read({**PAGE, "user_data": {"email_address": {"b": 1}}})
    assert (alone.user_data.em, alone.warnings) == ([], ["user_data.em:text_unreadable"])


def test_pieces_that_cannot_be_counted_are_not() -> None:
    event = {**PAGE, "event_name": "purchase", "value": 1, "currency": "EUR"}
    for quantity in ("some", 0.5):
        made = read({**event, "items": [{"item_id": "a", "price": 1, "quantity": quantity}]})
        assert made.custom_data.num_items is None
    assert read({**event, "items": [{"item_id": "a", "quantity": 2}, {"item_id": "b"}]}).custom_data.num_items == 3


@pytest.mark.parametrize("given", ["{", "[1]", 7, ["a"]])
def test_custom_properties_that_are_no_object_say_nothing(given: Any) -> None:
    assert read({**PAGE, "custom_properties": given}).custom_data.properties == {}


def test_cookies_beside_the_session_are_passed_over() -> None:
    cookies = {"_ga": "GA1.2.3.4", "_ga_OTHER": "spoilt", "_ga_MINE": "GS2.1.s77$o1"}
    assert read({**PAGE, "cookies": cookies}).custom_data.properties == {"ga_session_id": "77"}


KEYS = sorted(
    {
        path.split(".")[0]
        for places in FILE["fields"].values()
        for one in places
        for path in ([one] if isinstance(one, str) else one)
    }
    | {"items", "user_data", "consent_state", "x-ga-em", "x-ga-gcd", "common_cookie", "app_data", "custom_properties"}
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12) | st.just("9" * 5000),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*"0123", "address", "em", "_ga"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=10))
def test_whatever_a_site_sends_becomes_an_event_or_a_refusal(parameters: dict[str, Any]) -> None:
    record = {**parameters, "event_name": "purchase", "client_id": "1.2"}
    with suppress(Refused):
        assert msgspec.json.decode(encode(read(record)), type=Event).event_name == "Purchase"


def test_every_address_that_is_told_stands_for_handle_to_choose_from() -> None:
    v4, v6 = "93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"
    assert read({**PAGE, "ip_override": v4, "request": {"ip": v6}}).user_data.client_ip_address == [v4, v6]
    assert read({**PAGE, "ip_override": v4, "request": {"ip": v4}}).user_data.client_ip_address == v4
    assert read({**PAGE, "request": {"ip": v6}}).user_data.client_ip_address == v6
    assert read(PAGE).user_data.client_ip_address is None


def bought(*items: dict[str, Any], **said: Any) -> Event:
    return read({**PAGE, "event_name": "purchase", "transaction_id": "T1", "items": list(items), **said})


def test_an_items_price_in_another_currency_is_left_out() -> None:
    made = bought(
        {"item_id": "a", "price": 5, "currency": "USD"}, {"item_id": "b", "price": 4}, currency="EUR", value=9
    )
    assert [product.item_price for product in made.custom_data.contents] == [None, 4]
    assert "custom_data.contents[0].item_price:currency_contradicted" in made.warnings


def test_items_of_two_currencies_make_no_sum_and_no_currency() -> None:
    made = bought({"item_id": "a", "price": 5, "currency": "USD"}, {"item_id": "b", "price": 4, "currency": "EUR"})
    assert made.custom_data.currency is None
    assert made.custom_data.value is None
    assert [product.item_price for product in made.custom_data.contents] == [None, None]


def test_items_currencies_agree_in_any_writing() -> None:
    made = bought({"item_id": "a", "price": 5, "currency": "eur"}, {"item_id": "b", "price": 4, "currency": "EUR"})
    assert made.custom_data.value == 9
    assert made.custom_data.currency == "EUR"


def test_prices_that_name_their_currency_make_a_sum_that_names_it() -> None:
    made = bought({"item_id": "a", "price": "€5.50", "quantity": 2}, {"item_id": "b", "price": "€4"})
    assert (str(made.custom_data.value), made.custom_data.currency) == ("15.00", "EUR")
    mixed = bought({"item_id": "a", "price": "€5.50"}, {"item_id": "b", "price": "$4"})
    assert (mixed.custom_data.value, mixed.custom_data.currency) == (None, None)


def test_what_was_given_back_is_no_piece() -> None:
    made = bought({"item_id": "a", "quantity": -1}, {"item_id": "b", "quantity": 2}, value=1, currency="EUR")
    assert made.custom_data.num_items == 2
    assert bought({"item_id": "a", "quantity": -1}, value=1, currency="EUR").custom_data.num_items is None


@pytest.mark.parametrize(
    "items", [{"1": {"item_id": "a"}, "2": {"item_id": "b"}}, [[{"item_id": "a"}], [{"item_id": "b"}]]]
)
def test_items_are_read_in_every_shape(items: Any) -> None:
    made = read({**PAGE, "event_name": "view_item", "items": items})
    assert made.custom_data.content_ids == ["a", "b"]


@pytest.mark.parametrize("spoilt", [{"a": 1}, [{"a": 1}], [{"a": 1}, {"b": 2}], [[{"a": 1}]]])
def test_an_object_where_an_address_belongs_costs_neither_the_event_nor_an_address_beside_it(spoilt: Any) -> None:
    alone = read({**PAGE, "ip_override": spoilt})
    assert (alone.user_data.client_ip_address, alone.warnings) == (
        None,
        ["user_data.client_ip_address:text_unreadable"],
    )
    beside = read({**PAGE, "ip_override": spoilt, "client_ip_address": "203.0.113.9"})
    assert beside.user_data.client_ip_address == "203.0.113.9"
