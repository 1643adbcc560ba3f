"""Sample events of a GTM server container, in the envelope in which this project's tag publishes them."""

from __future__ import annotations

from typing import Any

from local.samples.customers import Customer, customer
from local.samples.products import CURRENCY, purchase
from local.samples.rows import DAY, USER_AGENT

NAMES = ("page_view", "view_item", "add_to_cart", "begin_checkout", "purchase")
"""A visit; every fifth event of the container is a purchase with customer information."""

SCHEMA = "sgtm-event/1"


def envelope(index: int, now: int) -> dict[str, Any]:
    """Return the ``index``-th event's envelope: it happened ``index`` milliseconds before ``now``, Unix seconds."""
    event = server_container_event(index, now)
    return {
        "schema": SCHEMA,
        "published_at_ms": now * 1000 - index + 40,
        "event_id": event["event_id"],
        "container": {"id": "GTM-SAMPLE1", "version": "12", "client": "GA4", "preview": False},
        "event": event,
        "cookies": {
            "_fbp": f"fb.1.{(now - DAY) * 1000 + index}.{1_098_115_397 + index}",
            "_ga": f"GA1.2.{event['client_id']}",
        },
        "request": {"ip": event["ip_override"], "user_agent": USER_AGENT},
    }


def server_container_event(index: int, now: int) -> dict[str, Any]:
    """Return event data as a GA4 client makes it."""
    name, who, bought = NAMES[index % len(NAMES)], customer(index), purchase(index)
    line = {"item_id": bought.product_id, "item_name": "Sample", "price": float(bought.value), "quantity": 1}
    return {
        "event_name": name,
        "event_id": f"{name}-{now}-{index}",
        "client_id": f"{1_000_000_000 + index}.{now - DAY}",
        "page_location": f"https://shop.example.com/{name}/{index}?utm_source=news",
        "page_referrer": "https://shop.example.com/",
        "page_title": "Sample Shop",
        "ip_override": f"123.123.123.{1 + index % 250}",
        "user_agent": USER_AGENT,
        "language": "pt-br",
        "screen_resolution": "1512x982",
        "ga_session_id": str(now - 600),
        "ga_session_number": 3,
        "engagement_time_msec": 1200,
        "x-ga-protocol_version": "2",
        "x-ga-measurement_id": "G-SAMPLE0001",
        "x-ga-page_id": now * 1000 + index,
        "x-ga-request_count": 1 + index % 7,
        "x-ga-gcs": "G111",
        "x-ga-gcd": "13n3n3n3n5l1",
        "x-ga-npa": "0",
        "x-ga-dma": "0",
        "event_location": {"country": "BR", "region": "BR-SP"},
        "client_hints": {"platform": "macOS", "mobile": False, "brands": [{"brand": "Chromium", "version": "142"}]},
        "x-sst-system_properties": {"uc": "BR", "request_start_time_ms": now * 1000 - index},
        **({} if name == "page_view" else {"currency": CURRENCY, "value": float(bought.value), "items": [line]}),
        **(_of_a_purchase(index, now, who) if name == "purchase" else {}),
    }


def _of_a_purchase(index: int, now: int, who: Customer) -> dict[str, Any]:
    address = {"city": who.city, "country": who.country}
    return {
        "transaction_id": f"GA{now % DAY:05}{index:06}",
        "user_id": who.external_id,
        "user_data": {"email_address": who.email, "phone_number": [who.phone], "address": [address]},
    }
