"""``sgtm``: event data of a GTM server container, bare, as Google's Hermes and Stape's Pub/Sub tags publish it."""

from __future__ import annotations

import hashlib
from typing import Any

from ingest.topic.shapes import keys
from ingest.topic.shapes.shape import GoogleShape, Item, Record
from omnicapi.messages import Event
from omnicapi.publishing.publisher import encode

_ARRIVAL = "x-sst-"
"""Keys of the container that hold times of arrival: a browser that tries again gets others (ga4-gtm.md §1.6)."""

BESIDE = ("cookies", "request", "container", "published_at_ms")
"""What the envelope of the tag in ``gtm/`` adds, which is no part of the event either; so is its id."""

_TELLING = (
    "x-ga-request_count",
    "x-ga-tfd",
    "unique_event_id",
    "event_time",
    "timestamp_micros",
    "event_timestamp_ms",
    "timestamp",
)
"""Keys by which an event differs from the same thing done again: counters of the browser, and times that it gives
itself (ga4-gtm.md §3.3, §3.5)."""

_MINUTE = 60

MAY_BE_ONE = "event_id:equal_events_of_a_minute_count_once"
"""The warning on an event that nothing but the minute tells from one that says the same."""


def recognises(item: Item) -> bool:
    """Tell whether the object has a name and bears marks of Google's tags, and is no row of the export."""
    return "event_name" in item and keys.is_googles(item) and not isinstance(item.get("event_params"), list)


def records(item: Item) -> list[Record]:
    """Return the one event."""
    return [item]


def tells_itself_apart(record: Record) -> bool:
    """Tell whether an event has a counter or a time of its own."""
    return any(record.get(key) for key in _TELLING)


def fallback_id(record: Record, event: Event) -> str | None:
    """Return the digest of all that the event says apart from when it arrived.

    Only for events of a known browser: without a client id two visitors may well say the same. An event that has
    neither a counter nor a time of its own is told from its like by the minute in which it arrived.
    """
    if not (record.get("client_id") or record.get("app_instance_id")):
        return None
    keys = sorted(key for key in record.keys() - {*BESIDE, "envelope_event_id"} if not key.startswith(_ARRIVAL))
    said: list[Any] = [(key, record[key]) for key in keys]
    if not tells_itself_apart(record):
        said.append(event.event_time // _MINUTE)
        event.warnings.append(MAY_BE_ONE)
    return hashlib.sha256(encode(said)).hexdigest()


SHAPE = GoogleShape("sgtm", recognises, records, fallback_id)
