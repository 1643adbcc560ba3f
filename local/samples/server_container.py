"""Sample messages of a GTM server container, as the tag in ``gtm/`` publishes them (docs/schema/sgtm-event.json)."""

from __future__ import annotations

from typing import Any

from local.samples.customers import customer
from local.samples.message import SampleMessage
from local.samples.products import CURRENCY, purchase
from local.samples.rows import DAY, USER_AGENT, event_id

SCHEMA = "sgtm-event/1"

_NAMES = ("page_view", "view_item", "add_to_cart", "purchase")


def container_messages(now: int, count: int) -> list[SampleMessage]:
    """Return ``count`` good events of one day, and two that go no further: without consent, and not Meta's business."""
    visits = [_envelope(_event(_NAMES[index % len(_NAMES)], index, now)) for index in range(count)]
    denied = _envelope({**_event("purchase", count, now), "x-ga-gcs": "G100"})
    scroll = _envelope(_event("scroll", count + 1, now))
    return [SampleMessage.of("ga4", body, schema=SCHEMA) for body in [*visits, denied, scroll]]


def _envelope(event: dict[str, Any]) -> dict[str, Any]:
    arrived = event["x-sst-system_properties"]["request_start_time_ms"]
    return {
        "schema": SCHEMA,
        "published_at_ms": arrived + 20,
        "event_id": event["event_id"],
        "container": {"id": "GTM-SAMPLE", "version": "7", "client": "GA4", "preview": False},
        "event": event,
        "cookies": {"_fbp": f"fb.1.{arrived - DAY * 1000}.1098115397"},
        "request": {"ip": event["ip_override"], "user_agent": USER_AGENT},
    }


def _event(name: str, index: int, now: int) -> dict[str, Any]:
    """Return the event data that the container's GA4 client makes of a visitor's hit, ``index`` minutes ago."""
    who, bought = customer(index), purchase(index)
    hashed = "sha256_email_address" if "@" not in who.email else "email_address"
    order = {"transaction_id": f"GA4{now % DAY:05}{index:04}"} if name == "purchase" else {}
    return {
        "event_name": name,
        "event_id": event_id("server container", now, index),
        "client_id": f"{1_234_567_890 + index}.{now - DAY}",
        "user_id": who.external_id,
        "ip_override": f"123.123.124.{1 + index % 250}",
        "user_agent": USER_AGENT,
        "page_location": f"https://shop.example.com/{bought.product_id}",
        "currency": CURRENCY,
        "value": float(bought.value),
        "items": [
            {
                "item_id": bought.product_id,
                "price": float(bought.value / bought.quantity),
                "quantity": bought.quantity,
            }
        ],
        "user_data": {hashed: who.email},
        "x-ga-measurement_id": "G-SAMPLE0001",
        "x-ga-gcs": "G111",
        "x-sst-system_properties": {"request_start_time_ms": (now - index * 60) * 1000},
        **order,
    }
