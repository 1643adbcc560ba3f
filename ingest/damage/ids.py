"""Identifiers that a program took for numbers: ``5.51E+12``, ``1,234,567``, ``1001.0``, and those of many digits.

``.0`` is cut off where a program wrote it behind every number: at all numbers of JSON, in a column of texts only where
none of its numbers is written otherwise.

With a digit lost two orders would become one, and only one of them would count. Of a number of 16 digits and more a
spreadsheet keeps the first 15, and JSON 53 bits: what is read has as many digits as were typed, and the last are wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.damage.kinds import Mended, Refusal, Site
from ingest.values.convert import Numeral, Rounded
from omnicapi.values.exponents import digits_of

REPAIRED, LOST = "repaired_number", "digits_lost"

_HINT = (
    "the last digits are gone: a spreadsheet keeps 15 digits of a number, programs 53 bits of it. Format the column as "
    "text, fill it in again and export it; in JSON, write ids as texts."
)

_SEPARATED = re.compile(r"\d{1,3}(?:,\d{3})+")
_DECIMAL_ZERO = re.compile(r"(\d+)[.,]0{1,2}")
_NUMBER = re.compile(r"(?:0|[1-9]\d*)(?:[.,]\d+)?", re.ASCII)


def has_other_numbers(cells: Iterable[str]) -> bool:
    """Tell whether a column has numbers without ``.0``, so that it belongs to those which have it."""
    return any(_NUMBER.fullmatch(cell) and not _DECIMAL_ZERO.fullmatch(cell) for cell in cells)


def mend_number(cell: str, site: Site) -> Mended | None:
    """Return the identifier with the digits that were typed, or refuse it where some are gone."""
    if cell.isalnum() or not cell[0].isdecimal():
        return None
    if (digits := digits_of(cell)) is not None:
        return Mended(digits, REPAIRED) if digits else _without_digits(site)
    if _SEPARATED.fullmatch(cell):
        return Mended(cell.replace(",", ""), REPAIRED)
    if (isinstance(cell, Numeral) or not site.keeps_zeros) and (decimal := _DECIMAL_ZERO.fullmatch(cell)):
        return Mended(decimal[1], REPAIRED)
    return None


def mend_rounded(cell: str, site: Site) -> Mended | None:
    """Leave the number out where its row can go on without; else refuse it."""
    return _without_digits(site) if isinstance(cell, Rounded) else None


def _without_digits(site: Site) -> Mended:
    if site.is_needed:
        raise Refusal(LOST, _HINT)
    return Mended("", LOST)
