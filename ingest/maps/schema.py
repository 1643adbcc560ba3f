"""The JSON Schema of map files, by which editors complete and check: ``python -m ingest.maps.schema maps/schema.json``.

It is made from the field table and :class:`~ingest.maps.file.MapFile`, so it cannot say anything else than the reader
does.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec

from ingest.maps import presets
from ingest.maps.file import MapFile
from ingest.values.fields import FIELDS


def schema() -> dict[str, Any]:
    """Return the schema of both forms of a map. Names are offered in capitals and accepted in lower case."""
    _, definitions = msgspec.json.schema_components([MapFile], ref_template="#/$defs/{name}")
    for definition in definitions.values():
        _lift_descriptions(definition.get("properties", {}))
    entries: dict[str, Any] = definitions.pop("MapFile")["properties"]
    where, default = (entries[name]["additionalProperties"] for name in ("columns", "defaults"))
    entries["columns"] |= _by_field({"$ref": "#/$defs/where"})
    entries["defaults"] |= _by_field(default)
    entries["optional"]["items"] = {"$ref": "#/$defs/field"}
    entries["preset"]["anyOf"] = [{"enum": presets.names()}, {"type": "null"}]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Field map of a channel",
        "description": "Says which column or key is which field: docs/maps.md.",
        "type": "object",
        "if": {"anyOf": [{"required": ["columns"]}, {"required": ["preset"]}]},
        "then": {"properties": {"$schema": {"type": "string"}, **entries}, "additionalProperties": False},
        "else": {
            **_by_field({"$ref": "#/$defs/column"}),
            "properties": {"$schema": {"type": "string"}, **_offered({"$ref": "#/$defs/column"})},
            "propertyNames": {"anyOf": [{"const": "$schema"}, {"$ref": "#/$defs/field"}]},
        },
        "$defs": {
            "field": {"enum": _names()},
            "where": where,
            "column": next(kind for kind in where["anyOf"] if kind.get("type") == "integer"),
            **definitions,
        },
    }


def _lift_descriptions(entries: dict[str, Any]) -> None:
    """Say of an entry that may be left out what is said of its one other kind: editors look there first."""
    for entry in entries.values():
        for kind in entry.get("anyOf", ()):
            if "description" not in entry and "description" in kind:
                entry["description"] = kind.pop("description")


def _by_field(value: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": _offered(value),
        "propertyNames": {"$ref": "#/$defs/field"},
        "additionalProperties": value,
    }


def _offered(value: dict[str, Any]) -> dict[str, Any]:
    """One name a field is offered; the others are accepted, but would only crowd the list."""
    return {of.usual.upper(): {"description": f"{of.path}: {of.kind.value}", **value} for of in FIELDS}


def _names() -> list[str]:
    names = (name for of in FIELDS for name in (of.path, *of.aliases))
    return sorted({spelling for name in names for spelling in (name.upper(), name)})


def text() -> str:
    """Return the schema as ``maps/schema.json`` holds it."""
    return msgspec.json.format(msgspec.json.encode(schema()), indent=2).decode() + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text(), encoding="utf-8")
