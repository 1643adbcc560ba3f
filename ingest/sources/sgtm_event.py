"""``sgtm-event``: the envelope of the tag in ``gtm/`` (docs/schema/sgtm-event.json).

The event data comes untouched; what it lacks lies beside it and becomes the keys ``cookies``, ``request``,
``container``, ``published_at_ms`` and ``envelope_event_id`` of the record.
"""

from __future__ import annotations

from ingest.sources.shape import GoogleShape, Item, Record
from omnicapi.errors import Refused

_SCHEMA = "sgtm-event/"
_BESIDE = ("cookies", "request", "container", "published_at_ms")


def recognises(item: Item) -> bool:
    """Tell whether the object names this schema and holds event data."""
    return str(item.get("schema")).startswith(_SCHEMA) and isinstance(item.get("event"), dict)


def records(item: Item) -> list[Record]:
    """Return the one event, with what lies beside it."""
    event = item.get("event")
    if not isinstance(event, dict):
        raise Refused("item_not_object", "event is not the event data of a server container.", "event")
    beside = {key: item[key] for key in _BESIDE if key in item}
    return [{**event, **beside, "envelope_event_id": item.get("event_id")}]


def fallback_id(_: Record) -> None:
    """Return nothing: the envelope's own id comes first, and the tag always gives one."""


SHAPE = GoogleShape("sgtm-event", recognises, records, fallback_id)
