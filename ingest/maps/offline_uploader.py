"""Configurations of Meta's archived offline conversion uploader, read as maps (field.md, 12).

The tool read CSV files by a JSON file with ``mapping`` (zero-based column → field), ``format``, ``presetValues``,
``customTypeInfo``, ``header`` and ``delimiter``. Everything else in it was about sending: token, event set, batches and
resuming, which this project does by itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from omnicapi.errors import BadMap

ACTION_SOURCE = "physical_store"
"""What its events were: it knew no other."""

_FIELDS = {
    "match_keys.email": "em",
    "match_keys.phone": "ph",
    "match_keys.gen": "ge",
    "match_keys.dob": "db",
    "match_keys.zip": "zp",
    "match_keys.extern_id": "external_id",
    **{f"match_keys.{name}": name for name in ("fn", "ln", "ct", "st", "country", "madid", "lead_id")},
    "contents.content_id": "content_id",
    "contents.id": "content_id",
    "contents.price": "content_price",
    "contents.item_price": "content_price",
    **{f"contents.{name}": f"content_{name}" for name in ("quantity", "brand", "description", "title")},
    "contents.category": "content_product_category",
    **{
        name: name
        for name in (
            "event_time",
            "event_name",
            "action_source",
            "value",
            "currency",
            "order_id",
            "item_number",
            "content_ids",
            "content_type",
            "data_processing_options",
            "data_processing_options_country",
            "data_processing_options_state",
        )
    },
}
"""The tool's names of fields, and ours."""

_PRODUCTS = {ours for theirs, ours in _FIELDS.items() if theirs.startswith("contents.")}
_BETWEEN_PRODUCTS = ";"
"""Its columns of products held several in a cell, the same number in each."""

_BIRTH = ("match_keys.doby", "match_keys.dobm", "match_keys.dobd")
"""Year, month and day of birth in columns of their own."""

NOT_SENT = ("match_keys.age", "match_keys.fi", *_BIRTH)
"""Fields of the tool that the Conversions API has no place for."""

_CUSTOM = "custom_data."
_TOKENS = {"YYYY": "%Y", "YY": "%y", "MM": "%m", "DD": "%d"}


def is_config(entries: Mapping[str, Any]) -> bool:
    """Tell whether a JSON object is a configuration of the uploader."""
    return isinstance(entries.get("mapping"), dict) and "columns" not in entries


def as_map(name: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries of the map that says the same; raises BadMap that names the map and the entry."""
    mapping = {column: field for column, field in config["mapping"].items() if field not in NOT_SENT}
    formats = _object(config, "format")
    return {
        "columns": _columns(name, mapping, formats) | _birth(config["mapping"]),
        "defaults": {"action_source": ACTION_SOURCE} | dict(_object(config, "presetValues")),
        "properties": _properties(name, mapping, _object(config, "customTypeInfo")),
        "header_rows": 1 if config.get("header") in {True, "true"} else 0,
        "delimiter": config.get("delimiter") or ",",
        "time_zone": _offset(name, _object(formats, "event_time").get("timeZone") or 0),
        "date_format": _date_format(name, "dob", formats["dob"]) if formats.get("dob") else None,
    }


def left_out(config: Mapping[str, Any]) -> list[str]:
    """Return the columns of a configuration that are not sent, as ``match_keys.age (column 16)``."""
    mapping = config["mapping"]
    birth = {column for entry in _birth(mapping).values() for column in entry["join"]}
    return [
        f"{field} (column {column})"
        for column, field in mapping.items()
        if field in NOT_SENT and (not column.isdecimal() or int(column) not in birth)
    ]


def _columns(name: str, mapping: Mapping[str, str], formats: Mapping[str, Any]) -> dict[str, Any]:
    columns: dict[str, list[Any]] = {}
    for column, field in mapping.items():
        if field.startswith(_CUSTOM):
            continue
        if field not in _FIELDS:
            raise BadMap(f"{name}: mapping {column!r}: the uploader knew no field {field!r}.")
        place = _column(name, column)
        columns.setdefault(_FIELDS[field], []).append(place)
    for field in _PRODUCTS & columns.keys():
        columns[field] = [{"column": place, "between": _BETWEEN_PRODUCTS} for place in columns[field]]
    written = _object(formats, "event_time").get("timeFormat", "ISO8601")
    if written not in {"ISO8601", "unix_time"} and "event_time" in columns:
        date_format = _date_format(name, "event_time", written)
        columns["event_time"] = [{"column": place, "date_format": date_format} for place in columns["event_time"]]
    return {field: places[0] if len(places) == 1 else places for field, places in columns.items()}


def _birth(mapping: Mapping[str, str]) -> dict[str, Any]:
    """Join year, month and day of birth, where all three are there and the date is not."""
    places = {field: int(column) for column, field in mapping.items() if field in _BIRTH and column.isdecimal()}
    if "match_keys.dob" in mapping.values() or len(places) < len(_BIRTH):
        return {}
    return {"db": {"join": [places[field] for field in _BIRTH], "date_format": "%Y-%m-%d"}}


def _properties(name: str, mapping: Mapping[str, str], types: Mapping[str, Any]) -> dict[str, Any]:
    properties = {}
    for column, field in mapping.items():
        if field.startswith(_CUSTOM):
            own = field.removeprefix(_CUSTOM)
            said = _object(types, own)
            kind = "number" if said.get("baseType") == "number" else "text"
            properties[said.get("key") or own] = {"column": _column(name, column), "type": kind}
    return properties


def _column(name: str, column: str) -> int:
    if not column.isdecimal():
        raise BadMap(f"{name}: mapping {column!r} is no column counted from 0.")
    return int(column)


def _date_format(name: str, entry: str, written: str) -> str:
    """Turn ``MM/DD/YYYY`` into ``%m/%d/%Y``."""
    pattern = re.sub("YYYY|YY|MM|DD", lambda token: _TOKENS[token[0]], str(written))
    if sorted(re.findall("%(.)", pattern.casefold())) != ["d", "m", "y"]:
        raise BadMap(f"{name}: format {entry!r}: {written!r} is none that the uploader knew, such as MM/DD/YYYY.")
    return pattern


def _offset(name: str, hours: Any) -> str:
    if not isinstance(hours, int | float) or not -12 <= hours <= 14:  # noqa: PLR2004 - the zones there are
        raise BadMap(f"{name}: format 'event_time': timeZone is a number of hours from -12 to 14.")
    minutes = round(abs(hours) * 60)
    return f"{'-' if hours < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"


def _object(entries: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = entries.get(name)
    return value if isinstance(value, dict) else {}
