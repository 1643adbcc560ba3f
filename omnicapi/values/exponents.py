"""Numbers with an exponent where somebody meant digits: an id, a phone or a postal code that a program took for one.

Spreadsheets and most languages write ``5.51E+12``, Windows also ``5.51e+012``; Java writes ``5.51987E12``, without a
sign, from ten millions on. ``12E3`` is a code of a product.
"""

from __future__ import annotations

import re

_EXPONENT = re.compile(r"(\d)(?:[.,](\d+))?E(\+?)(\d{1,3})", re.IGNORECASE | re.ASCII)
_SECOND = frozenset(".,eE")

JAVAS_FIRST = 7
"""The exponent from which on Java writes one."""

SHORTEST_FRACTION = 3
"""Digits behind the point from which on an exponent without a sign is a number's: ``1.5E8`` may be a code."""


def digits_of(text: str) -> str | None:
    """Return the digits that a number with an exponent stands for, ``""`` where some of them are gone.

    ``None`` where the text is no such number.
    """
    if text[1:2] not in _SECOND or not (found := _EXPONENT.fullmatch(text)):
        return None
    first, fraction, sign, exponent = found[1], found[2] or "", found[3], int(found[4])
    if not sign and not (SHORTEST_FRACTION <= len(fraction) <= exponent >= JAVAS_FIRST):
        return None
    # Fewer decimals than the exponent: the digits that are missing may have been zeros, or anything.
    return first + fraction if len(fraction) == exponent else ""
