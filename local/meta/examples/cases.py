"""The cases, a row each: the rule, a valid event, the change that still passes and the change that is refused."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from local.meta.examples.events import (
    ABSENT,
    DAY,
    app,
    append_value,
    changed,
    crm,
    limited,
    sha256,
    store,
    website,
    whatsapp,
)
from local.meta.rules import Event

Changes = Mapping[str, Any]
Row = tuple[str, Callable[[int], Event], Changes, Changes]


class Example(NamedTuple):
    """An event that just passes and one that breaks this rule and none before it."""

    rule: str
    passes: Event
    refused: Any


def examples(now: int) -> list[Example]:
    """Give at least one example for each rule of `EVENT_RULES`, for a clock that says `now` (Unix seconds)."""
    rows = (*_shape(now), *_time(now), *_customer(), *_identifiers(now), *_messaging(), *_custom(), *_app(), *_ldu())
    cases = [
        Example(rule, changed(base(now), passes), changed(base(now), refused)) for rule, base, passes, refused in rows
    ]
    return [Example("event.object", website(now), ["Purchase"]), *cases]


def _shape(now: int) -> tuple[Row, ...]:
    original = {"event_name": "Purchase", "event_time": now - DAY, "event_id": "order-1001"}
    return (
        ("event.unexpected_key", website, {"opt_out": False}, {"advertiser_tracking_enabled": 1}),
        ("event.unexpected_key", app, {}, {"extinfo": ["i2"]}),
        ("event.required", website, {"event_id": ABSENT}, {"event_name": ABSENT}),
        ("event.required", website, {"event_time": now}, {"event_time": ABSENT}),
        ("event.required", crm, {}, {"action_source": ""}),
        ("event.types", website, {"event_time": now - 1}, {"event_time": str(now - 1)}),
        ("event.types", website, {"opt_out": True}, {"opt_out": 1}),
        ("event.types", crm, {"custom_data": {}}, {"custom_data": None}),
        ("event.action_source", crm, {"action_source": "system_generated"}, {"action_source": "web"}),
        ("website.event_source_url", website, {}, {"event_source_url": ABSENT}),
        (
            "event.event_source_url",
            website,
            {"event_source_url": "http://a.example"},
            {"event_source_url": "a.example"},
        ),
        ("original_event_data.types", append_value, {}, {"original_event_data.event_time": "yesterday"}),
        ("append_value.original", append_value, {"original_event_data": original}, {"original_event_data": ABSENT}),
        ("append_value.original", append_value, {"custom_data": {"predicted_ltv": 9}}, {"custom_data": {}}),
        (
            "append_attribution.data",
            website,
            {"event_name": "AppendAttribution", "attribution_data": {"attribution_share": 0.5}},
            {"event_name": "AppendAttribution"},
        ),
    )


def _time(now: int) -> tuple[Row, ...]:
    return (
        ("event_time.window", website, {"event_time": now - 7 * DAY}, {"event_time": now - 7 * DAY - 1}),
        ("event_time.store_window", store, {"event_time": now - 62 * DAY}, {"event_time": now - 62 * DAY - 1}),
        ("event_time.future", website, {"event_time": now + 60}, {"event_time": now + 61}),
        ("event_time.future", crm, {}, {"event_time": (now - 60) * 1000}),
    )


def _customer() -> tuple[Row, ...]:
    agent = "Mozilla/5.0"
    town = {"ct": sha256("paris"), "country": sha256("fr"), "zp": sha256("75018")}
    return (
        ("user_data.unexpected_key", store, {"user_data.ct": [sha256("paris")]}, {"user_data.zip": sha256("75018")}),
        ("user_data.types", website, {"user_data.fbc": None, "user_data.em": []}, {"user_data.em": [None]}),
        ("user_data.types", website, {"user_data.fbp": None}, {"user_data.fbp": ["fb.1.1596403881668.1116446470"]}),
        ("user_data.identifier", crm, {}, {"user_data": ABSENT}),
        ("user_data.identifier", website, {}, {"user_data": {"client_user_agent": agent, "em": [], "fbp": ""}}),
        ("user_data.baseline", crm, {"user_data": {**town, "db": sha256("19970216")}}, {"user_data": town}),
        (
            "user_data.baseline",
            crm,
            {"user_data": {"fn": sha256("mary"), "ln": sha256("doe")}},
            {"user_data": {"fn": sha256("mary"), "ge": sha256("f")}},
        ),
        ("website.client_user_agent", website, {}, {"user_data.client_user_agent": ABSENT}),
        ("user_data.personal_data", website, {"user_data.em": sha256("a@b.co")}, {"user_data.em": "a@b.co"}),
        ("user_data.personal_data", website, {}, {"user_data.ph": ["+1 (650) 555-1212"]}),
        ("user_data.hashed", store, {"user_data.fn": sha256("정")}, {"user_data.fn": "mary"}),
        ("user_data.hashed", store, {"user_data.em": f"{sha256('a')}.AQQCAQIB"}, {"user_data.em": sha256("a")[:32]}),
        ("user_data.hashed", store, {"user_data.em": f"{sha256('a')}.BQ"}, {"user_data.em": sha256("a").upper()}),
        ("user_data.placeholder", store, {"user_data.em": sha256("x@y.co")}, {"user_data.em": [sha256("")]}),
        ("user_data.placeholder", store, {}, {"user_data.external_id": sha256("null")}),
        ("user_data.not_hashed", website, {}, {"user_data.client_ip_address": sha256("203.0.113.9")}),
    )


def _page() -> dict[str, str]:
    return {"event_source_url": "https://shop.example/"}


def _identifiers(now: int) -> tuple[Row, ...]:
    click = "IwAR1R58F0R_2m3_EZ-8OzFmg57BS5DENRDg6Ekvgyj4"
    first, made = now - 90 * DAY, now - 3600
    return (
        (
            "fbc.format",
            website,
            {"user_data.fbc": f"fb.2.{made}000.{click}.AQIDAQMC"},
            {"user_data.fbc": f"fb.1.{made}.{click}"},
        ),
        (
            "fbc.format",
            website,
            {"user_data.fbc": f"fb.1.{first}000.{click}"},
            {"user_data.fbc": f"fb.1.{first - 1}000.{click}"},
        ),
        ("fbp.format", website, {"user_data.fbp": f"fb.1.{made}000.7.AQ"}, {"user_data.fbp": "1116446470"}),
        ("fbp.format", website, {}, {"user_data.fbp": f"fb.1.{now + DAY}000.7"}),
        (
            "client_ip_address.format",
            website,
            {"user_data.client_ip_address": "2001:db8::1"},
            {"user_data.client_ip_address": "256.256.256.256"},
        ),
        (
            "client_ip_address.format",
            website,
            {"user_data.client_ip_address": "203.0.113.9.AQQAAQIB"},
            {"user_data.client_ip_address": "203.0.113.9, 198.51.100.2"},
        ),
        ("lead_id.format", crm, {"user_data.lead_id": "123456789012345"}, {"user_data.lead_id": 12345678901234}),
        ("madid.format", app, {}, {"user_data.madid": "00000000-0000-0000-0000-000000000000"}),
        ("anon_id.app_only", app, {}, {"action_source": "other"}),
    )


def _messaging() -> tuple[Row, ...]:
    messenger = {"messaging_channel": "messenger", "user_data": {"page_id": 1, "page_scoped_user_id": "42"}}
    instagram = {"messaging_channel": "instagram", "user_data": {"ig_account_id": "9", "ig_sid": "77"}}
    return (
        ("messaging.web_parameters", whatsapp, {}, _page()),
        ("messaging.web_parameters", whatsapp, messenger, {"user_data.client_ip_address": "203.0.113.9"}),
        ("messaging.channel", whatsapp, {}, {"messaging_channel": ABSENT}),
        ("messaging.known_channel", whatsapp, instagram, {"messaging_channel": "sms"}),
        ("messaging.ids", whatsapp, {"user_data.page_id": "1"}, {"user_data.ctwa_clid": ABSENT}),
        ("messaging.ids", whatsapp, instagram, {**instagram, "user_data": {"ig_sid": "77"}}),
        ("messaging.event_name", whatsapp, {"event_name": "LeadSubmitted"}, {"event_name": "Lead"}),
    )


def _custom() -> tuple[Row, ...]:
    line = "custom_data.contents.0"
    code = "custom_data.store_data.store_code"
    return (
        ("custom_data.types", website, {"custom_data.anything": [1]}, {"custom_data.order_id": 1001}),
        ("custom_data.types", website, {"custom_data.content_ids": ["a"]}, {"custom_data.content_ids": [1]}),
        ("purchase.currency", website, {"event_name": "Lead", "custom_data": {}}, {"custom_data": {}}),
        ("purchase.value", website, {"custom_data.value": 0}, {"custom_data.value": ABSENT}),
        ("custom_data.value", website, {"custom_data.value": "142.52"}, {"custom_data.value": "1.234,56"}),
        ("purchase.negative", website, {"event_name": "Refund", "custom_data.value": -1}, {"custom_data.value": -1}),
        ("custom_data.currency", website, {"custom_data.currency": "brl"}, {"custom_data.currency": "R$"}),
        (
            "custom_data.choices",
            store,
            {"custom_data.delivery_category": "curbside"},
            {"custom_data.content_type": "x"},
        ),
        ("crm.lead_event_source", crm, {"custom_data": {}}, {"custom_data.lead_event_source": ABSENT}),
        ("crm.action_source", crm, {}, {"action_source": "other"}),
        ("store_data.types", store, {"custom_data.store_data.store_page_id": 104}, {code: 1}),
        ("store_data.store_code", store, {code: "A" * 64}, {code: "A" * 65}),
        ("contents.object", website, {"custom_data.contents": []}, {line: "sku-1"}),
        ("contents.types", website, {f"{line}.quantity": 1.5}, {f"{line}.id": 7}),
        ("contents.id", website, {f"{line}.title": "Shoe"}, {f"{line}.id": ABSENT}),
        ("contents.quantity", website, {f"{line}.item_price": ABSENT}, {f"{line}.quantity": ABSENT}),
        (
            "contents.delivery_category",
            website,
            {f"{line}.delivery_category": "home_delivery"},
            {f"{line}.delivery_category": "drone"},
        ),
    )


def _app() -> tuple[Row, ...]:
    extinfo, switch = "app_data.extinfo", "app_data.advertiser_tracking_enabled"
    return (
        ("app_data.unexpected_key", app, {"app_data.vendor_id": "x"}, {"app_data.madid": "x"}),
        ("app_data.types", app, {switch: False}, {switch: "1"}),
        ("app.required", app, {}, {switch: ABSENT}),
        ("app.required", app, {}, {"app_data": ABSENT}),
        ("app.required", website, {"app_data": {"vendor_id": "x"}}, {"action_source": "app"}),
        ("app_data.switches", app, {switch: 0}, {switch: 2}),
        ("extinfo.length", app, {}, {extinfo: ["a2", *["1"] * 17]}),
        ("extinfo.slots", app, {f"{extinfo}.9": 320}, {f"{extinfo}.11": 2}),
        ("extinfo.required", app, {f"{extinfo}.0": "a2"}, {f"{extinfo}.0": "ios"}),
        ("extinfo.required", app, {}, {f"{extinfo}.4": ""}),
    )


def _ldu() -> tuple[Row, ...]:
    options, country, state = (f"data_processing_options{suffix}" for suffix in ("", "_country", "_state"))
    address = "user_data.client_ip_address"
    return (
        ("ldu.options", limited, {options: []}, {options: ["CCPA"]}),
        ("ldu.country", limited, {}, {country: ABSENT}),
        ("ldu.known_country", limited, {country: 0, state: 0}, {country: 2}),
        ("ldu.state", limited, {}, {state: ABSENT}),
        ("ldu.known_state", limited, {state: 1013}, {state: 1014}),
        ("ldu.locate", limited, {address: ABSENT}, {state: 0, address: ABSENT}),
    )
