"""``ga4_mp``: the body of a GA4 Measurement Protocol request, up to 25 events of one person (ga4-gtm.md §4.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingest.consent.reading import is_known
from ingest.topic.shapes.shape import GoogleShape, Item, Record
from omnicapi.errors import Refused
from omnicapi.messages import Event

_NO_EVENT = Refused("item_not_object", "Something in events is no object with a name.", "events")
_OF_THE_EVENT = ("events", "user_properties")


def recognises(item: Item) -> bool:
    """Tell whether the object holds a list ``events`` in which there is an object with a name."""
    events = item.get("events")
    return isinstance(events, list) and any(map(_is_event, events))


def _is_event(event: Any) -> bool:
    return isinstance(event, dict) and isinstance(event.get("name"), str)


def records(item: Item) -> Iterator[Record | Refused]:
    """Yield each event: its parameters, what the body says of all, its own time; or its refusal where it is none."""
    events = item.get("events")
    if not isinstance(events, list) or not events:
        raise Refused("item_not_object", "events is not a list of objects with a name.", "events")
    shared = {key: value for key, value in item.items() if key not in _OF_THE_EVENT}
    properties = item.get("user_properties")
    if isinstance(properties, dict):
        shared["user_properties"] = {name: _value(value) for name, value in properties.items()}
    for event in events:
        if not _is_event(event):
            yield event if isinstance(event, Refused) else _NO_EVENT
            continue
        params = event.get("params")
        own = {key: value for key, value in event.items() if key not in ("name", "params")}
        params = params if isinstance(params, dict) else {}
        # A parameter may have any name, ``consent`` too, and must not hide what the body says by that name.
        yield {**params, **shared, **own, **_hidden(params, shared, own), "event_name": event["name"]}


def _hidden(params: Record, shared: Record, own: Record) -> Record:
    """Return what is said of consent under a name that another place has too, out of reach of that place."""
    found = ("params", params, shared.keys() | own.keys()), ("body", shared, own.keys())
    said = (
        (place, {key: below[key] for key in below.keys() & above if is_known(key)}) for place, below, above in found
    )
    return {f"consent_of_{place}": keys for place, keys in said if keys}


def _value(property_: Any) -> Any:
    return property_.get("value") if isinstance(property_, dict) else property_


def fallback_id(_: Record, __: Event) -> None:
    """Return nothing: such an event is known by all it says, its time included."""


SHAPE = GoogleShape("ga4_mp", recognises, records, fallback_id)
