"""The ways in which a written phone can be read, and the choice among them (docs/normalisation-reference.md, ph).

``phonenumbers`` knows each country's trunk prefixes, carrier codes and lengths. The first reading that is a number in
use wins; where none is, the first of the right length does, since samples and tests are full of 555 numbers. A value
that begins with one 0 is dialled within a country: no reading makes it a number of another (docs/adr/0135).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from phonenumbers import (
    NumberParseException,
    PhoneNumber,
    is_valid_number,
    national_significant_number,
    parse,
)

from handle.customer.phones.numbering_plan import (
    NORTH_AMERICAN,
    SHORTEST_BARE,
    NumberingPlan,
    has_subscriber_length,
    plan_of,
)

_BRACKETED_ZERO = "(0)"
# 1, area code, three and four digits, grouped as only North America does; a 0 before the 1 is a mistake for +.
_GROUPED_AS_IN_NORTH_AMERICA = re.compile(r"\D*0{0,2}1[\s.-]*\(?[2-9]\d\d[\s.)-]+\d{3}[\s.-]+\d{4}", re.ASCII)
BRAZILIAN_WITHOUT_9 = re.compile(r"55(\d\d)([689]\d{7})", re.ASCII)
"""A Brazilian mobile number as it was before 2016, and as WhatsApp still writes it."""

_GIVEN_UP = {
    code: re.compile(prefixed, re.ASCII)
    for code, prefixed in {
        "52": r"(?:0[12]|04[45]|1)(\d{10})",  # Mexico, until 2019; WhatsApp still writes the 1
        "54": r"9(?=\d{12}\Z)(\d{2,4}15\d{6,8})",  # Argentina: 9 is dialled from abroad, 15 at home, never both
        "56": r"0(\d{9})",  # Chile, until 2016
        "48": r"0(\d{9})",  # Poland, until 2009
        "380": r"80?(\d{9})",  # Ukraine, until 2009
        "992": r"8(\d{9})",  # Tajikistan
        "998": r"8(\d{9})",  # Uzbekistan
    }.items()
}
"""By country calling code: how numbers were written with prefixes that ``phonenumbers`` no longer knows."""


class Reading(NamedTuple):
    """One way to dial a value, and how far it is believed."""

    dialled: str
    """With ``+`` where it begins with a country code, else as dialled in ``country``."""
    country: str | None = None
    believed: bool = True
    """Whether the right length is enough; else it must be a number in use."""
    alone: bool = False
    """Whether it counts only where no other reading of this kind is a number in use."""


def e164(text: str, dialled: str, country: str | None) -> str | None:
    """Give digits with country code, without ``+``; None where no reading is a phone.

    ``text`` is the value as written; ``dialled`` its digits, after a ``+`` where it begins with a country code.
    """
    numbers = [
        (reading, number) for reading in _readings(text, dialled, country) if (number := _parsed(reading)) is not None
    ]
    in_use = [(reading, _digits(number)) for reading, number in numbers if is_valid_number(number)]
    certain = next((digits for reading, digits in in_use if not reading.alone), None)
    if certain is not None or in_use:
        doubtful = {digits for _, digits in in_use}
        return certain or (doubtful.pop() if len(doubtful) == 1 else None)
    return next((_digits(number) for reading, number in numbers if _looks_right(reading, number)), None)


def _readings(text: str, dialled: str, country: str | None) -> Iterator[Reading]:
    digits = dialled.lstrip("+0")
    if dialled.startswith(("+", "00")):
        if _BRACKETED_ZERO in text:
            yield _abroad(_without_bracketed_zero(text))
        yield _abroad(digits)
        if country and not dialled.startswith("+"):
            yield Reading(dialled, country)  # 00 begins longer prefixes: 0011 in Australia, carriers in Brazil
    elif country:
        yield from _without_plus(text, dialled, country)
    elif _GROUPED_AS_IN_NORTH_AMERICA.fullmatch(text) or _north_american(dialled):
        yield _abroad(digits)
    elif len(dialled) >= SHORTEST_BARE and not dialled.startswith("0"):
        yield _abroad(digits, believed=BRAZILIAN_WITHOUT_9.fullmatch(digits) is not None)


def _without_plus(text: str, dialled: str, country: str) -> Iterator[Reading]:
    """Give the readings of a value without ``+``: at home first, then with prefixes of old, then abroad.

    What goes on behind the country's own code as a number in use there is complete, whatever else it may be: Germany's,
    Indonesia's and Sweden's numbers have so many lengths that ``49151…`` would be one of the area 0491 as well.
    """
    plan, digits = plan_of(country), dialled.lstrip("0")
    own = plan if plan is not None and digits.startswith(plan.code) else None
    if own and digits == dialled and own.serves(digits.removeprefix(own.code)):
        yield _abroad(digits)
    yield Reading(dialled, country)
    if own and _is_complete(digits, own):
        yield _abroad(digits)
    if plan is not None and (old := _up_to_date(plan.code, dialled)) is not None:
        yield Reading("+" + old, believed=False, alone=True)
    # As long as numbers at home, digits are one of those, mistyped, rather than a country code and a number.
    longer = len(dialled) >= SHORTEST_BARE or (plan is not None and len(dialled) > plan.longest)
    if not dialled.startswith("0") and (longer or _GROUPED_AS_IN_NORTH_AMERICA.fullmatch(text)):
        yield _abroad(digits, believed=False)._replace(alone=True)


def _abroad(digits: str, *, believed: bool = True) -> Reading:
    code = next((code for code in _GIVEN_UP if digits.startswith(code)), "")
    return Reading("+" + (_up_to_date(code, digits[len(code) :]) or digits), believed=believed)


def _up_to_date(code: str, national: str) -> str | None:
    """Give digits with country code, without a prefix that their country has given up; None where there is none."""
    found = _GIVEN_UP[code].fullmatch(national) if code in _GIVEN_UP else None
    return found and code + found[1]


def _without_bracketed_zero(text: str) -> str:
    before, _, after = text.partition(_BRACKETED_ZERO)
    return re.sub(r"\D", "", before + after).lstrip("0")


def _is_complete(digits: str, plan: NumberingPlan) -> bool:
    """Tell digits that begin with the country's own code and go on as its numbers do, or once did."""
    national = digits.removeprefix(plan.code)
    return bool(plan.shape.fullmatch(national)) or _up_to_date(plan.code, national) is not None


def _north_american(dialled: str) -> bool:
    return len(dialled) == NORTH_AMERICAN and dialled[0] == "1" and _is_area_code(dialled[1:4])


@lru_cache(maxsize=1000)
def _is_area_code(digits: str) -> bool:
    return is_valid_number(PhoneNumber(country_code=1, national_number=int(f"{digits}2345678")))


def _parsed(reading: Reading) -> PhoneNumber | None:
    try:
        return parse(reading.dialled, reading.country)
    except NumberParseException:
        return None


def _looks_right(reading: Reading, number: PhoneNumber) -> bool:
    """Tell a number of the right length and, where only its country says the code, one that begins as numbers there."""
    if not reading.believed or not has_subscriber_length(number):
        return False
    plan = plan_of(reading.country) if reading.country else None
    return plan is None or plan.shape.fullmatch(national_significant_number(number)) is not None


def _digits(number: PhoneNumber) -> str:
    return f"{number.country_code}{national_significant_number(number)}"
