"""Amounts, quantities and currencies as Meta takes them (meta-capi.md §4.1): exact decimals, never binary fractions."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

from omnicapi.values.currencies import STEP
from omnicapi.values.currency_signs import written

CENT = Decimal("0.01")
"""Rounding step where no currency says otherwise."""

DIGITS = 17
"""Most digits of an amount: a JSON reader's double holds no more, and a longer one is a column mix-up."""

_quantize = Context(prec=DIGITS, rounding=ROUND_HALF_UP, traps=[]).quantize
_LEAST, _MOST = Decimal("1E-6"), Decimal("1E+15")
_PIECES = {str(number): number for number in range(1, 1000)}  # nearly all quantities, by how they are written


def currency_code(text: str, default: str | None = None) -> str | None:
    """Return the ISO 4217 code of a currency (``" brl "`` → ``BRL``, ``€`` → ``EUR``), or ``None`` where it is none.

    A sign of several (``$``) is the ``default`` where that is written so, else it says too little.
    """
    if text in STEP:
        return text
    codes = written(text)
    if len(codes) == 1:
        return next(iter(codes))
    return default if default in codes else None


def amount(value: Decimal, currency: str | None) -> Decimal | None:
    """Round half up to the decimals of ``currency`` (two without one); ``None`` where ``value`` is no usable number.

    Not usable are NaN, infinities and what has more than 17 digits then.
    """
    rounded = _quantize(value, STEP[currency] if currency else CENT)
    if rounded:
        return None if rounded.is_nan() else rounded
    return abs(rounded)


def quantity(value: Decimal) -> int | Decimal | None:
    """Return a number of pieces (``3``) or a measure (``0.455``); ``None`` where ``value`` is not a positive number."""
    pieces = _PIECES.get(str(value))
    if pieces is not None:
        return pieces
    if not (value.is_finite() and _LEAST <= value < _MOST):
        return None
    whole = int(value)
    return whole if whole == value else value
