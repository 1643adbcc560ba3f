"""Reads what can be read of a JSON object that is broken, cut, or nested deeper than any reader goes."""

from __future__ import annotations

import codecs
import re
from typing import Any

import msgspec

UNREADABLE = object()
"""Stands for a member's value that is there and cannot be read."""

_tokens = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|["\[\]{},:]', re.DOTALL).finditer


def read_object(data: bytes) -> dict[str, Any]:
    """Return the members of a JSON object; where it cannot be read whole, those found of it, by their keys.

    Data that is no object has no members. Never raises, and takes time in proportion to the data.
    """
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        decoded = msgspec.json.decode(data)
    except (ValueError, RecursionError):
        return _members(data, levels=2) if data.lstrip().startswith(b"{") else {}
    return decoded if isinstance(decoded, dict) else {}


def _members(data: bytes, levels: int) -> dict[str, Any]:
    """Collect the members of the outermost object, as far as it goes, and those of objects in it, ``levels`` in all."""
    found: dict[str, Any] = {}
    depth, key, value_from, last = 0, None, 0, b""
    for token in _tokens(data):
        mark = token[0]
        if mark == b'"':  # a text that never ends
            break
        if depth == 1 and key is not None and mark in b",}":
            found[key] = _value(data[value_from : token.start()], levels - 1)
            key = None
        elif depth == 1 and key is None and mark == b":":
            key, value_from = str(_value(last, 0)), token.end()
        depth += (mark in b"[{") - (mark in b"]}")
        last = mark
        if depth == 0:
            break
    if key is not None:  # it breaks off within the value
        found.setdefault(key, _value(data[value_from:], levels - 1))
    return found


def _value(text: bytes, levels: int) -> Any:
    try:
        return msgspec.json.decode(text)
    except (ValueError, RecursionError):
        return _members(text, levels) if levels and text.lstrip().startswith(b"{") else UNREADABLE
