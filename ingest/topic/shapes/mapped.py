"""Objects of a channel whose map names keys, such as a CRM's: the map says what each key means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.damage.message_ids import mender
from ingest.events.consent_columns import consent_field_of_key
from ingest.events.filling import Column
from ingest.events.header import Header
from ingest.maps.cell_style import reader
from ingest.maps.columns import MapColumn
from ingest.maps.field_map import Map
from ingest.topic.shapes.shape import Item, KeyedShape, Record, opened
from ingest.values.fields import UNKNOWN, Field, Kind, fold

DEPTH = 20
"""Levels of nested objects that a dotted key may reach into."""


def shape(map_: Map) -> KeyedShape:
    """Return the shape that a map describes. Of keys it does not name only what they say of consent is read."""

    def header(names: Sequence[str]) -> Header:
        return _header(map_, names)

    around = {fold(place) for name in map_.names for place in _around(name)} - set(map(fold, map_.names))

    def records(item: Item) -> list[Record]:
        return [opened(item, lambda key: fold(key) in around)]

    # The channel attribute alone leads here: no object is recognised by its keys.
    return KeyedShape(map_.channel, lambda _: False, records, header)


def _around(key: str) -> Iterator[str]:
    """Yield the objects in which a dotted key may stand, from the outermost."""
    names = key.split(".")[:DEPTH]
    yield from (".".join(names[:count]) for count in range(1, len(names)))


def _header(map_: Map, names: Sequence[str]) -> Header:
    places = {fold(name): index for index, name in reversed(list(enumerate(names)))}
    found = ((of, [key for key in of.places if isinstance(key, str) and fold(key) in places]) for of in map_.columns)
    named = [_column(of, [places[fold(key)] for key in keys], keys, map_) for of, keys in found if keys]
    return Header(
        [*named, *_unnamed(map_, names)],
        mend=mender(named),
        defaults=map_.defaults,
        formats=map_.formats,
        date_format=map_.date_format,
        absent={
            of.field.path: f"the map of channel {map_.channel} reads it from key {of.places[0]!r}"
            for of in map_.columns
        },
    )


def _unnamed(map_: Map, names: Sequence[str]) -> Iterator[Column]:
    """Yield what the other keys are: consent where they are known for it, else what a policy may know them for."""
    looked_at = set(map(fold, map_.names))
    for index, key in enumerate(names):
        if fold(key) not in looked_at:
            yield Column(index, consent_field_of_key(key) or Field(UNKNOWN, key, Kind.UNKNOWN, key), key)


def _column(of: MapColumn, indexes: Sequence[int], keys: Sequence[str], map_: Map) -> Column:
    joined = tuple(indexes) if len(indexes) > 1 else ()
    convert = reader(of.field, of.style, map_.formats)
    return Column(indexes[0], of.field, "+".join(keys), convert, joined, between=of.style.between)
