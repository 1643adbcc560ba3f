"""Sample messages on ``event-of-interest``, as a website's servers, its GTM server container and a CRM publish them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from local.samples.customers import customer
from local.samples.message import SampleMessage
from local.samples.products import CURRENCY, purchase
from local.samples.rows import DAY, USER_AGENT, event_id
from local.samples.server_container import container_messages

_STAGES = ("initial_lead", "qualified_lead", "sales_opportunity", "converted")
_HOUR = 3600


def sample_messages(now: int, count: int = 30) -> list[SampleMessage]:
    """Return the messages of one day; ``now`` is Unix seconds, UTC; each channel has ``count`` good events.

    The website sends a request body with many events, then one event a message. The CRM sends its own keys, which its
    map knows, the Conversions API's form, and flat events. Three messages cannot be used. The server container's come
    in its tag's envelope; two of them are not for Meta.
    """
    third = count // 3
    web = [web_event(index, now) for index in range(count)]
    own = [_own_crm_event(index, now) for index in range(third)]
    native = [_crm_event(index, now) for index in range(third, 2 * third)]
    flat = [_flat_crm_event(index, now) for index in range(2 * third, count)]
    too_old = {**web_event(count, now), "event_time": now - 9 * DAY}
    nobody = {**_crm_event(count, now), "user_data": {}}
    return [
        SampleMessage.of("web", {"data": web[:third]}, events=third),
        *(SampleMessage.of("web", event) for event in [*web[third:], too_old]),
        *(SampleMessage.of("crm", event) for event in own),
        *(SampleMessage.of("crm", event, schema="capi") for event in [*native, nobody]),
        *(SampleMessage.of("crm", event, schema="flat") for event in flat),
        SampleMessage("crm", b'{"stage": "qualified_lead", "stage_changed_at": '),
        *container_messages(now, count),
    ]


def web_event(index: int, now: int) -> dict[str, Any]:
    """Return a purchase in the Conversions API's own form, ``index`` minutes before ``now``."""
    who, bought = customer(index), purchase(index)
    milliseconds = (now - DAY) * 1000 + index
    return {
        "event_name": "Purchase",
        "event_time": now - index * 60,
        "event_id": event_id("tag server", now, index),
        "action_source": "website",
        "event_source_url": f"https://shop.example.com/thanks/{index}",
        "user_data": {
            "em": [who.email],
            "ph": [who.phone],
            "external_id": [who.external_id],
            "client_ip_address": f"123.123.123.{1 + index % 250}",
            "client_user_agent": USER_AGENT,
            "fbp": f"fb.1.{milliseconds}.{1_098_115_397 + index}",
        },
        "custom_data": {
            "currency": CURRENCY,
            "value": float(bought.value),
            "order_id": f"TAG{now % DAY:05}{index:04}",
            "contents": [{"id": bought.product_id, "quantity": bought.quantity}],
        },
    }


def _own_crm_event(index: int, now: int) -> dict[str, Any]:
    """Return a change of stage under the keys that ``maps/crm.json`` names."""
    who = customer(index)
    return {
        "stage": _STAGES[index % len(_STAGES)],
        "stage_changed_at": datetime.fromtimestamp(now - index * _HOUR, UTC).isoformat(),
        "change_id": event_id("crm", now, index),
        "lead_id": str(_lead_id(index)),
        "contact_id": who.external_id,
        "email": who.email,
        "phone": who.phone,
        "country": who.country,
    }


def _crm_event(index: int, now: int) -> dict[str, Any]:
    who = customer(index)
    return {
        "event_name": _STAGES[index % len(_STAGES)],
        "event_time": now - index * _HOUR,
        "action_source": "system_generated",
        "user_data": {"lead_id": _lead_id(index), "em": [who.email], "ph": [who.phone]},
        "custom_data": {"event_source": "crm", "lead_event_source": "Sample CRM"},
    }


def _flat_crm_event(index: int, now: int) -> dict[str, Any]:
    nested = _crm_event(index, now)
    user, custom = nested.pop("user_data"), nested.pop("custom_data")
    return {**nested, **custom, "lead_id": user["lead_id"], "email": user["em"][0], "phone": user["ph"][0]}


def _lead_id(index: int) -> int:
    return 1_234_567_890_123_456 + index
