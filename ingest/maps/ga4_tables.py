"""The tables that say what of GA4's events becomes which field: ``maps/ga4.json`` (docs/ga4.md).

Data, so that a client changes a mapping without code: in the cloud the file lies in the maps folder of the bucket and
is read again when it changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ingest.consent.reading import is_known
from ingest.maps.ga4_paths import Path
from ingest.values.fields import CONSENT, Field, Kind, find, nearest
from omnicapi.errors import BadMap
from omnicapi.json_document import read_document
from omnicapi.values.identifiers import EXTINFO_SLOTS

NAME = "ga4"
"""The file's name without its suffix, and the channel of Google's events that name none."""

Together = list[str]
Alternatives = list[str | Together]
ItemKey = Literal["id", "quantity", "item_price", "title", "description", "brand", "category", "delivery_category"]


class Ga4File(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The file as written. A path is dotted and reaches through objects and lists of the event data."""

    events: Annotated[
        dict[str, str | None], Meta(description="GA4's event name to Meta's; null drops the event with an outcome.")
    ]
    other_events: Annotated[
        Literal["custom", "drop"], Meta(description="What becomes of names not listed: custom events, or nothing.")
    ] = "custom"
    debug_channel: Annotated[
        str | None, Meta(description="Channel of events from debugging sessions; null leaves them in theirs.")
    ] = None
    action_source_without_page: Annotated[
        str, Meta(description="Where an event happened that names neither page nor app, such as a server's.")
    ] = "other"
    fields: Annotated[
        dict[str, Alternatives],
        Meta(description="Field to paths; the first that says something counts, a list of paths is taken together."),
    ]
    properties: Annotated[
        dict[str, list[str]], Meta(description="Property of custom_data to paths; all other parameters stay here.")
    ] = {}
    items: Annotated[list[str], Meta(description="Where the items stand.")]
    item_fields: Annotated[dict[ItemKey, list[str]], Meta(description="Key of Meta's product to keys of an item.")]
    num_items_for: Annotated[list[str], Meta(description="Meta's events that say how many pieces there are.")] = []
    app_data: Annotated[dict[str, list[str]], Meta(description="Key of Meta's app_data to paths.")] = {}
    extinfo: Annotated[
        list[list[str]], Meta(max_length=EXTINFO_SLOTS, description="Slot of extinfo to paths; slot 0 is the platform.")
    ] = []
    schema: Annotated[str, Meta(description="Where an editor finds docs/schema/ga4.json.")] = msgspec.field(
        name="$schema", default=""
    )


Paths = tuple[Path, ...]


@dataclass(frozen=True)
class Alternative:
    """Paths that are taken together. ``begin`` are the keys without which none of them leads anywhere."""

    paths: Paths
    begin: tuple[str, ...]


@dataclass(frozen=True)
class FieldPaths:
    """Where a field stands: alternatives in order."""

    field: Field
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True)
class Tables:
    """The file, checked, its paths split."""

    file: Ga4File
    fields: tuple[FieldPaths, ...]
    properties: Mapping[str, Paths]
    items: Paths
    item_fields: Mapping[str, Paths]
    app_data: Mapping[str, Paths]
    extinfo: tuple[Paths, ...]

    @property
    def read(self) -> frozenset[str]:
        """The keys in the tables' paths, at any level."""
        fields = (alternative.paths for each in self.fields for alternative in each.alternatives)
        paths = (*fields, *self.properties.values(), *self.app_data.values(), *self.extinfo, self.items)
        return frozenset(key for several in paths for path in several for key in path.keys)


def parse(text: bytes) -> Tables:
    """Read the file; raises :class:`~omnicapi.errors.BadMap` that names the entry."""
    name = f"maps/{NAME}.json"
    try:
        file = read_document(text, Ga4File)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadMap(f"{name} cannot be used: {error}") from None
    for key in filter(is_known, file.properties):
        raise BadMap(f"{name}: {key!r} is about consent and is never sent; take it out of properties.")
    return Tables(
        file=file,
        fields=_fields(name, file.fields),
        properties={key: _paths(places) for key, places in file.properties.items()},
        items=_paths(file.items),
        item_fields={key: _paths(places) for key, places in file.item_fields.items()},
        app_data={key: _paths(places) for key, places in file.app_data.items()},
        extinfo=tuple(map(_paths, file.extinfo)),
    )


def _fields(name: str, entries: Mapping[str, Alternatives]) -> tuple[FieldPaths, ...]:
    fields: dict[Field, FieldPaths] = {}
    for entry, places in entries.items():
        of = _field(name, entry)
        if of in fields:
            raise BadMap(f"{name}: {entry!r} stands under another name already; keep one of them.")
        fields[of] = FieldPaths(of, tuple(map(_alternative, places)))
    return tuple(fields.values())


def _field(name: str, entry: str) -> Field:
    of = find(entry)
    if of is None:
        near = nearest(entry)
        raise BadMap(
            f"{name}: there is no field {entry!r}; "
            + (f"did you mean {near!r}?" if near else "docs/files-reference.md lists the field names.")
        )
    if not is_mappable(of):
        raise BadMap(f"{name}: {entry!r} cannot stand under fields; docs/ga4.md says where it comes from.")
    return of


def is_mappable(of: Field) -> bool:
    """Tell whether a field may stand under ``fields``: names, consent and app data have ways of their own."""
    return of.group != CONSENT and of.kind is not Kind.OBJECT and of.path != "event_name"


def _alternative(one: str | Together) -> Alternative:
    paths = _paths([one] if isinstance(one, str) else one)
    return Alternative(paths, tuple({path.keys[0] for path in paths}))


def _paths(texts: Iterable[str]) -> Paths:
    return tuple(map(Path, texts))
