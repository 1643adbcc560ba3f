"""``sgtm``: event data of a GTM server container, bare, as Google's Hermes and Stape's Pub/Sub tags publish it."""

from __future__ import annotations

import hashlib

from ingest.sources import keys
from ingest.sources.shape import GoogleShape, Item, Record
from omnicapi.publisher import encode

_ARRIVAL = "x-sst-"
"""Keys of the container that hold times of arrival: a browser that tries again gets others (ga4-gtm.md §1.6)."""


def recognises(item: Item) -> bool:
    """Tell whether the object has a name and bears marks of Google's tags, and is no row of the export."""
    return "event_name" in item and keys.is_googles(item) and not isinstance(item.get("event_params"), list)


def records(item: Item) -> list[Record]:
    """Return the one event."""
    return [item]


def fallback_id(record: Record) -> str | None:
    """Return the digest of all that the event says apart from when it arrived.

    Only for events of a known browser: without a client id two visitors may well say the same.
    """
    if not (record.get("client_id") or record.get("app_instance_id")):
        return None
    said = [(key, value) for key, value in sorted(record.items()) if not key.startswith(_ARRIVAL)]
    return hashlib.sha256(encode(said)).hexdigest()


SHAPE = GoogleShape("sgtm", recognises, records, fallback_id)
