"""A spreadsheet's value as the text that a person would have typed."""

from __future__ import annotations

import datetime
import math
import re
from decimal import Decimal

from ingest.values.convert import Numeral, Rounded

Value = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta

WITHOUT_RESULT = "#FORMULA WITHOUT RESULT!"
"""What a cell says that holds a formula whose result the file does not hold."""

_WHOLE = re.compile("-?[1-9][0-9]{0,14}|0")
"""Numbers that every program writes as a person does."""

KEPT = 1e15
"""Whole numbers below have no more digits than spreadsheets keep."""

_EXACT = 2**53
"""Whole numbers below are exact, unless a spreadsheet has written a zero for a sixteenth digit."""


def as_text(value: Value) -> str:
    """Write a cell's value so that nothing is lost: whole numbers without ``.0`` or exponent, dates in ISO 8601.

    A number with a fraction is a :class:`~ingest.values.convert.Numeral`: its point is a decimal point whatever maps
    declare. One with more digits than it can hold is :class:`~ingest.values.convert.Rounded`.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def _float_text(value: float) -> str:
    is_whole = value.is_integer()
    if is_whole and (abs(value) < KEPT or (abs(value) < _EXACT and value % 10)):
        return str(int(value))
    text = repr(value)
    kind = Rounded if is_whole else Numeral
    return kind(format(Decimal(text), "f") if "e" in text else text)


def number_text(text: str) -> str:
    """Return the text of a number that a file has as text; what is none stays as it is."""
    if _WHOLE.fullmatch(text):
        return text
    number = finite(text)
    return text if number is None else as_text(number)


def finite(text: str) -> float | None:
    """Return the number that a file has as text, ``None`` where it is none."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
