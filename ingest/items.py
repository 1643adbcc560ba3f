"""The data of a message as a list of items: one object, a JSON list, or an object a line (NDJSON)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from omnicapi.errors import Refused

T = TypeVar("T")

decode = msgspec.json.Decoder(float_hook=Decimal).decode
"""Read JSON; numbers with a fraction keep their digits."""

NOT_JSON = (msgspec.DecodeError, UnicodeDecodeError, ArithmeticError, RecursionError)
"""What :func:`decode` raises, absurd exponents and depths included."""


MOST = 100_000
"""Items of a message: more than 10 MB hold of whole events, and few enough for the memory."""


def items(data: bytes, most: int = MOST) -> list[Any]:
    """Return the items of a message's data, at most ``most`` of them.

    A line that is not JSON stands in the result as the :class:`~omnicapi.errors.Refused` that says so; the function
    raises one itself where nothing can be read. Neither quotes the data.
    """
    try:
        value = decode(data)
    except NOT_JSON:
        return _lines(data, most)
    if value == []:
        raise Refused("message_empty", "The message's list is empty.")
    return _not_too_many(value, most) if isinstance(value, list) else [value]


def is_list(data: bytes) -> bool:
    """Tell whether the data is a JSON list, be it of one."""
    return data.lstrip().startswith(b"[")


def _lines(data: bytes, most: int) -> list[Any]:
    lines = [(number, line) for number, line in enumerate(data.splitlines(), start=1) if line.strip()]
    values = [_line(number, line) for number, line in _not_too_many(lines, most)]
    if not values or isinstance(values[0], Refused):
        raise Refused("not_json", "The message's data is not JSON in UTF-8: an object, a list, or an object a line.")
    return values


def _not_too_many(found: list[T], most: int) -> list[T]:
    # Two bytes are an item, and what is said about it takes a thousand: a megabyte would fill the memory.
    if len(found) > most:
        raise Refused("too_many_items", f"These are more than {most:,} items; send them in parts.")
    return found


def _line(number: int, line: bytes) -> Any:
    try:
        return decode(line)
    except NOT_JSON:
        return Refused("not_json", f"Line {number} of the message's data is not JSON in UTF-8.")
