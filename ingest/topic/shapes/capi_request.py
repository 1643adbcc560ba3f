"""``capi_request``: the body of a request to the Conversions API, ``{"data": [server events]}`` (meta-capi.md §1.3).

Everything beside ``data`` concerns that request and is left behind: an access token must not travel on.
"""

from __future__ import annotations

from collections.abc import Iterator

from ingest.topic.shapes import capi
from ingest.topic.shapes.shape import Item, KeyedShape, Record
from omnicapi.errors import Refused

_NO_EVENT = Refused("item_not_object", "Something in data is no server event; each is an object.", "data")


def recognises(item: Item) -> bool:
    """Tell whether the object holds a list ``data`` in which there is an object with a name and a time."""
    events = item.get("data")
    return isinstance(events, list) and bool(events) and any(_is_event(event) for event in events)


def _is_event(event: object) -> bool:
    return isinstance(event, dict) and "event_name" in event and "event_time" in event


def records(item: Item) -> Iterator[Record | Refused]:
    """Yield each event of ``data``, or its refusal where it is none."""
    events = item.get("data")
    if not isinstance(events, list):
        raise Refused("item_not_object", "data is not a list of server events.", "data")
    for event in events:
        if isinstance(event, dict):
            yield from capi.records(event)
        else:
            yield event if isinstance(event, Refused) else _NO_EVENT


SHAPE = KeyedShape("capi_request", recognises, records, capi.header)
