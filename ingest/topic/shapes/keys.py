"""What the keys of Meta's own formats mean, nested (``capi``) or flat."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.damage.message_ids import mender
from ingest.events.consent_columns import consent_field_of_key
from ingest.events.filling import Column
from ingest.events.header import Header
from ingest.topic.shapes.shape import Item
from ingest.values.fields import CUSTOM, ORIGINAL, STORE, UNKNOWN, USER, Field, Kind, find, find_in

GROUPS = frozenset({USER, CUSTOM, STORE, ORIGINAL})
"""Objects whose keys are fields of their own."""

_GOOGLE = ("client_id", "app_instance_id", "ip_override", "ga_session_id", "client_hints", "page_location")
_PLAIN_KEY = re.compile(r"[\w.\[\]-]{1,64}")


def is_googles(item: Item) -> bool:
    """Tell whether an object bears marks of Google's tags, which Meta's formats never do (ga4-gtm.md §4.4)."""
    return any(key.startswith(("x-ga-", "x-sst-")) or key in _GOOGLE for key in item)


def header(keys: Sequence[str], unknown_is_property: bool) -> Header:
    """Return what each key of a record fills.

    Unknown keys of ``custom_data`` are properties: Meta takes any. Elsewhere Meta refuses them (meta-capi.md §2.1), so
    they are left out with a warning, unless ``unknown_is_property``, as in the rows of Meta's Dataflow template.
    """
    columns: list[Column] = []
    properties: list[tuple[str, int]] = []
    warnings: list[str] = []
    for index, key in enumerate(keys):
        of, bare = consent_field_of_key(key), None
        if of is None:
            of, bare = _meaning(key)
        if of is not None:
            columns.append(Column(index, of, of.path))
        elif bare is not None and (bare != key or unknown_is_property):
            properties.append((bare, index))
        else:
            columns.append(Column(index, Field(UNKNOWN, key, Kind.UNKNOWN, key), key))
            warnings.append(f"{key if _PLAIN_KEY.fullmatch(key) else 'a key'}:unknown_field")
    return Header(columns, properties=properties, warnings=warnings, mend=mender(columns, properties), one_name=True)


def _meaning(key: str) -> tuple[Field | None, str | None]:
    """Return the key's field; or ``None`` and the name it may have as a property, if it may be one."""
    group, dot, name = key.rpartition(".")
    if not dot:
        return find(key), key
    if group == USER:
        return find_in(USER, name), None
    if group == STORE:
        return find(key) or Field(STORE, name, Kind.TEXT, key), None
    if key.startswith(f"{CUSTOM}."):
        return find(key), key.removeprefix(f"{CUSTOM}.")
    return find(key), None if group in GROUPS else key
