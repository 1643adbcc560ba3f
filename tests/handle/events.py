"""Strategies for events of every kind: plausible ones, awkward ones, and ones made of noise."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from omnicapi.messages import Content, CustomData, CustomerInformation, Event, LimitedDataUse, Origin, OriginalEvent
from tests.cases.server_events import AGENT, EXTINFO, NOW

noise = st.text(max_size=12)
words = st.sampled_from(
    ["", " ", "null", "Jane", "Menlo Park", "São Paulo", "US", "br", "12345", "a@b", "<b>", "{{x}}"]
)
texts = words | noise
optional = st.none() | texts
numbers = st.decimals(allow_nan=True) | st.sampled_from([Decimal(0), Decimal("9.995"), Decimal(-1), Decimal("1E+30")])
times = st.integers(NOW - 70 * 86_400, NOW + 700) | st.sampled_from([0, -1, NOW * 1000, NOW, 2**63 - 1])
sha = st.sampled_from(["0" * 64, "A" * 64, "d41d8cd98f00b204e9800998ecf8427e", "5" * 64 + ".AQQCAQIB"])
cookies = st.sampled_from(
    [
        f"fb.1.{(NOW - 5000) * 1000}.1116446470",
        f"fb.1.{(NOW + 5000) * 1000}.1116446470",
        f"fb.1.{(NOW - 95 * 86_400) * 1000}.AbCd",
        f"fb.1.{NOW}.AbCd",
        "fb.1.1596403881668.1116446470.AQIDAQMC",
    ]
)
addresses = st.sampled_from(
    ["203.0.113.7", "10.0.0.1", "2001:db8::1", "203.0.113.7.AQQAAQIB", "256.1.1.1", "a, 8.8.8.8"]
)
leads = st.sampled_from(["1234567890123456", "1.23E+15", "123", "l:1234567890123456"])
devices = st.sampled_from(["38400000-8cf0-11bd-b23e-10b96e40000d", "00000000-0000-0000-0000-000000000000", "x"])


def many(values: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(values | sha | texts, max_size=2)


emails = st.sampled_from(["jane.doe@example.com", " JOHN@Example.com", "no address", "j@ex"])
phones = st.sampled_from(["+1 650 555 1212", "(650) 555-1212", "11 98765-4321", "00", "12345678901234567890"])
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | texts | emails,
    lambda members: st.lists(members, max_size=3) | st.dictionaries(texts, members, max_size=3),
    max_leaves=8,
)
keys = texts | st.sampled_from(["email", "value", "brand", "price", "product_catalog_id", "contents"])
properties = st.dictionaries(keys, json_values, max_size=3)
contents = st.builds(
    Content,
    id=optional,
    quantity=st.none() | numbers,
    item_price=st.none() | numbers,
    delivery_category=optional | st.just("curbside"),
    title=optional | emails,
    brand=optional,
    properties=properties,
)
app_data: st.SearchStrategy[dict[str, Any]] = st.just({}) | st.fixed_dictionaries(
    {},
    optional={
        "advertiser_tracking_enabled": st.sampled_from([0, 1, True, "true", 2, ""]),
        "extinfo": st.sampled_from([EXTINFO, EXTINFO[:6], [*EXTINFO, "x"], ["", *EXTINFO[1:]], "i2"]) | json_values,
        "url_schemes": json_values,
        "madid": texts,
        "vendor_id": json_values,
    },
)
links = st.sampled_from(
    [
        "https://shop.example.com/?fbclid=AbC_d&m=jane@example.com",
        "shop.example.com",
        "https://[x@y.zz",
        "http://a/@b.cd",
    ]
)
consents = st.dictionaries(st.sampled_from(["ad_storage", "ad_user_data", "x"]), st.booleans(), max_size=2)
limits = st.builds(
    LimitedDataUse,
    options=st.sampled_from([[], ["LDU"], ["GDPR"]]),
    country=st.none() | st.integers(-1, 2),
    state=st.none() | st.sampled_from([0, 1000, 1014]),
)
originals = st.builds(
    OriginalEvent, event_name=optional, event_time=st.none() | times, order_id=optional, event_id=optional
)

PERSON: dict[str, st.SearchStrategy[Any]] = {
    "em": many(emails),
    "ph": many(phones),
    "fn": many(words),
    "ln": many(words),
    "ge": many(st.sampled_from(["f", "Male", "x"])),
    "db": many(st.sampled_from(["1990-12-31", "31/12/1990", "05/03/1995", "2999-01-01", "34000"])),
    "ct": many(words),
    "st": many(st.sampled_from(["CA", "California", "SP"])),
    "zp": many(st.sampled_from(["94025-1234", "01310-100", "M1 1AE"])),
    "country": many(st.sampled_from(["US", "Brasil", "uk", "Narnia"])),
    "external_id": many(st.sampled_from(["M-0042", "007", "0"])),
    "client_ip_address": optional | addresses | st.lists(addresses | texts, max_size=3),
    "client_user_agent": optional | st.just(AGENT),
    "fbc": optional | cookies,
    "fbp": optional | cookies,
    "lead_id": optional | leads,
    "fb_login_id": optional | leads,
    "madid": optional | devices,
    "google_hashed": st.lists(st.sampled_from(["em", "ph", "fn"]), max_size=2),
    **dict.fromkeys(
        (
            "subscription_id",
            "anon_id",
            "page_id",
            "page_scoped_user_id",
            "ctwa_clid",
            "ig_account_id",
            "ig_sid",
            "instagram_business_account_id",
            "whatsapp_business_account_id",
            "ga_client_id",
        ),
        optional | st.just("AbC-123"),
    ),
}
HAPPENING: dict[str, st.SearchStrategy[Any]] = {
    "value": st.none() | numbers,
    "currency": optional | st.sampled_from(["BRL", "usd", "JPY", "XXX"]),
    "order_id": optional | emails,
    "item_number": optional,
    "content_ids": st.lists(texts | emails, max_size=2),
    "content_type": optional | st.just("product"),
    "content_name": optional | emails,
    "content_category": optional,
    "contents": st.lists(contents, max_size=3),
    "num_items": st.none() | st.integers(),
    "search_string": optional | emails,
    "status": optional,
    "delivery_category": optional | st.just("in_store"),
    "net_revenue": st.none() | numbers,
    "predicted_ltv": st.none() | numbers,
    "event_source": optional | st.just("crm"),
    "lead_event_source": optional,
    "customer_segmentation": optional | st.just("new_customer_to_business"),
    "store_data": st.dictionaries(st.sampled_from(["store_code", "store_page_id", "phone"]), texts, max_size=2),
    "properties": properties,
}
OCCASION: dict[str, st.SearchStrategy[Any]] = {
    "event_id": texts | emails,
    "event_name": st.sampled_from(["Purchase", "Lead", "PageView", "AppendValue", "AppendAttribution"]) | texts,
    "event_time": times,
    "action_source": st.sampled_from(
        ["website", "app", "physical_store", "system_generated", "business_messaging", "chat", "other", "web", ""]
    ),
    "event_source_url": optional | links,
    "referrer_url": optional | links,
    "app_data": app_data,
    "messaging_channel": optional | st.sampled_from(["whatsapp", "messenger", "instagram"]),
    "opt_out": st.none() | st.booleans(),
    "limited_data_use": st.none() | limits,
    "original_event_data": st.none() | originals,
    "consent": consents,
    "default_country": optional | st.sampled_from(["US", "BR"]),
    "date_format": st.none() | st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]) | noise,
    "dataset": st.sampled_from([None, "42", "99"]),
}

WEB = Event(
    event_id="order-1",
    event_name="Purchase",
    event_time=NOW - 60,
    channel="web",
    action_source="website",
    origin=Origin(message_id="1"),
    event_source_url="https://shop.example.com/thanks",
    user_data=CustomerInformation(
        em=["jane@example.com"],
        ph=["+1 650 555 1212"],
        client_user_agent=AGENT,
        client_ip_address="203.0.113.7",
        fbp=f"fb.1.{(NOW - 5000) * 1000}.1116446470",
    ),
    custom_data=CustomData(value=Decimal("9.5"), currency="BRL", contents=[Content(id="a", quantity=Decimal(1))]),
)
BASES = (
    WEB,
    replace(WEB, action_source="physical_store", event_time=NOW - 40 * 86_400),
    replace(WEB, action_source="app", app_data={"advertiser_tracking_enabled": 1, "extinfo": EXTINFO}),
    replace(
        WEB,
        action_source="system_generated",
        event_name="qualified",
        custom_data=CustomData(event_source="crm", lead_event_source="Acme"),
    ),
    replace(
        WEB,
        action_source="business_messaging",
        messaging_channel="whatsapp",
        user_data=CustomerInformation(ctwa_clid="AR-x", whatsapp_business_account_id="1", fbp=WEB.user_data.fbp),
    ),
)

changes = st.lists(
    st.one_of(
        *(
            st.tuples(st.just(section), st.just(field), values)
            for section, fields in (("", OCCASION), ("user_data", PERSON), ("custom_data", HAPPENING))
            for field, values in fields.items()
        )
    ),
    max_size=6,
)


def changed(base: Event, made: list[tuple[str, str, Any]]) -> Event:
    """Return ``base`` with some of its fields, or of its sections', replaced."""
    event = base
    for section, field, value in made:
        if section:
            event = replace(event, **{section: replace(getattr(event, section), **{field: value})})
        else:
            event = replace(event, **{field: value})
    return event


events = st.builds(changed, st.sampled_from(BASES), changes)
"""Events that were good until up to six of their fields were replaced by anything whatever."""
