"""``capi``: one server event as the Conversions API takes it, hashed or not (meta-capi.md §2)."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.events.header import Header
from ingest.topic.shapes import keys
from ingest.topic.shapes.shape import Item, KeyedShape, Record, opened


def recognises(item: Item) -> bool:
    """Tell whether the object is a server event: it has a name and a ``user_data`` object, and is not Google's."""
    return "event_name" in item and isinstance(item.get("user_data"), dict) and not keys.is_googles(item)


def records(item: Item) -> list[Record]:
    """Return the one event."""
    return [opened(item, keys.GROUPS.__contains__)]


def header(names: Sequence[str]) -> Header:
    """Return what the keys mean; Meta refuses unknown ones outside ``custom_data``."""
    return keys.header(names, unknown_is_property=False)


SHAPE = KeyedShape("capi", recognises, records, header)
