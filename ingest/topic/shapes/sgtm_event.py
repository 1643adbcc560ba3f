"""``sgtm-event``: the envelope of the tag in ``gtm/`` (docs/schema/sgtm-event.json).

The event data comes untouched; what it lacks lies beside it and becomes the keys ``cookies``, ``request``,
``container``, ``published_at_ms`` and ``envelope_event_id`` of the record.
"""

from __future__ import annotations

import re
from typing import Any

from ingest.topic.shapes import sgtm
from ingest.topic.shapes.shape import GoogleShape, Item, Record
from omnicapi.errors import Refused

_SCHEMA = "sgtm-event/"
_KEYS = frozenset({"schema", "event", "event_id", *sgtm.BESIDE})
_DIGEST = re.compile("[0-9a-f]{64}")


def recognises(item: Item) -> bool:
    """Tell whether the object names this schema and holds event data."""
    return str(item.get("schema")).startswith(_SCHEMA) and isinstance(item.get("event"), dict)


def records(item: Item) -> list[Record]:
    """Return the one event, with what lies beside it."""
    event = item.get("event")
    if not isinstance(event, dict):
        raise Refused("item_not_object", "event is not the event data of a server container.", "event")
    beside = {key: item[key] for key in sgtm.BESIDE if key in item}
    # What else the envelope says, of consent perhaps, must not hide what the event says by the same name.
    if more := {key: value for key, value in item.items() if key not in _KEYS}:
        beside["envelope"] = more
    return [{**event, **beside, "envelope_event_id": _own_id(item.get("event_id"), event)}]


def _own_id(given: Any, event: Record) -> Any:
    """Return the envelope's id, unless it is the tag's digest of an event that is equal to the same thing done again.

    The tag leaves times of arrival out of it (docs/adr/0086-event-ids-of-the-tag.md); the reader takes the minute in.
    """
    return None if isinstance(given, str) and _DIGEST.fullmatch(given) and not sgtm.tells_itself_apart(event) else given


SHAPE = GoogleShape("sgtm-event", recognises, records, sgtm.fallback_id)
