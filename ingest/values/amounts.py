"""What people write around the digits of a number: a currency's sign or code, a minus, the digits of other scripts."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple

from omnicapi.values import currency_signs


class Written(Decimal):
    """A number that says more than itself: the currency it names, or that its text was no plain number.

    ``sign`` is the currency's sign or code as it was written, empty without one.
    """

    __slots__ = ("currencies", "is_formatted", "sign")
    sign: str
    currencies: frozenset[str]
    """The codes of the currencies that it may be of."""
    is_formatted: bool

    def __new__(cls, value: Decimal, sign: str, is_formatted: bool = False) -> Written:
        """Make one of a plain number."""
        made = super().__new__(cls, value)
        made.sign, made.currencies, made.is_formatted = sign, currency_signs.written(sign), is_formatted
        return made


class Parts(NamedTuple):
    """A number taken apart: its digits with their separators, in ASCII, and what stands around them.

    ``has_point`` tells that the decimal point is one, since it was written as the Arabic sign that is nothing else.
    """

    digits: str
    is_negative: bool
    sign: str
    has_point: bool


LONGEST = 64
"""Characters of the longest text that is looked at: no number needs more."""

_AROUND = re.compile(r"([^\d]*)(\d(?:[\d.,' ]*\d)?)([^\d]*)", re.ASCII)
_NO_CENTS = re.compile(r"[.,]--?")
"""In place of cents: 99,- and 99.--"""

_MINUS = "−‐‑‒–—﹣－"
_APOSTROPHES = "’‘ʼ′´`＇٬"
"""What stands between thousands: U+066C is Arabic."""

_ARABIC_POINT = "٫"
_POINTS = {_ARABIC_POINT: ".", "．": ".", "，": ",", "،": ",", "⹁": ","}


class _Ascii(dict[int, str]):
    """What each character of a number is in ASCII; digits of all scripts are found as they come."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        digit = unicodedata.decimal(character, None)
        if digit is not None:
            self[code] = str(digit)
            return self[code]
        if character.isspace():
            return " "
        if unicodedata.category(character) == "Cf":
            return ""
        raise LookupError


_ASCII = _Ascii(
    {
        **{ord(mark): "-" for mark in _MINUS},
        **{ord(mark): "'" for mark in _APOSTROPHES},
        **{ord(mark): plain for mark, plain in _POINTS.items()},
        **{code: chr(code) for code in range(128)},
    }
)


def taken_apart(text: str) -> Parts | None:
    """Take a number apart, or return ``None`` where the text is none or names no currency that there is."""
    if len(text) > LONGEST:
        return None
    found = _AROUND.fullmatch(text if text.isascii() else text.translate(_ASCII))
    if found is None:
        return None
    before, digits, behind = found.groups()
    if no_cents := _NO_CENTS.match(behind):
        digits, behind = f"{digits}{behind[0]}00", behind[no_cents.end() :]
    minus = _minus(before, behind)
    sign = None if minus is None else _sign(before, behind)
    if minus is None or sign is None:
        return None
    return Parts(digits, minus, sign, _ARABIC_POINT in text)


def _minus(before: str, behind: str) -> bool | None:
    """Tell whether a number is negative: a minus before or behind it, or parentheses; ``None`` for anything else."""
    if not before and not behind:
        return False
    signs = before.count("-") + before.count("+") + behind.count("-")
    opened, closed = before.count("("), behind.count(")")
    if "+" in behind or ")" in before or "(" in behind or opened != closed or signs + opened > 1:
        return None
    return signs + opened == 1 and "+" not in before


def _sign(before: str, behind: str) -> str | None:
    """Return the currency beside a number, empty where there is none; ``None`` for anything that is none."""
    sides = dict.fromkeys(sign for side in (before, behind) if (sign := side.strip("+-() ")))
    sign = "".join(sides)  # kr 20 SEK is as good as SEK kr
    return sign if not sign or currency_signs.written(sign) else None
