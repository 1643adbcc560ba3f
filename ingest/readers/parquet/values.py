"""What a value of a Parquet file is as a cell."""

from __future__ import annotations

import datetime
import math
from contextlib import suppress
from decimal import Decimal
from typing import Any

from ingest.readers.cell_text import as_text
from ingest.readers.objects import one_cell
from ingest.readers.parquet.messages import Approximate
from ingest.values.convert import BEYOND, Numeral, Rounded


def cells_of(values: list[Any]) -> list[str]:
    """Return the values of a column as cells; most columns are texts already."""
    kinds = set(map(type, values))
    if kinds == {str}:
        return values
    if kinds <= {str, type(None)}:
        return [value or "" for value in values]
    return list(map(cell_of, values))


def cell_of(value: Any) -> str:
    """Return a value as a person would have typed it, lists and objects as those of JSON; nothing for null and NaN."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, int | float):
        return _of_float(value) if isinstance(value, float) else as_text(value)
    if isinstance(value, Decimal):
        return _of_decimal(value)
    return one_cell(_plain(value))


def _of_float(value: float) -> str:
    if isinstance(value, Approximate) and value.is_integer():
        return Rounded(int(value))
    return "" if math.isnan(value) else as_text(value)


def _of_decimal(value: Decimal) -> str:
    """Return a number whose digits are all known, as warehouses write their whole numbers, however great."""
    text = format(value, "f")
    return Numeral(text) if "." in text else text


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: numbers with their digits, a map as an object."""
    if isinstance(value, list):
        is_map = value and all(isinstance(pair, tuple) for pair in value)
        return {cell_of(key): _plain(of) for key, of in value} if is_map else list(map(_plain, value))
    if isinstance(value, dict):
        return {name: _plain(of) for name, of in value.items()}
    if isinstance(value, float):
        return Decimal(repr(value)) if math.isfinite(value) else None
    if isinstance(value, int | Decimal) and not -BEYOND < value < BEYOND and value == int(value):
        return str(int(value))  # known to its last digit, which a number of JSON is not
    if isinstance(value, bytes):
        return _of_bytes(value)
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else value


def _of_bytes(value: bytes) -> str:
    """Return the text that bytes are, as programs write it that know no texts; else their digits."""
    with suppress(UnicodeDecodeError):
        if (text := value.decode()).isprintable():
            return text
    return value.hex()
