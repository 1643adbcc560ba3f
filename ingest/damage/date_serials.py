"""Moments as spreadsheets count them: ``44927.5`` is noon of 2023-01-01, days since 1899-12-30.

In a column of times such a number can be nothing else: as Unix seconds it would be a morning in 1970. Workbooks of old
Macs count from 1904; a program that writes their numbers as text moves every time by four years, which handle refuses.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from ingest.damage.kinds import Mended, Site

REASON = "date_serial_read"

_SERIAL = re.compile(r"(?:3[6-9]|[4-6]\d|7[0-2])\d{3}(?:[.,]\d{1,15})?", re.ASCII)
"""Days of 1998 to 2099."""

_FRACTIONS = frozenset({"0.", "0,"})
_FRACTION = re.compile(r"0[.,]\d{1,17}", re.ASCII)
"""A time of day, whose day stands in a column of its own."""

_FIRST = datetime.fromisoformat("1899-12-30")
_DAY_SECONDS = 86_400


def mend(cell: str, _: Site) -> Mended | None:
    """Return the moment in ISO 8601, without a zone since a spreadsheet knows none."""
    if not cell[:5].isdecimal():
        return _clock(cell) if cell[:2] in _FRACTIONS and _FRACTION.fullmatch(cell) else None
    if not _SERIAL.fullmatch(cell):
        return None
    moment = _FIRST + timedelta(seconds=round(float(cell.replace(",", ".")) * _DAY_SECONDS))
    # A whole day stays a date: its time may stand in a column of its own.
    return Mended((moment if "." in cell or "," in cell else moment.date()).isoformat(), REASON)


def is_one(cell: str) -> bool:
    """Tell whether a cell is such a number, of a day or of a part of one."""
    return bool(_SERIAL.fullmatch(cell) or _FRACTION.fullmatch(cell))


def _clock(cell: str) -> Mended:
    seconds = min(round(float(cell.replace(",", ".")) * _DAY_SECONDS), _DAY_SECONDS - 1)
    return Mended((_FIRST + timedelta(seconds=seconds)).time().isoformat(), REASON)
