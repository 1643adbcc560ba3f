"""Maps of common exports, from which a channel's map may start: ``{"preset": "shopify-orders", "columns": {…}}``.

What a map says itself counts: field by field of columns, defaults and the like, whole for every other entry. ``null``
leaves out what the preset says of a field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from ingest.maps.file import MapFile
from ingest.values.fields import find, fold
from omnicapi.supplied import supplied

FOLDER = supplied("maps") / "presets"
"""Beside the supplied maps, wherever the channels' own are kept."""

V = TypeVar("V")


def names() -> list[str]:
    """Return the names of all presets."""
    return sorted(file.stem for file in FOLDER.glob("*.json"))


def read(name: str) -> bytes | None:
    """Return the text of a preset, or ``None`` where there is none of this name."""
    return (FOLDER / f"{name}.json").read_bytes() if name in names() else None


def merged(own: MapFile, preset: MapFile) -> MapFile:
    """Return what a map and the preset that it names say together."""
    entries: dict[str, Any] = {
        name: getattr(own, name) if getattr(own, name) != default else getattr(preset, name)
        for name, default in _unsaid().items()
    }
    own_fields = {_field(name) for name in own.columns}
    return MapFile(
        **entries
        | {
            "columns": _merged(own.columns, preset.columns),
            "defaults": _merged(own.defaults, preset.defaults),
            "properties": {**preset.properties, **own.properties},
            "consent": {**preset.consent, **own.consent},
            "optional": [*own.optional, *(name for name in preset.optional if _field(name) not in own_fields)],
        }
    )


def _unsaid() -> dict[str, Any]:
    """Return what each entry of a map is where it is not said."""
    return {name: getattr(MapFile(), name) for name in MapFile.__struct_fields__}


def _merged(own: Mapping[str, V], preset: Mapping[str, V]) -> dict[str, V]:
    said = {_field(name) for name in own}
    kept = {name: value for name, value in preset.items() if _field(name) not in said}
    return kept | {name: value for name, value in own.items() if value is not None}


def _field(name: str) -> object:
    return find(name) or fold(name)
