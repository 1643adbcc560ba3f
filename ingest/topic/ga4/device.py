"""App events: which events are an app's, and Meta's ``app_data`` from what GA4 says of the device (meta-capi.md §5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.maps.ga4_tables import Paths, Tables
from ingest.values.convert import as_cell, as_json
from omnicapi.values.identifiers import EXTINFO_SLOTS

_PLATFORMS = {"android": "a2", "ios": "i2"}


def is_app(data: Mapping[str, Any]) -> bool:
    """Tell whether the event comes from an app: an app stream's id or platform, not merely a telephone's browser."""
    platform = data.get("x-ga-platform") or data.get("platform") or ""
    return bool(data.get("app_instance_id")) or str(platform).lower() in _PLATFORMS


def app_data(data: Mapping[str, Any], tables: Tables) -> dict[str, Any]:
    """Return Meta's object, of an app event.

    Whether the person allowed tracking is never assumed: handle refuses an app event that does not say it.
    """
    made: dict[str, Any] = {key: value for key, paths in tables.app_data.items() if (value := _text(data, paths))}
    slots = [_text(data, paths) for paths in tables.extinfo]
    if slots:
        slots[0] = _PLATFORMS.get(slots[0].lower(), "")
        made["extinfo"] = slots + [""] * (EXTINFO_SLOTS - len(slots))
    given = data.get("app_data")
    given = as_json(given) if isinstance(given, str) else given
    return made | given if isinstance(given, dict) else made


def _text(data: Mapping[str, Any], paths: Paths) -> str:
    """Return the first text or number at one of the paths, as text; empty where there is none."""
    values = (as_cell(path.value(data)) for path in paths)
    return next((str(value) for value in values if isinstance(value, str) and value), "")
