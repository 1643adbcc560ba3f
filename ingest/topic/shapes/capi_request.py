"""``capi_request``: the body of a request to the Conversions API, ``{"data": [server events]}`` (meta-capi.md §1.3).

``data`` may be JSON in a text, as forms and some programs write it, or one event. Of what stands beside it only what a
person decided holds for each event; the rest concerns that request and is left behind: an access token must not travel
on. A test event code becomes a warning, since these events are no test.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ingest.consent.reading import is_known
from ingest.json.items import NOT_JSON, decode
from ingest.topic.shapes import capi
from ingest.topic.shapes.shape import Item, KeyedShape, Record
from omnicapi.errors import Refused
from omnicapi.values.field_names import DATA_PROCESSING

_NO_EVENT = Refused("item_not_object", "Something in data is no server event; each is an object.", "data")
_NO_LIST = Refused("item_not_object", "data is not a list of server events.", "data")
_BEGINS = ("[", "{")

_OF_ALL = frozenset({"opt_out", "test_event_code", *DATA_PROCESSING.values()})
"""Keys beside ``data`` that say something of each event, besides those of consent."""


def recognises(item: Item) -> bool:
    """Tell whether the object holds in ``data`` an object with a name and a time, or JSON in a text."""
    if isinstance(data := item.get("data"), str) and "event_name" not in item:
        return data.lstrip().startswith(_BEGINS)
    return any(map(_is_event, _events(data)))


def _is_event(event: object) -> bool:
    if isinstance(event, str):
        return event.lstrip().startswith(_BEGINS[1])
    return isinstance(event, dict) and "event_name" in event and "event_time" in event


def _events(data: Any) -> Sequence[Any]:
    """Return what ``data`` holds: the elements of a list, and of an object its values, unless it is an event itself."""
    if isinstance(data, list):
        return data
    if not isinstance(data, dict):
        return ()
    return [data] if _is_event(data) else list(data.values())


def records(item: Item) -> Iterator[Record | Refused]:
    """Yield each event of ``data``, or its refusal where it is none."""
    data = _read(item.get("data"))
    if isinstance(data, Refused) or not (events := _events(data)):
        raise data if isinstance(data, Refused) else _NO_LIST
    beside = {key: value for key, value in item.items() if key in _OF_ALL or is_known(key)}
    for event in map(_read, events):
        if isinstance(event, dict):
            yield from capi.records(_with(beside, event))
        else:
            yield event if isinstance(event, Refused) else _NO_EVENT


def _with(beside: Item, event: Item) -> Item:
    """Return an event with what the request says of all its events; a denial in either place counts."""
    if not beside:
        return event
    hidden = {f"request.{key}": beside[key] for key in beside.keys() & event.keys() if is_known(key)}
    opt_out = {"opt_out": beside["opt_out"]} if beside.get("opt_out") else {}
    return {**beside, **event, **opt_out, **hidden}


def _read(value: Any) -> Any:
    """Return what JSON in a text says, its refusal where it is none; any other value as it is."""
    if not isinstance(value, str):
        return value
    try:
        return decode(value)
    except NOT_JSON:
        return Refused("not_json", "data is a text that is no JSON; write the list itself, or its JSON.", "data")


SHAPE = KeyedShape("capi_request", recognises, records, capi.header)
