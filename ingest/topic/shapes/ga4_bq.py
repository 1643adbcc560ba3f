"""``ga4_bq``: a row of GA4's BigQuery export, daily or intraday, as JSON (ga4-gtm.md §4.2).

``event_params`` and ``user_properties`` become objects, whichever of the four value columns holds the value; INT64 may
be texts, as ``EXPORT DATA`` writes them. ``(not set)`` means that nothing was said.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from ingest.topic.shapes.shape import GoogleShape, Item, Record
from omnicapi.errors import Refused
from omnicapi.messages import Event
from omnicapi.publishing.publisher import encode

_VALUES = ("string_value", "int_value", "double_value", "float_value")
_NOT_SET = "(not set)"
_KEPT = ("user_id", "privacy_info", "platform", "stream_id")
_OBJECTS = ("device", "app_info", "ecommerce")
_COLUMNS = frozenset(
    [
        "event_date",
        "event_timestamp",
        "event_name",
        "event_params",
        "event_previous_timestamp",
        "event_value_in_usd",
        "event_bundle_sequence_id",
        "event_server_timestamp_offset",
        "event_dimensions",
        "user_id",
        "user_pseudo_id",
        "user_properties",
        "user_first_touch_timestamp",
        "user_ltv",
        "is_active_user",
        "privacy_info",
        "device",
        "geo",
        "app_info",
        "traffic_source",
        "collected_traffic_source",
        "session_traffic_source_last_click",
        "stream_id",
        "platform",
        "ecommerce",
        "items",
        "publisher",
        "batch_event_index",
        "batch_page_id",
        "batch_ordering_id",
    ]
)
"""The export's own columns; a query may add others, such as one about consent."""
_IDENTITY = (
    "stream_id",
    "user_pseudo_id",
    "event_name",
    "event_timestamp",
    "event_bundle_sequence_id",
    "batch_event_index",
    "batch_page_id",
    "batch_ordering_id",
)
"""Columns that tell a row from all others, the same in the intraday and the daily table."""


def recognises(item: Item) -> bool:
    """Tell whether the object has the export's name, time and list of parameters."""
    return (
        isinstance(item.get("event_name"), str)
        and "event_timestamp" in item
        and isinstance(item.get("event_params"), list)
    )


def records(item: Item) -> list[Record]:
    """Return the one event: its parameters, and what the columns say beside them."""
    if not isinstance(item.get("event_params"), list):
        raise Refused("item_not_object", "event_params is not a list.", "event_params")
    record: dict[str, Any] = _parameters(item["event_params"])
    record |= {key: item[key] for key in _KEPT if item.get(key) is not None}
    record |= {key: _said(item[key]) for key in _OBJECTS if isinstance(item.get(key), dict)}
    items = item.get("items")
    if isinstance(items, list) and items:
        record["items"] = [_product(one) for one in items if isinstance(one, dict)]
    record["user_properties"] = _parameters(item.get("user_properties"))
    if columns := {key: value for key, value in item.items() if key not in _COLUMNS}:
        record["columns"] = columns
    record |= {
        "event_name": item.get("event_name"),
        "client_id": item.get("user_pseudo_id"),
        "timestamp_micros": item.get("event_timestamp"),
        "row_id": row_id(item),
    }
    return [record]


def row_id(row: Mapping[str, Any]) -> str:
    """Return what a row is known by, in the intraday table and in the daily one that follows it."""
    identity = [None if (value := row.get(column)) is None else str(value) for column in _IDENTITY]
    return hashlib.blake2b(encode(identity), digest_size=16).hexdigest()


def _parameters(pairs: Any) -> dict[str, Any]:
    found = {}
    for pair in pairs if isinstance(pairs, list) else ():
        if isinstance(pair, dict) and isinstance(key := pair.get("key"), str):
            found[key] = _value(pair.get("value"))
    return {key: value for key, value in found.items() if value is not None}


def _value(columns: Any) -> Any:
    if not isinstance(columns, dict):
        return None
    return next((value for name in _VALUES if (value := columns.get(name)) is not None), None)


def _product(item: Mapping[str, Any]) -> dict[str, Any]:
    return {**_parameters(item.get("item_params")), **_said(item)}


def _said(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in columns.items() if value not in (None, _NOT_SET)}


def fallback_id(record: Record, _: Event) -> str | None:
    """Return the row's own id."""
    found: str | None = record.get("row_id")
    return found


SHAPE = GoogleShape("ga4_bq", recognises, records, fallback_id)
