"""The shape of a server event: its keys, their types, what every event and what each action source needs."""

import re

from local.meta.complaints import REQUIRED, UNEXPECTED_KEY, WRONG_TYPE, WRONG_VALUE
from local.meta.rules.kinds import BOOLEAN, INTEGER, OBJECT, TEXT, TEXT_LIST, Keys, typed
from local.meta.rules.model import Event, Found, Rule

ACTION_SOURCES = frozenset(
    {
        "email",
        "website",
        "app",
        "phone_call",
        "chat",
        "physical_store",
        "system_generated",
        "business_messaging",
        "other",
    }
)
"""meta-capi.md §2.2."""

_ADDRESS = re.compile(r"https?://[^\s/?#<>{}|\\^\"`]+(?=[/?#]|\Z)").match

EVENT_KEYS = Keys(
    {
        "event_name": TEXT,
        "event_time": INTEGER,
        "user_data": OBJECT,
        "action_source": TEXT,
        "event_source_url": TEXT,
        "event_id": TEXT,
        "custom_data": OBJECT,
        "app_data": OBJECT,
        "opt_out": BOOLEAN,
        "referrer_url": TEXT,
        "data_processing_options": TEXT_LIST,
        "data_processing_options_country": INTEGER,
        "data_processing_options_state": INTEGER,
        "original_event_data": OBJECT,
        "messaging_channel": TEXT,
        "attribution_data": OBJECT,
    }
)
"""Every key an event may have (meta-capi.md §2.1)."""

ORIGINAL_EVENT_KEYS = Keys({"event_name": TEXT, "event_time": INTEGER, "order_id": TEXT, "event_id": TEXT})
"""meta-capi.md §2.1, `original_event_data`."""

_REQUIRED = ("event_name", "event_time", "action_source")


def _not_an_object(event: object, _now: int) -> Found | None:
    return None if isinstance(event, dict) else Found((), "an object")


def _unexpected_key(event: Event, _now: int) -> Found | None:
    stranger = EVENT_KEYS.stranger(event)
    return None if stranger is None else Found((), stranger)


def _missing_key(event: Event, _now: int) -> Found | None:
    for key in _REQUIRED:
        if event.get(key) in (None, ""):
            return Found((key,))
    return None


def _unknown_action_source(event: Event, _now: int) -> Found | None:
    if event["action_source"] in ACTION_SOURCES:
        return None
    return Found(("action_source",), f"one of {', '.join(sorted(ACTION_SOURCES))}")


def _no_page(event: Event, _now: int) -> Found | None:
    if event["action_source"] == "website" and not event.get("event_source_url"):
        return Found(("event_source_url",))
    return None


def _no_address(event: Event, _now: int) -> Found | None:
    url = event.get("event_source_url")
    if url and not _ADDRESS(url):
        return Found(("event_source_url",), "it starts with http:// or https:// and names a host")
    return None


def _nothing_to_append(event: Event, _now: int) -> Found | None:
    if event["event_name"] != "AppendValue":
        return None
    if not event.get("original_event_data"):
        return Found(("original_event_data",))
    custom = event.get("custom_data") or {}
    if "net_revenue" in custom or "predicted_ltv" in custom:
        return None
    return Found(("custom_data", "net_revenue"))


def _no_attribution(event: Event, _now: int) -> Found | None:
    if event["event_name"] == "AppendAttribution" and not event.get("attribution_data"):
        return Found(("attribution_data",))
    return None


SHAPE_RULES: tuple[Rule[Event], ...] = (
    Rule("event.object", WRONG_TYPE, "§1.3", "Each element of `data` is a JSON object.", _not_an_object),
    Rule(
        "event.unexpected_key",
        UNEXPECTED_KEY,
        "§1.5, §2.1",
        "An event has no key beside the documented ones.",
        _unexpected_key,
        note="`extinfo` belongs in `app_data` and `customer_segmentation` in `custom_data` (both are listed at event "
        "level too); `advanced_measurement_table` has no public documentation.",
    ),
    Rule(
        "event.required",
        REQUIRED,
        "§2.1",
        "`event_name`, `event_time` and `action_source` are there and not empty.",
        _missing_key,
        note="A missing `user_data` is another complaint: see `user_data.identifier`.",
    ),
    Rule(
        "event.types",
        WRONG_TYPE,
        "§2.1",
        "Each key of an event has its documented type; `event_time` is an integer.",
        lambda event, _now: EVENT_KEYS.misfit(event),
        note="A null is a wrong type here; the tolerance for nulls was only seen inside `user_data`. ISO 8601 text for "
        "`event_time` is undocumented.",
    ),
    Rule("event.action_source", WRONG_VALUE, "§2.2", "`action_source` is a documented one.", _unknown_action_source),
    Rule("website.event_source_url", REQUIRED, "§2.2", "A website event names its page.", _no_page),
    Rule(
        "event.event_source_url",
        WRONG_VALUE,
        "§2.1",
        "`event_source_url` starts with `http://` or `https://` and names a host.",
        _no_address,
        note="That it has a host is not written down; without one there is no page.",
    ),
    Rule(
        "original_event_data.types",
        WRONG_TYPE,
        "§2.1",
        "Each key of `original_event_data` has its documented type.",
        typed("original_event_data", ORIGINAL_EVENT_KEYS),
    ),
    Rule(
        "append_value.original",
        REQUIRED,
        "§2.5",
        "`AppendValue` names the original event and brings `net_revenue` or `predicted_ltv`.",
        _nothing_to_append,
        note="That it comes within 7 days of *sending* the original cannot be seen.",
    ),
    Rule(
        "append_attribution.data",
        REQUIRED,
        "§2.5",
        "`AppendAttribution` carries `attribution_data`.",
        _no_attribution,
    ),
)
