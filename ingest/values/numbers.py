"""Numbers as people write them: ``1.234,56``, ``12,34,567.50``, ``R$ 220,00``, ``(30.00)``, ``١٢٣٫٤٥``.

Which of point and comma is the decimal separator is what the map declares; else what the column's values show; else
each number is read that has only one reading. ``1.234`` in a column that shows neither is refused, never guessed
(meta-capi.md §11 row 25). In a message it is the point, as in JSON; ``1,000`` may be either and is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

from ingest.values.amounts import Written, taken_apart
from ingest.values.convert import BadValue, Cell, Convert, Numeral, one

Separator = Literal[".", ","]

_PLAIN = re.compile(r"[+-]?\d{1,18}+(?:\.(?:\d{1,2}|\d{4,18}))?", re.ASCII)
"""Digits with at most one point that cannot stand before thousands."""

_POINT = re.compile(r"[+-]?\d{1,18}+(?:\.\d{1,18}+)?", re.ASCII)
"""What a number is in JSON."""

_LAKH = r"[1-9]\d?(,\d{2}){1,6},\d{3}"
"""Groups as India counts: 12,34,567."""

_NUMBER = {
    ".": re.compile(rf"[+-]?(\d{{1,18}}|[1-9]\d{{0,2}}(,\d{{3}}){{1,5}}|{_LAKH})(\.\d{{1,18}})?", re.ASCII),
    ",": re.compile(r"[+-]?(\d{1,18}|[1-9]\d{0,2}(\.\d{3}){1,5})(,\d{1,18})?", re.ASCII),
}
"""What a number is, by its decimal separator."""

_GROUPED = re.compile(
    r"([1-9]\d{0,2}([ '])\d{3}(\2\d{3}){0,4}|[1-9]\d?([ '])(\d{2}\4){1,6}\d{3})([.,]\d{1,18})?", re.ASCII
)
"""Thousands, or lakhs, between blanks or apostrophes."""

_EXPONENT = re.compile(r"[+-]?[0-9][0-9.,]*e[+-]?[0-9]+", re.IGNORECASE)
_SEPARATORS: tuple[Separator, ...] = (".", ",")


def reader(decimal: Separator | None, *, money: bool = True) -> Convert:
    """Return the function that reads a column's numbers; ``decimal`` is ``None`` where nothing decides it.

    A number that names its currency is :class:`~ingest.values.amounts.Written`; where it is no ``money`` it is refused.
    """
    if decimal == ",":
        return lambda cell: _with_comma(cell, money)
    return lambda cell: Decimal(cell) if type(cell) is str and _PLAIN.fullmatch(cell) else _read(cell, decimal, money)


def message_reader(decimal: Separator | None, *, money: bool = True) -> Convert:
    """Return the function that reads a message's numbers: JSON's, or texts with a decimal point unless declared.

    A text that was no plain number is :class:`~ingest.values.amounts.Written` and says so.
    """
    if decimal == ",":
        return lambda cell: _with_comma(cell, money)

    def read(cell: Cell) -> Decimal:
        if isinstance(cell, str) and (decimal is None or type(cell) is not str) and _POINT.fullmatch(cell):
            return Decimal(cell)
        return _read(cell, decimal, money, of_message=decimal is None)

    return read


def whole(cell: Cell) -> int:
    """Return a whole number; ``3.0`` is one."""
    value: Decimal = _WHOLE(cell)
    if value != value.to_integral_value():
        raise BadValue("number_unreadable", "this field takes a whole number.")
    return int(value)


def separator_of(cells: Iterable[str]) -> Separator | None:
    """Return the decimal separator that a column's values show, or ``None`` where they show none or both."""
    shown = {separator for cell in cells if (separator := _shown(cell))}
    return shown.pop() if len(shown) == 1 else None


def is_ambiguous(cell: str) -> bool:
    """Tell whether a number has two readings, so that its column's separator decides its value."""
    found = None if isinstance(cell, Numeral) else taken_apart(cell)
    return found is not None and not found.has_point and len(_readings(found.digits)) > 1


def _with_comma(cell: Cell, money: bool) -> Decimal:
    if type(cell) is str and _NUMBER[","].fullmatch(cell):
        return Decimal(cell.replace(".", "").replace(",", "."))
    return _read(cell, ",", money)


def _read(cell: Cell, decimal: Separator | None, money: bool, of_message: bool = False) -> Decimal:
    text = one(cell)
    if isinstance(text, Numeral):
        if _POINT.fullmatch(text):
            return Decimal(text)
        raise _unreadable(text, ".")
    found = taken_apart(text)
    if found is None or (found.sign and not money):
        raise _unreadable(text, decimal)
    separator = "." if found.has_point else decimal
    value = _by(separator, found.digits) if separator else _value(_readings(found.digits), of_message)
    if value is None:
        raise _unreadable(text, decimal)
    value = -value if found.is_negative else value
    is_formatted = of_message and not _POINT.fullmatch(text)
    return Written(value, found.sign, is_formatted) if found.sign or is_formatted else value


def _value(readings: dict[Separator, Decimal], of_message: bool) -> Decimal | None:
    """Return which of its readings a number means where no separator is declared; ``None`` where it has none."""
    if len(readings) > 1:
        raise BadValue(
            "number_ambiguous",
            "this may mean thousands or decimals: write it without a thousands separator and with a decimal point "
            "(1234.50)"
            + ("." if of_message else ', or say in the map which sign stands before the decimals: "decimal": ",".'),
        )
    if of_message and readings and "." not in readings:
        raise BadValue(
            "number_decimal_comma",
            "a number with a comma before its decimals or points between thousands; write only a decimal point "
            '(1234.50), or say "decimal": "," in the channel\'s map.',
        )
    return next(iter(readings.values()), None)


def _shown(cell: str) -> Separator | None:
    if isinstance(cell, Numeral):
        return None
    if _PLAIN.fullmatch(cell):
        return "." if "." in cell else None
    found = taken_apart(cell)
    if found is None or found.has_point:
        return None
    readings = _readings(found.digits)
    # 220 and 1 234 are read alike whatever the separator.
    return next(iter(readings)) if len(readings) == 1 and any(mark in found.digits for mark in ".,") else None


def _readings(digits: str) -> dict[Separator, Decimal]:
    """Return what a number means by each separator that makes one of it; equal meanings count once."""
    meanings: dict[Decimal, Separator] = {}
    for separator in _SEPARATORS:
        if (value := _by(separator, digits)) is not None:
            meanings.setdefault(value, separator)
    return {separator: meaning for meaning, separator in meanings.items()}


def _by(decimal: Separator, digits: str) -> Decimal | None:
    """Return what a number means by a separator, or ``None`` where it is none."""
    if _GROUPED.fullmatch(digits):
        digits = digits.replace(" ", "").replace("'", "")
    if not _NUMBER[decimal].fullmatch(digits):
        return None
    thousands = "," if decimal == "." else "."
    return Decimal(digits.replace(thousands, "").replace(decimal, "."))


def _unreadable(text: str, decimal: Separator | None) -> BadValue:
    if _EXPONENT.fullmatch(text):
        return BadValue(
            "number_exponent", "a number with an exponent has lost digits; format the column as text and re-export."
        )
    return BadValue(
        "number_unreadable",
        f"not a plain number; write digits and at most one {decimal or '.'} (220.00), or say in the map which sign "
        'stands before the decimals: "decimal": ",".',
    )


_WHOLE = message_reader(None, money=False)
