"""Texts of a message that hold a NUL character: no text has one, and an id that has one is damaged.

What holds one is left out with a warning, ``field:unreadable``. Consent and what is said of the person stay as they
are: handle takes the one for a denial and refuses the other, each with a reason of its own. In files NUL characters are
left out where rows are read, since programs fill fixed widths with them.
"""

from __future__ import annotations

from typing import Any

import msgspec

from omnicapi.errors import Refused
from omnicapi.messages import Event

NUL = "\0"
REASON = "unreadable"
"""What the warning says, ``field:unreadable``."""

_ESCAPED = b"\\u0000"
_DEEPEST = 40
"""Levels of lists and objects in an event; one that is deeper cannot be looked through and is left out."""

_TO_HANDLE = {"user_data", "consent", "origin", "channel", "warnings"}


def may_hold_nul(data: bytes) -> bool:
    """Tell whether JSON has a NUL character in it, which it can only have as an escape."""
    return _ESCAPED in data


def clear(event: Event) -> Event:
    """Leave out, in place, every text with a NUL character and name it in the event's warnings; return the event.

    Raises :class:`~omnicapi.errors.Refused` where it is the event's name.
    """
    if NUL in event.event_name:
        raise Refused("event_name_missing", "event_name holds a NUL character; write a name.", "event_name")
    _clear(event, "", event.warnings)
    event.event_id = event.event_id or ""
    event.action_source = event.action_source or ""
    return event


def _clear(struct: msgspec.Struct, path: str, warnings: list[str]) -> None:
    for name in struct.__struct_fields__:
        value = getattr(struct, name)
        if path == "" and name in _TO_HANDLE:
            continue
        if isinstance(value, msgspec.Struct):
            _clear(value, f"{path}{name}.", warnings)
        elif name == "contents":
            for index, product in enumerate(value):
                _clear(product, f"{path}{name}[{index}].", warnings)
        elif _holds_nul(value):
            setattr(struct, name, _readable_part(value))
            warnings.append(f"{path}{name}:{REASON}")


def _readable_part(value: Any) -> Any:
    """Return what is left of a text, a list or an object: a producer's key goes with all that is said under it."""
    if isinstance(value, list):
        return [one for one in value if not _holds_nul(one)]
    if isinstance(value, dict):
        return {key: one for key, one in value.items() if not _holds_nul([key, one])}
    return None


def _holds_nul(value: Any, depth: int = 0) -> bool:
    """Tell whether there is a NUL character anywhere in a value; one that is too deep may hold one."""
    if isinstance(value, str):
        return NUL in value
    if not isinstance(value, list | dict):
        return False
    parts = value if isinstance(value, list) else [*value, *value.values()]
    return depth == _DEEPEST or any(_holds_nul(one, depth + 1) for one in parts)
