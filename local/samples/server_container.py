"""Sample events of a GTM server container, as the tag in ``gtm/`` publishes them (docs/schema/sgtm-event.json)."""

from __future__ import annotations

from typing import Any

from local.samples.customers import customer
from local.samples.message import SampleMessage
from local.samples.products import CURRENCY, purchase
from local.samples.rows import DAY, USER_AGENT, event_id

SCHEMA = "sgtm-event/1"

NAMES = ("page_view", "view_item", "add_to_cart", "begin_checkout", "purchase")
"""A visit: every fifth event of a container is a purchase with customer information."""

_A_MINUTE = 60_000


def container_messages(now: int, count: int) -> list[SampleMessage]:
    """Return ``count`` good events of one day, and two that go no further: without consent, and not Meta's business."""
    visits = [envelope(index, now, _A_MINUTE) for index in range(count)]
    denied, scroll = (envelope(count + index, now, _A_MINUTE) for index in range(2))
    denied["event"]["x-ga-gcs"] = "G100"
    scroll["event"]["event_name"] = "scroll"
    return [SampleMessage.of("ga4", body, schema=SCHEMA) for body in [*visits, denied, scroll]]


def envelope(index: int, now: int, apart_ms: int = 1) -> dict[str, Any]:
    """Return the envelope of event ``index``, which happened ``index`` times ``apart_ms`` before ``now``, Unix s."""
    arrived = now * 1000 - index * apart_ms
    event = event_data(index, now, arrived)
    return {
        "schema": SCHEMA,
        "published_at_ms": arrived + 20,
        "event_id": event["event_id"],
        "container": {"id": "GTM-SAMPLE", "version": "7", "client": "GA4", "preview": False},
        "event": event,
        "cookies": {
            "_fbp": f"fb.1.{arrived - DAY * 1000}.{1_098_115_397 + index}",
            "_ga": f"GA1.2.{event['client_id']}",
        },
        "request": {"ip": event["ip_override"], "user_agent": USER_AGENT},
    }


def event_data(index: int, now: int, arrived: int) -> dict[str, Any]:
    """Return what the container's GA4 client makes of a visitor's hit that ``arrived`` then, Unix milliseconds."""
    name = NAMES[index % len(NAMES)]
    return {
        "event_name": name,
        "event_id": event_id("server container", now, index),
        "client_id": f"{1_234_567_890 + index}.{now - DAY}",
        "ip_override": f"123.123.124.{1 + index % 250}",
        "user_agent": USER_AGENT,
        "language": "en-gb",
        "page_location": f"https://shop.example.com/{name}/{index}?utm_source=news",
        "page_referrer": "https://shop.example.com/",
        "page_title": "Sample Shop",
        "screen_resolution": "1512x982",
        "event_location": {"country": "GB", "region": "GB-ENG"},
        "client_hints": {"platform": "macOS", "mobile": False, "brands": [{"brand": "Chromium", "version": "142"}]},
        "ga_session_id": str(now - 600),
        "ga_session_number": 3,
        "engagement_time_msec": 1200,
        "x-ga-protocol_version": "2",
        "x-ga-measurement_id": "G-SAMPLE0001",
        "x-ga-page_id": arrived,
        "x-ga-request_count": 1 + index % 7,
        "x-ga-gcs": "G111",
        "x-ga-gcd": "13n3n3n3n5l1",
        "x-ga-npa": "0",
        "x-ga-dma": "0",
        "x-sst-system_properties": {"uc": "GB", "request_start_time_ms": arrived},
        **({} if name == "page_view" else _products(index)),
        **(_order(index, now) if name == "purchase" else {}),
    }


def _products(index: int) -> dict[str, Any]:
    bought = purchase(index)
    line = {
        "item_id": bought.product_id,
        "item_name": "Sample",
        "price": float(bought.value / bought.quantity),
        "quantity": bought.quantity,
    }
    return {"currency": CURRENCY, "value": float(bought.value), "items": [line]}


def _order(index: int, now: int) -> dict[str, Any]:
    who = customer(index)
    return {
        "transaction_id": f"GA4{now % DAY:05}{index:04}",
        "user_id": who.external_id,
        "user_data": {
            "email_address": who.email,
            "phone_number": [who.phone],
            "address": [{"city": who.city, "country": who.country}],
        },
    }
