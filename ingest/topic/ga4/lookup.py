"""What GA4's event data says of one field, by the paths that the tables list for it (ga4-gtm.md §3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ingest.events.identifying import says_nothing
from ingest.maps.ga4_paths import Path
from ingest.maps.ga4_tables import FieldPaths, Paths
from ingest.values.convert import Cell, as_cell, as_json
from ingest.values.fields import USER, Field, Kind

_is_time = re.compile(r"[0-9]{1,20}(\.[0-9]+)?").fullmatch


def found(data: Mapping[str, Any], of: FieldPaths) -> tuple[Cell, bool]:
    """Return what the first alternative says that is no placeholder, and whether it is a person's, hashed by Google."""
    best, by_google = "", False
    for alternative in of.alternatives:
        if data.keys().isdisjoint(alternative.begin):
            continue
        cell = _cell(data, alternative.paths, of.field)
        if cell:
            best, by_google = cell, of.field.group == USER and any(path.by_google for path in alternative.paths)
            if len(of.alternatives) == 1 or not says_nothing(cell, of.field):
                break
    return best, by_google


def _cell(data: Mapping[str, Any], paths: Paths, of: Field) -> Cell:
    if of.kind is Kind.LIST:
        return [text for path in paths for text in _texts(path.value(data))]
    if of.kind is Kind.CANDIDATES:
        found = [cell for path in paths for cell in _texts(path.value(data))]
        found = list(dict.fromkeys(cell for cell in found if isinstance(cell, str))) or found
        return found if len(found) > 1 else (found or [""])[0]
    value = first(data, paths)
    if value is None:
        return ""
    return _seconds(value, paths[0]) if of.kind is Kind.TIME else as_cell(value)


def _texts(value: Any) -> list[Cell]:
    if isinstance(value, str) and value.startswith("["):
        value = as_json(value) or value
    cells = [cell for one in (value if isinstance(value, list) else [value]) if (cell := as_cell(one))]
    # Among texts an object is a mistake that must not cost the texts; alone it is left for a warning.
    return [cell for cell in cells if isinstance(cell, str)] or cells


def _seconds(value: Any, path: Path) -> Cell:
    cell = as_cell(value)
    if path.unit == 1 or not isinstance(cell, str) or not _is_time(cell):
        return cell
    return str(int(cell.partition(".")[0]) // path.unit)


def first(data: Mapping[str, Any], paths: Paths) -> Any:
    """Return the first value that the paths lead to and that says something, or ``None``."""
    for path in paths:
        value = path.value(data)
        if value not in (None, "", [], {}):
            return value
    return None
