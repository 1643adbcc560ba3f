"""Amounts, quantities and currencies as Meta takes them (meta-capi.md §4.1): exact decimals, never binary fractions."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from handle.format.currencies import STEP

CENT = Decimal("0.01")
"""Rounding step where no currency says otherwise."""

MAX_DIGITS = 15
"""Most digits before the decimal point: more is a column mix-up, and beyond it a JSON reader's double loses cents."""


@lru_cache(maxsize=1024)
def currency_code(text: str) -> str | None:
    """Return the ISO 4217 code in capitals (``" brl "`` → ``BRL``), or ``None`` where it is no currency."""
    code = text.strip().upper()
    return code if code in STEP else None


def amount(value: Decimal, currency: str | None) -> Decimal | None:
    """Round half up to the decimals of ``currency`` (two without one); ``None`` where ``value`` is no usable number.

    Not usable are NaN, infinities and more than 15 digits before the point.
    """
    if not value.is_finite() or value.adjusted() >= MAX_DIGITS:
        return None
    rounded = value.quantize(STEP[currency] if currency else CENT, ROUND_HALF_UP)
    return rounded if rounded else abs(rounded)


def quantity(value: Decimal) -> int | Decimal | None:
    """Return a number of pieces (``3``) or a measure (``0.455``); ``None`` where ``value`` is not a positive number."""
    if not value.is_finite() or value <= 0 or abs(value.adjusted()) >= MAX_DIGITS:
        return None
    whole = int(value)
    return whole if whole == value else value
