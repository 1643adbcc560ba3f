"""Data processing options as sources write them: ``["LDU"]``, ``[LDU]``, ``ldu``, ``[]`` (meta-capi.md §7.1).

A text is what a cell of a file can hold, so the list may be one, with or without the marks of JSON.
"""

from __future__ import annotations

from collections.abc import Mapping

from ingest.values.convert import BadValue, Cell, text, texts
from ingest.values.numbers import whole
from omnicapi.consent.limited_data_use import COUNTRIES, STATES

_ON = frozenset(["ldu", "limiteddatause", "true", "yes", "1"])
_OFF = frozenset(["false", "no", "0", "none", "null", "off"])
_MARKS = "[]{}()\"' \t"
_SPELLED = str.maketrans("", "", " _-")


def options(cell: Cell) -> list[str]:
    """Return ``["LDU"]``, or the empty list where the cell says that the option is off."""
    said = {word for part in texts(cell) for word in _words(part)}
    if said <= _OFF:
        return []
    if said <= _ON:
        return ["LDU"]
    raise BadValue("limited_data_use_unreadable", 'write ["LDU"], or [] where it is off.')


def country(cell: Cell) -> int:
    """Return Meta's code of the country, whether the cell says the code or its name (``US``)."""
    return _code(cell, COUNTRIES)


def state(cell: Cell) -> int:
    """Return Meta's code of the state, whether the cell says the code or the postal abbreviation (``CA``)."""
    return _code(cell, STATES)


def _words(part: str) -> list[str]:
    words = (word.strip(_MARKS).casefold().translate(_SPELLED) for word in part.replace(";", ",").split(","))
    return [word for word in words if word]


def _code(cell: Cell, codes: Mapping[str, int]) -> int:
    name = text(cell).strip(_MARKS)
    code = codes.get(name.upper())
    if code is None:
        code = whole(name)
    if code not in codes.values():
        raise BadValue("limited_data_use_unreadable", "write Meta's code of the place, 0 where Meta is to find it.")
    return code
