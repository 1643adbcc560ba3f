"""The fields of an event that a source can fill, and every name by which a map or a flat message may call them.

The kinds follow from the message structs, so this vocabulary cannot drift from what travels; only the other names that
people use are written down here. A field's own name is its path in the event: ``event_time``, ``user_data.em``,
``contents[0].id``.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

import msgspec

from omnicapi.messages import Content, CustomData, CustomerInformation, Event, OriginalEvent
from omnicapi.values.field_names import ALIASES, DATA_PROCESSING, GROUPS, STORE_DATA


class Kind(Enum):
    """What a field holds, which decides how its cell is read (:mod:`ingest.values.convert`)."""

    TEXT = "text"
    LIST = "one or more texts"
    CANDIDATES = "a text or several to choose from"
    NUMBER = "decimal number"
    INTEGER = "whole number"
    TIME = "time"
    BOOLEAN = "yes or no"
    SIGNAL = "granted or denied"
    CONSENT = "what is said of consent, in any form"
    UNKNOWN = "anything"
    CONTENTS = "list of products"
    OBJECT = "JSON object"
    OPTIONS = "LDU or nothing"
    COUNTRY_CODE = "country of Limited Data Use"
    STATE_CODE = "state of Limited Data Use"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: the struct it belongs to (``group``), its name there, its kind and its other names."""

    group: str
    attribute: str
    kind: Kind
    path: str
    aliases: tuple[str, ...] = ()

    @property
    def usual(self) -> str:
        """The name that the project's own maps and pages use: the reference sample's where that has one."""
        if self.group in {CONTENT, ORIGINAL} or self.attribute in _SHORT:
            return self.aliases[0] if self.aliases else self.path
        return self.path if self.group == LIMITED else self.attribute

    @property
    def is_money(self) -> bool:
        """Whether a number here may name its currency; a quantity may not."""
        return self.kind is Kind.NUMBER and self.attribute != "quantity"


EVENT, USER, CUSTOM, CONTENT = "event", "user_data", "custom_data", "contents[0]"
STORE, ORIGINAL, LIMITED, CONSENT = "custom_data.store_data", "original_event_data", "limited_data_use", "consent"
PROPERTIES, UNKNOWN = "custom_data.properties", "unknown_keys"

_STRUCTS: dict[str, type[msgspec.Struct]] = {
    EVENT: Event,
    USER: CustomerInformation,
    CUSTOM: CustomData,
    CONTENT: Content,
    ORIGINAL: OriginalEvent,
}

_NOT_FROM_A_SOURCE = {
    "event": {
        *("channel", "origin", "received_ms", "warnings", "date_format", "dry_run"),
        *("consent", "consent_unreadable", "unknown_keys"),
    },
    "user_data": {"google_hashed"},
    "custom_data": {"store_data", "properties"},
    "contents[0]": {"properties"},
}

_KINDS: dict[Any, Kind] = {
    str: Kind.TEXT,
    str | None: Kind.TEXT,
    list[str]: Kind.LIST,
    str | list[str] | None: Kind.CANDIDATES,
    Decimal | None: Kind.NUMBER,
    int | None: Kind.INTEGER,
    bool | None: Kind.BOOLEAN,
    dict[str, Any]: Kind.OBJECT,
    list[Content]: Kind.CONTENTS,
}

_SHORT = {"em", "ph", "fn", "ln", "ge", "db", "ct", "st", "zp"}

_TIMES = {"event_time", "original_event_data.event_time"}

# Fields whose place in the event is not simply a struct's attribute.
_SPECIAL = (
    Field(LIMITED, "options", Kind.OPTIONS, DATA_PROCESSING["options"]),
    Field(LIMITED, "country", Kind.COUNTRY_CODE, DATA_PROCESSING["country"]),
    Field(LIMITED, "state", Kind.STATE_CODE, DATA_PROCESSING["state"]),
    *(Field(STORE, name, Kind.TEXT, f"{STORE}.{name}", (name,)) for name in STORE_DATA),
    *(
        Field(CONSENT, signal, Kind.SIGNAL, f"consent.{signal}", (signal,))
        for signal in ("ad_storage", "ad_user_data", "ad_personalization", "analytics_storage")
    ),
)


def _of_struct(group: str, struct: type[msgspec.Struct]) -> list[Field]:
    fields = []
    for member in msgspec.structs.fields(struct):
        if member.name in _NOT_FROM_A_SOURCE.get(group, ()) or (group == EVENT and _is_group(member.name)):
            continue
        path = member.name if group == EVENT else f"{group}.{member.name}"
        kind = Kind.TIME if path in _TIMES else _KINDS[member.type]
        fields.append(Field(group, member.name, kind, path, ALIASES.get(path, ()) + _bare(group, member.name)))
    return fields


def _is_group(name: str) -> bool:
    return name in GROUPS


def _bare(group: str, name: str) -> tuple[str, ...]:
    """Meta's key alone names the field too, except where the key alone says too little (``id``, ``title``)."""
    return (name,) if group in {USER, CUSTOM} else ()


FIELDS: tuple[Field, ...] = (*(f for group, struct in _STRUCTS.items() for f in _of_struct(group, struct)), *_SPECIAL)
"""Every field a source can fill, in the order of the message structs."""

_SEPARATORS = re.compile(r"[\s_-]+")


def fold(name: str) -> str:
    """Reduce a name to what counts when names are compared: case, blanks, ``-`` and ``_`` do not."""
    return _SEPARATORS.sub("_", name.strip()).casefold()


_BY_NAME: dict[str, Field] = {fold(name): f for f in FIELDS for name in (f.path, *f.aliases)}


def find(name: str) -> Field | None:
    """Return the field that ``name`` stands for: its path, Meta's key or an alias, in any case."""
    return _BY_NAME.get(fold(name))


def find_in(group: str, name: str) -> Field | None:
    """Return the field of ``group`` that ``name`` stands for there: ``find_in("user_data", "email")``."""
    field = _BY_NAME.get(fold(f"{group}.{name}")) or _BY_NAME.get(fold(name))
    return field if field is not None and field.group == group else None


def nearest(name: str) -> str | None:
    """Return the known name most like ``name``, for an error message, or ``None`` where nothing is near."""
    close = difflib.get_close_matches(fold(name), _BY_NAME, n=1)
    return close[0].upper() if close else None
