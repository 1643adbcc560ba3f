"""Which number formats of a workbook show a number as a moment or a duration, and what such a number says.

A cell holds days; only its format tells that they are a date (ECMA-376 part 1, §18.8.30 and §18.17.4).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import NamedTuple

from ingest.readers.cell_text import KEPT, Value, as_text


class Shown(Enum):
    """As what a format shows a number."""

    MOMENT = "moment"
    DURATION = "duration"


class Padded(NamedTuple):
    """A format that shows whole numbers with zeros before them and a text around: ``00000``, ``"ORD-"0000``."""

    before: str
    digits: int
    behind: str

    def text_of(self, number: float) -> str | None:
        """Return what a sheet shows for a number, ``None`` where it is no code: below 0, with a fraction, rounded."""
        if not (0 <= number < KEPT and number.is_integer()):
            return None
        return f"{self.before}{int(number):0{self.digits}}{self.behind}"


_PADDED = re.compile(r'(?:"([^"]*)")?(0{2,15})(?:"([^"]*)")?(?:;.*)?', re.DOTALL)

BUILT_IN: dict[str, Shown | Padded] = {
    str(number): Shown.MOMENT for number in (*range(14, 23), *range(27, 37), 45, 47, *range(50, 59))
}
"""Formats that no workbook declares, by their numbers; those from 27 on are dates of East Asian versions."""

BUILT_IN["46"] = Shown.DURATION

_WITHOUT_MEANING = re.compile(r'"[^"]*"?|[\\_*].|\[(?!(?:h+|m+|s+)\])[^\[\]]*+\]', re.IGNORECASE | re.DOTALL)
"""What a format shows as it stands, and in brackets colours, currencies, languages and conditions."""

_SAID = re.compile(r"(\[[hms]+\])|(General)|[dmyhs]|am/pm|a/p", re.IGNORECASE)
"""A duration, a plain number, or else a part of a moment; what comes first counts."""

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet knows no zone
_AFTER_1904 = 1462
"""Days from the epoch of 1900 to that of 1904."""

_FIRST_1900, _FIRST_1904 = (date(1899, 12, 30), date(1899, 12, 31)), (date(1904, 1, 1),)
"""Days on which a time of day stands that has none, as programs write it."""

_LEAP_DAY = 60
"""Excel counts a 29 February 1900, which there was not; days before it have one less."""

_MS_A_DAY = 86_400_000


def shown_as(code: str) -> Shown | Padded | None:
    """Return as what a number format such as ``yyyy-mm-dd`` shows numbers that are not negative; plainly: ``None``."""
    if padded := _PADDED.fullmatch(code):
        return Padded(padded[1] or "", len(padded[2]), padded[3] or "")
    said = _SAID.search(_WITHOUT_MEANING.sub("", code).partition(";")[0])
    if said is None or said[2]:
        return None
    return Shown.DURATION if said[1] else Shown.MOMENT


class Styles:
    """As what the cell formats of a workbook show a number; ``elements`` are those of the part that declares them."""

    def __init__(self, elements: Iterable[tuple[str, dict[str, str]]]) -> None:
        self.shown: dict[str, Shown | Padded] = {}
        """By the number that cells give as their style; other styles show plain numbers."""
        formats: dict[str, Shown | Padded | None] = {**BUILT_IN}
        listed, count = "", 0
        for tag, attributes in elements:
            number_format = attributes.get("numFmtId", "")
            if tag == "numFmt":
                formats[number_format] = shown_as(attributes.get("formatCode", ""))
            elif tag in _LISTS:
                listed = tag
            elif tag == "xf" and listed == "cellXfs":
                if (shown := formats.get(number_format)) is not None:
                    self.shown[str(count)] = shown
                count += 1


_LISTS = frozenset({"cellStyleXfs", "cellXfs"})
"""Lists of formats; those of the second are what cells give the number of."""


def value_of(days: float, shown: Shown, *, from_1904: bool) -> Value:
    """Return the moment or duration that a number is, to the millisecond; itself where it is out of their range.

    Less than a day is a time, whole days a date.
    """
    try:
        if shown is Shown.DURATION:
            return _since(days)
        return _moment(days, from_1904=from_1904)
    except (OverflowError, ValueError):
        return days


def iso_text(text: str, *, from_1904: bool) -> str:
    """Return a date in ISO 8601, as strict workbooks hold it, as the number of it would be returned.

    At midnight it is a date, on the first days of the calendar a time of day. What is none stays as it is.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text.removeprefix("T")
    if moment.tzinfo is not None:
        return text
    if moment.date() in (_FIRST_1904 if from_1904 else _FIRST_1900):
        return as_text(moment.time())
    return as_text(moment.date() if moment.time() == time() else moment)


def _moment(days: float, *, from_1904: bool) -> Value:
    if days < 0:
        return days
    since = _since(days)
    if days < 1:
        return (_EPOCH + since).time()
    moment = _EPOCH + since + timedelta(_AFTER_1904 if from_1904 else int(days < _LEAP_DAY))
    return moment.date() if days == int(days) else moment


def _since(days: float) -> timedelta:
    milliseconds = days * _MS_A_DAY
    return timedelta(milliseconds=int(milliseconds + math.copysign(0.5, milliseconds)))
