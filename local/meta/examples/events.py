"""Valid server events of every action source, after the minimal payloads of meta-capi.md §12."""

import copy
import hashlib
from collections.abc import Mapping
from typing import Any

from local.meta.rules import Event

ABSENT = object()
"""A change to this value takes the key away."""

DAY = 86_400


def sha256(text: str) -> str:
    """Hash normalised text as Meta wants it: lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def website(now: int) -> Event:
    """Give a purchase in a web shop a minute ago."""
    return {
        "event_name": "Purchase",
        "event_time": now - 60,
        "event_id": "order-1001",
        "action_source": "website",
        "event_source_url": "https://shop.example/thanks",
        "user_data": {
            "em": [sha256("john_smith@gmail.com")],
            "ph": [sha256("16505551212")],
            "external_id": [sha256("user123")],
            "client_ip_address": "203.0.113.9",
            "client_user_agent": "Mozilla/5.0 (X11; Linux x86_64)",
            "fbc": f"fb.1.{(now - 3600) * 1000}.AbCdEfGhIjKlMnOpQrStUvWxYz1234567890",
            "fbp": "fb.1.1596403881668.1116446470",
        },
        "custom_data": {
            "value": 142.52,
            "currency": "USD",
            "order_id": "1001",
            "content_type": "product",
            "contents": [{"id": "sku-1", "quantity": 1, "item_price": 142.52}],
        },
    }


def store(now: int) -> Event:
    """Give a purchase in a shop thirty days ago."""
    return {
        "event_name": "Purchase",
        "event_time": now - 30 * DAY,
        "event_id": "till-7-2041",
        "action_source": "physical_store",
        "user_data": {"em": [sha256("someone@domain.com")], "fn": sha256("mary"), "zp": sha256("94035")},
        "custom_data": {
            "value": 99,
            "currency": "BRL",
            "order_id": "2041",
            "item_number": "1",
            "store_data": {"store_page_id": "104", "store_code": "SP01"},
            "contents": [{"id": "7891000", "quantity": 2}],
        },
    }


def crm(now: int) -> Event:
    """Give a stage a lead reached in the CRM yesterday."""
    return {
        "event_name": "qualified_lead",
        "event_time": now - DAY,
        "event_id": "lead-77-qualified",
        "action_source": "system_generated",
        "user_data": {"lead_id": 1234567890123456},
        "custom_data": {"event_source": "crm", "lead_event_source": "Salesforce"},
    }


def app(now: int) -> Event:
    """Give a purchase in an app an hour ago."""
    return {
        "event_name": "Purchase",
        "event_time": now - 3600,
        "event_id": "app-5",
        "action_source": "app",
        "user_data": {"madid": "38400000-8cf0-11bd-b23e-10b96e40000d", "anon_id": "XZ-12"},
        "custom_data": {"value": 3.99, "currency": "EUR"},
        "app_data": {
            "advertiser_tracking_enabled": 1,
            "extinfo": ["i2", "com.some.app", "", "", "13.4.1", *[""] * 11],
        },
    }


def whatsapp(now: int) -> Event:
    """Give a purchase in a WhatsApp thread an hour ago."""
    return {
        "event_name": "Purchase",
        "event_time": now - 3600,
        "action_source": "business_messaging",
        "messaging_channel": "whatsapp",
        "user_data": {"whatsapp_business_account_id": "1029384756", "ctwa_clid": "ARAkLkA8rmlFeiCktEJQ-QTwRiyYHAFD"},
        "custom_data": {"value": 50, "currency": "BRL"},
    }


def append_value(now: int) -> Event:
    """Give the margin of an earlier purchase."""
    return changed(
        website(now),
        {
            "event_name": "AppendValue",
            "original_event_data": {"event_name": "Purchase", "event_time": now - DAY, "order_id": "1001"},
            "custom_data": {"net_revenue": 31.5},
        },
    )


def limited(now: int) -> Event:
    """Give a purchase under Limited Data Use in California."""
    state = {"data_processing_options_country": 1, "data_processing_options_state": 1000}
    return changed(website(now), {"data_processing_options": ["LDU"], **state})


def changed(event: Event, changes: Mapping[str, Any]) -> Event:
    """Copy an event with some values changed; a key is a dotted path: `custom_data.contents.0.id`."""
    copied = copy.deepcopy(event)
    for path, value in changes.items():
        *parents, last = (int(key) if key.isdigit() else key for key in path.split("."))
        section: Any = copied
        for key in parents:
            section = section[key]
        if value is ABSENT:
            del section[last]
        else:
            section[last] = value
    return copied
