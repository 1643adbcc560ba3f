"""Which of the two or three numbers of a written date is the day: ``05/06/2024``, ``6/5/24``, ``2024-06-05``.

A map's ``date_format`` declares it, or the values of a column show it; a date alone may have only one reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal

from ingest.values.time_words import UnknownZone, rewritten

Order = Literal["dmy", "mdy", "ymd"]

ORDERS: tuple[Order, ...] = ("dmy", "mdy", "ymd")

WRITTEN = re.compile(
    r"(?P<a>\d{1,2}|\d{4})(?P<between>[-/.])(?P<b>\d{1,2})(?P=between)(?P<c>\d{1,2}|\d{4})"
    r"(?:(?:,?\s+|T)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"\s*(?P<half>[ap]\.?\s?m\.?(?![A-Z_]*/))?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[A-Z_]+(?:/[A-Z0-9_+-]+)+)?)?",
    re.ASCII | re.IGNORECASE,
)

_PATTERN = re.compile(r"%([dmyY])([-/.])%([dmyY])\2%([dmyY])(?:(?:,?\s+|T)%[HI]:%M(?::%S)?(?:\s*%p)?)?")
"""A ``date_format`` that says no more than an order: the time of day may then follow or not."""

CENTURY, _PIVOT = 100, 69
"""Years of two digits from the pivot on are of the last century, as POSIX has it."""


def order_of(date_format: str) -> Order | None:
    """Return the order of day, month and year that a format declares, or ``None`` where it declares more."""
    found = _PATTERN.fullmatch(date_format)
    order = (found[1] + found[3] + found[4]).casefold() if found else ""
    return next((known for known in ORDERS if known == order), None)


def order_shown(cells: Iterable[str]) -> Order | None:
    """Return the order that a column's values show, or ``None`` where they show none or more than one."""
    shown = {orders[0] for cell in cells if len(orders := orders_of(cell)) == 1}
    return shown.pop() if len(shown) == 1 else None


def is_ambiguous(cell: str) -> bool:
    """Tell whether a time has several readings, so that its column's order decides which day it is."""
    found = taken_apart(cell)
    return found is not None and len({day_of(found, order) for order in orders_of(cell)}) > 1


def orders_of(cell: str) -> list[Order]:
    """Return the orders in which a cell is a date; none for ISO 8601."""
    found = taken_apart(cell)
    if found is None or int(found["a"]) >= CENTURY:
        return []
    return [order for order in ORDERS if day_of(found, order) is not None]


def taken_apart(cell: str) -> re.Match[str] | None:
    """Return the parts of a time that needs an order; ``None`` where it is none, or nobody knows its zone."""
    found = WRITTEN.fullmatch(cell)
    if found is not None:
        return found
    try:
        written = rewritten(cell)
    except UnknownZone:
        return None
    return WRITTEN.fullmatch(written) if written else None


def day_of(found: re.Match[str], order: Order) -> tuple[int, int, int] | None:
    """Return year, month and day, or ``None`` where there is no such day."""
    parts = dict(zip(order, found.group("a", "b", "c"), strict=True))
    year, month, day = int(parts["y"]), int(parts["m"]), int(parts["d"])
    if len(parts["y"]) == 1 or max(len(parts["m"]), len(parts["d"])) > len("dd"):
        return None
    if found["between"] == "." and order == "mdy":
        return None  # nobody writes the month first between points
    if len(parts["y"]) == len("yyyy"):
        if year < CENTURY:
            return None  # 01/01/0001 is what programs write where there is no date
    elif year < CENTURY:
        year += 1900 if year >= _PIVOT else 2000
    try:
        date(year, month, day)
    except ValueError:
        return None
    return year, month, day


def order_within(date_format: str) -> Order | None:
    """Return the order of day, month and year in a format that says more, or ``None`` where it does not say it."""
    letters = "".join(re.findall("%-?([dmbByY])", date_format)).replace("b", "m").replace("B", "m").casefold()
    return next((known for known in ORDERS if known == letters), None)
