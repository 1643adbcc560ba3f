"""Identifiers that a program took for numbers: ``5.51E+12``, ``1,234,567``, ``1001.0``.

With a digit lost two orders would become one, and only one of them would count.
"""

from __future__ import annotations

import re

from ingest.damage.kinds import Mended, Refusal, Site

REPAIRED = "repaired_number"

_SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d+))?E\+(\d{1,2})", re.IGNORECASE)
_SEPARATED = re.compile(r"\d{1,3}(?:,\d{3})+")
_DECIMAL_ZERO = re.compile(r"(\d+)[.,]0{1,2}")


def mend(cell: str, _: Site) -> Mended | None:
    """Return the identifier with the digits that were typed, or refuse it where some are gone."""
    if cell.isalnum() or not cell[0].isdecimal():
        return None
    if scientific := _SCIENTIFIC.fullmatch(cell):
        return Mended(_written_out(scientific), REPAIRED)
    if _SEPARATED.fullmatch(cell):
        return Mended(cell.replace(",", ""), REPAIRED)
    if decimal := _DECIMAL_ZERO.fullmatch(cell):
        return Mended(decimal[1], REPAIRED)
    return None


def _written_out(number: re.Match[str]) -> str:
    first, fraction, exponent = number[1], number[2] or "", int(number[3])
    if len(fraction) != exponent:
        raise Refusal("digits_lost", "the last digits are gone; format the column as text and export it again.")
    return first + fraction
