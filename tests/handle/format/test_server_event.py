from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from handle.format.server_event import server_event
from omnicapi.messages import CustomData, CustomerInformation, Event, LimitedDataUse, Origin, OriginalEvent
from omnicapi.publishing.publisher import encode
from omnicapi.server_event import ServerEvent, UserData
from tests.cases.server_events import EXTINFO, NOW

WEB: dict[str, Any] = {
    "event_id": "1",
    "event_name": "PageView",
    "event_time": NOW - 60,
    "channel": "web",
    "action_source": "website",
    "origin": Origin(),
    "event_source_url": "https://shop.example.com/",
}


def formatted(use: LimitedDataUse | None = None, **changes: Any) -> tuple[ServerEvent, list[str]]:
    warnings: list[str] = []
    user = UserData(em=["0" * 64])
    return server_event(Event(**{**WEB, **changes}), user, use, None, NOW, warnings), warnings


def test_a_key_with_nothing_to_say_is_absent() -> None:
    made, _ = formatted()
    assert msgspec.json.decode(encode(made)) == {
        "event_name": "PageView",
        "event_time": NOW - 60,
        "event_id": "1",
        "user_data": {"em": ["0" * 64]},
        "action_source": "website",
        "event_source_url": "https://shop.example.com/",
    }


def test_the_event_is_not_changed() -> None:
    event = Event(
        **{**WEB, "action_source": "business_messaging", "event_name": "Lead", "app_data": {"extinfo": ["i2"]}}
    )
    before = encode(event)
    server_event(event, UserData(), None, None, NOW, [])
    assert encode(event) == before


def test_a_clock_that_is_a_little_fast_is_set_right() -> None:
    assert formatted(event_time=NOW + 299)[0].event_time == NOW
    assert formatted(event_time=NOW + 299)[1] == ["event_time:clock_ahead"]


def test_a_time_further_ahead_is_left_for_the_rules() -> None:
    assert formatted(event_time=NOW + 301) == (formatted(event_time=NOW + 301)[0], [])
    assert formatted(event_time=NOW + 301)[0].event_time == NOW + 301


@pytest.mark.parametrize("source", ["physical_store", "business_messaging"])
def test_a_till_and_a_thread_have_no_page(source: str) -> None:
    made, warnings = formatted(action_source=source)
    assert made.event_source_url is None
    assert warnings == [f"event_source_url:not_for_{source}"]


def test_what_is_no_link_is_left_out_where_no_page_is_needed() -> None:
    made, warnings = formatted(action_source="chat", event_source_url="shop.example.com")
    assert (made.event_source_url, warnings) == (None, ["event_source_url:not_a_link"])
    assert formatted(event_source_url="shop.example.com")[0].event_source_url == "shop.example.com"


def test_links_lose_the_addresses_in_them() -> None:
    made, warnings = formatted(
        event_source_url=" https://shop.example.com/x?m=a@example.com&v=1 ",
        referrer_url="https://r.example/a@example.com",
    )
    assert (made.event_source_url, made.referrer_url) == ("https://shop.example.com/x?v=1", "https://r.example/")
    assert warnings == ["event_source_url:personal_data", "referrer_url:personal_data"]


def test_a_link_without_address_keeps_every_byte() -> None:
    url = "https://shop.example.com/%C3%A9?q=a%20b&fbclid=IwAR_x-Y&q=@#a?b"
    made, warnings = formatted(event_source_url=url, referrer_url=url)
    assert (made.event_source_url, made.referrer_url, warnings) == (url, url, [])


def test_a_lead_in_a_thread_has_another_name() -> None:
    made, _ = formatted(action_source="business_messaging", event_name="Lead", messaging_channel="whatsapp")
    assert (made.event_name, made.messaging_channel) == ("LeadSubmitted", "whatsapp")
    assert formatted(event_name="Lead")[0].event_name == "Lead"


def test_a_messaging_channel_is_for_threads_only() -> None:
    assert formatted(messaging_channel="whatsapp")[0].messaging_channel is None


def test_app_data_is_for_app_events_only() -> None:
    app_data = {"advertiser_tracking_enabled": 1, "extinfo": EXTINFO}
    assert formatted(action_source="app", app_data=app_data)[0].app_data == app_data
    assert formatted(app_data=app_data)[1] == ["app_data:for_app_events_only"]
    assert formatted(app_data=app_data)[0].app_data == {}


def test_the_original_event_is_named_by_what_is_known_of_it() -> None:
    original = OriginalEvent(event_name="Purchase", event_time=NOW - 100, order_id="", event_id="o-1")
    assert formatted(original_event_data=original)[0].original_event_data == {
        "event_name": "Purchase",
        "event_time": NOW - 100,
        "event_id": "o-1",
    }


def test_limited_data_use_is_three_keys() -> None:
    made, _ = formatted(LimitedDataUse(options=["LDU"], country=1, state=1000))
    assert made.data_processing_options == ["LDU"]
    assert (made.data_processing_options_country, made.data_processing_options_state) == (1, 1000)


def test_limited_data_use_that_is_off_has_no_place() -> None:
    made, _ = formatted(LimitedDataUse(options=[], country=1, state=1000))
    assert made.data_processing_options == []
    assert made.data_processing_options_country is None


def test_the_persons_phone_is_looked_for_among_properties() -> None:
    made, _ = formatted(
        user_data=CustomerInformation(ph=["+1 650 555-1212"]),
        custom_data=CustomData(value=Decimal(1), currency="EUR", properties={"call": "1-650-555-1212", "tier": "gold"}),
    )
    assert made.custom_data == {"value": Decimal("1.00"), "currency": "EUR", "tier": "gold"}


def test_attribution_only_is_passed_on() -> None:
    assert formatted(opt_out=True)[0].opt_out is True
