"""A spreadsheet's value as the text that a person would have typed."""

from __future__ import annotations

import datetime
from decimal import Decimal

from ingest.convert import Numeral

Value = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta

_EXACT = 1e16
"""Whole numbers below are exact; of larger ones only the digits that were written are known."""


def as_text(value: Value) -> str:
    """Write a cell's value so that nothing is lost: whole numbers without ``.0`` or exponent, dates in ISO 8601.

    A number with a fraction is a :class:`~ingest.convert.Numeral`: its point is a decimal point whatever maps declare.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < _EXACT
        return str(int(value)) if whole else Numeral(format(Decimal(repr(value)), "f"))
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value)
