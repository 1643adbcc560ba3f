"""``flat``: one event on one level, as in the rows of Meta's Dataflow template (ga4-gtm.md §4.4).

Keys are Meta's or their usual other names, with or without their group: ``em``, ``email``, ``user_data.em``. Several
values stand in a list or between ``|``. A key that is no field becomes a property of ``custom_data``.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.events.header import Header
from ingest.topic.shapes import keys
from ingest.topic.shapes.shape import Item, KeyedShape, Record, opened


def recognises(item: Item) -> bool:
    """Tell whether the object has a name and a time beside its other values, and belongs to no other shape."""
    return (
        "event_name" in item
        and "event_time" in item
        and not isinstance(item.get("user_data"), dict)
        and not isinstance(item.get("event_params"), list)
        and not keys.is_googles(item)
    )


def records(item: Item) -> list[Record]:
    """Return the one event."""
    return [opened(item, keys.GROUPS.__contains__)]


def header(names: Sequence[str]) -> Header:
    """Return what the keys mean; unknown ones are properties."""
    return keys.header(names, unknown_is_property=True)


SHAPE = KeyedShape("flat", recognises, records, header)
