"""Numbers as people write them in spreadsheets: ``1.234,56``, ``1,234.56``, ``R$ 220,00``, ``12,00-``.

Which of point and comma is the decimal separator is what the map declares; else what the column's values show; else
each number is read that has only one reading. ``1.234`` in a column that shows neither is refused, never guessed
(meta-capi.md §11 row 25).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

from ingest.convert import NUMBER, BadValue, Cell, Convert, Numeral, number

Separator = Literal[".", ","]

_PLAIN = re.compile(r"[+-]?\d{1,18}(\.(\d{1,2}|\d{4,18}))?", re.ASCII)
"""Digits with at most one point that cannot stand before thousands."""

_CURRENCY = r"(?:[A-Z]{0,3}[$€£¥₹₺₽₩₪฿₫₱]|[A-Z]{3}|kr\.?|zł|Kč|Ft|lei)"
_BARE = re.compile(rf"{_CURRENCY}?\s*([+-]?)\s*(\d[\d.,\s'’]*?)\s*(-?)\s*{_CURRENCY}?")
"""A currency's sign or code around a number; ERP systems write the minus behind it."""

_GROUPED = re.compile(r"\d{1,3}([\s'’])\d{3}(\1\d{3})*([.,]\d+)?")
"""Thousands between blanks or apostrophes."""

_SEPARATORS: tuple[Separator, ...] = (".", ",")


def reader(decimal: Separator | None) -> Convert:
    """Return the function that reads a column's numbers; ``decimal`` is ``None`` where nothing decides it."""
    return _undecided if decimal is None else lambda cell: _decided(cell, decimal)


def separator_of(cells: Iterable[str]) -> Separator | None:
    """Return the decimal separator that a column's values show, or ``None`` where they show none or both."""
    shown = {separator for cell in cells if (separator := _shown(cell))}
    return shown.pop() if len(shown) == 1 else None


def is_ambiguous(cell: str) -> bool:
    """Tell whether a number has two readings, so that its column's separator decides its value."""
    return not isinstance(cell, Numeral) and len(_readings(_bare(cell))) > 1


def _decided(cell: Cell, decimal: Separator) -> Decimal:
    if decimal == "." and type(cell) is str and _PLAIN.fullmatch(cell):
        return Decimal(cell)
    try:
        return number(cell, decimal)
    except BadValue:
        bare = _bare(cell)
        if bare == cell:
            raise
        return number(bare, decimal)


def _undecided(cell: Cell) -> Decimal:
    if type(cell) is not str:
        return number(cell, None)
    if _PLAIN.fullmatch(cell):
        return Decimal(cell)
    readings = _readings(_bare(cell))
    if len(readings) == 1:
        return readings.popitem()[1]
    if readings:
        raise BadValue(
            "number_ambiguous",
            'this may mean thousands or decimals, and the column does not show which; say "decimal" in the map.',
        )
    return number(cell, None)


def _shown(cell: str) -> Separator | None:
    if isinstance(cell, Numeral):
        return None
    if _PLAIN.fullmatch(cell):
        return "." if "." in cell else None
    readings = _readings(_bare(cell))
    if len(readings) != 1:
        return None
    separator, _ = readings.popitem()
    # 220 and 1 234 are read alike whatever the separator.
    return separator if any(mark in cell for mark in ".,") else None


def _readings(bare: str) -> dict[Separator, Decimal]:
    """Return what a number means by each separator that makes one of it; equal meanings count once."""
    meanings: dict[Decimal, Separator] = {}
    for separator in _SEPARATORS:
        if NUMBER[separator].fullmatch(bare):
            thousands = "," if separator == "." else "."
            meanings.setdefault(Decimal(bare.replace(thousands, "").replace(separator, ".")), separator)
    return {separator: meaning for meaning, separator in meanings.items()}


def _bare(cell: Cell) -> Cell:
    """Strip what is not the number itself; a cell that is none stays as it is."""
    found = _BARE.fullmatch(cell) if isinstance(cell, str) else None
    if found is None:
        return cell
    before, digits, behind = found.groups()
    if _GROUPED.fullmatch(digits):
        digits = re.sub(r"[\s'’]", "", digits)
    return f"{before or behind}{digits}"
