"""The validators of a template's fields, as the tag's form in Tag Manager applies them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

Field = Mapping[str, Any]


def flattened(fields: list[dict[str, Any]]) -> Iterator[Field]:
    """Yield every field that has a value, those inside groups too."""
    for field in fields:
        if field["type"] == "GROUP":
            yield from flattened(field["subParams"])
        else:
            yield field


def defaults(fields: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what a new tag's form holds; a table has no rows yet."""
    return {
        field["name"]: [] if field["type"] == "SIMPLE_TABLE" else field.get("defaultValue", "")
        for field in flattened(fields)
    }


def complaints(field: Field, value: Any) -> list[str]:
    """Say what the form would say to this value."""
    if field["type"] == "SIMPLE_TABLE":
        columns = {column["name"]: column for column in field["simpleTableColumns"]}
        cells = [complaint for row in value for name in row for complaint in complaints(columns[name], row[name])]
        return cells + [f"{name} is not unique" for name, column in columns.items() if _repeats(column, name, value)]
    return [
        validator["errorMessage"] for validator in field.get("valueValidators", []) if not _holds(validator, str(value))
    ]


def _repeats(column: Field, name: str, rows: list[dict[str, Any]]) -> bool:
    values = [row[name] for row in rows]
    return bool(column.get("isUnique")) and len(set(values)) < len(values)


def _holds(validator: Mapping[str, Any], value: str) -> bool:
    if validator["type"] == "NON_EMPTY":
        return value != ""
    if validator["type"] == "REGEX":
        return re.fullmatch(validator["args"][0], value) is not None
    raise NotImplementedError(f"The form's validator {validator['type']} is not known here.")
