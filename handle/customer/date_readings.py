"""The ways in which a written date can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from omnicapi.values.month_names import month_number

_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_FILLERS = frozenset(["de", "del", "of", "di", "the", "st", "nd", "rd", "th", "er", "º", "ª", "o"])
_YEAR_DIGITS = 4
_COMPACT_DIGITS = 8
_SHORT_COMPACT_DIGITS = 6
_PARTS = 3

Reading = tuple[str, date | None]
"""An order (``ymd``, ``dmy``, ``mdy``, or ``named`` where the month is a word) and the day; None: no such day."""


def readings(text: str) -> Iterator[Reading]:
    """Give every order that the digits allow; ``text`` is in lower case."""
    tokens = _tokens(text)
    if len(tokens) == 1 and len(tokens[0]) == _COMPACT_DIGITS and tokens[0].isdecimal():
        yield from _compact(tokens[0])
    elif len(tokens) == _PARTS:
        words = [token for token in tokens if not token.isdecimal()]
        yield from (_named(tokens, words[0]) if len(words) == 1 else _numeric(tokens) if not words else ())


def has_short_year(text: str) -> bool:
    """Tell a date whose year has two digits."""
    tokens = _tokens(text)
    numbers = [token for token in tokens if token.isdecimal()]
    if len(tokens) == 1:
        return len(numbers) == 1 and len(numbers[0]) == _SHORT_COMPACT_DIGITS
    return len(tokens) == _PARTS and len(numbers) > 1 and all(len(number) < _PARTS for number in numbers)


def _tokens(text: str) -> list[str]:
    return [token for token in _TOKEN.findall(text) if token not in _FILLERS]


def _compact(digits: str) -> Iterator[Reading]:
    yield "ymd", _day(digits[:4], digits[4:6], digits[6:])
    yield "dmy", _day(digits[4:], digits[2:4], digits[:2])
    yield "mdy", _day(digits[4:], digits[:2], digits[2:4])


def _numeric(tokens: list[str]) -> Iterator[Reading]:
    first, second, third = tokens
    if len(first) == _YEAR_DIGITS:
        yield "ymd", _day(first, second, third)
    elif len(third) == _YEAR_DIGITS:
        yield "dmy", _day(third, second, first)
        yield "mdy", _day(third, first, second)


def _named(tokens: list[str], word: str) -> Iterator[Reading]:
    month = month_number(word)
    day, year = sorted((token for token in tokens if token != word), key=len)
    if month is not None and len(year) == _YEAR_DIGITS:
        yield "named", _day(year, str(month), day)


def _day(year: str, month: str, day: str) -> date | None:
    if len(month) > len("12") or len(day) > len("31"):
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
