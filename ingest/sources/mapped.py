"""Objects of a channel whose map names keys, such as a CRM's: the map says what each key means."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.fields import fold
from ingest.maps import Map
from ingest.plan import Column, Header
from ingest.sources.shape import Item, KeyedShape, Record, opened

DEPTH = 20
"""Levels of nested objects that a dotted key may reach into."""


def shape(map_: Map) -> KeyedShape:
    """Return the shape that a map describes. Keys it does not name are not read."""

    def header(names: Sequence[str]) -> Header:
        return _header(map_, names)

    named = {fold(name) for name in map_.names}

    def records(item: Item) -> list[Record]:
        return [opened(item, lambda key: fold(key) not in named and key.count(".") < DEPTH)]

    # The channel attribute alone leads here: no object is recognised by its keys.
    return KeyedShape(map_.channel, lambda _: False, records, header)


def _header(map_: Map, names: Sequence[str]) -> Header:
    places = {fold(name): index for index, name in reversed(list(enumerate(names)))}
    columns = [
        Column(places[folded], of, str(place))
        for of, place in map_.columns
        if isinstance(place, str) and (folded := fold(place)) in places
    ]
    return Header(
        columns,
        defaults=map_.defaults,
        formats=map_.formats,
        date_format=map_.date_format,
        absent={
            of.path: f"the map of channel {map_.channel} reads it from key {place!r}" for of, place in map_.columns
        },
    )
