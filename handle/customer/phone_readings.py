"""The ways in which a written phone can be read, and the choice among them (docs/normalisation.md, ph).

``phonenumbers`` knows each country's trunk prefixes, carrier codes and lengths. The first reading that is a number in
use wins; where none is, the first of the right length does, since samples and tests are full of 555 numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from phonenumbers import NumberParseException, PhoneNumber, is_valid_number, national_significant_number, parse

from handle.customer.numbering_plan import NORTH_AMERICAN, SHORTEST_BARE, has_subscriber_length, plan_of

_BRACKETED_ZERO = "(0)"
# 1, area code, three and four digits, grouped as only North America does; a 0 before the 1 is a mistake for +.
_GROUPED_AS_IN_NORTH_AMERICA = re.compile(r"\D*0{0,2}1[\s.-]*\(?[2-9]\d\d[\s.)-]+\d{3}[\s.-]+\d{4}", re.ASCII)
BRAZILIAN_WITHOUT_9 = re.compile(r"55(\d\d)([689]\d{7})", re.ASCII)
"""A Brazilian mobile number as it was before 2016, and as WhatsApp still writes it."""

_MEXICAN_WITH_1 = re.compile(r"\+521(\d{10})", re.ASCII)


class Reading(NamedTuple):
    """One way to dial a value, and whether the right length is enough to believe it."""

    dialled: str
    """With ``+`` where it begins with a country code, else as dialled in ``country``."""
    country: str | None = None
    believed: bool = True
    """False: it must be a number in use."""


def e164(text: str, dialled: str, country: str | None) -> str | None:
    """Give digits with country code, without ``+``; None where no reading is a phone.

    ``text`` is the value as written; ``dialled`` its digits, after a ``+`` where it begins with a country code.
    """
    readings = list(_readings(text, dialled, country))
    numbers = [(reading, _parsed(reading)) for reading in readings]
    if len(readings) > 1 or not all(reading.believed for reading in readings):
        for _, number in numbers:
            if number is not None and is_valid_number(number):
                return _digits(number)
    for reading, number in numbers:
        if number is not None and reading.believed and (has_subscriber_length(number) or is_valid_number(number)):
            return _digits(number)
    return None


def _readings(text: str, dialled: str, country: str | None) -> Iterator[Reading]:
    digits = dialled.lstrip("+0")
    if dialled.startswith(("+", "00")):
        if _BRACKETED_ZERO in text:
            yield _abroad(_without_bracketed_zero(text))
        yield _abroad(digits)
        if country and not dialled.startswith("+"):
            yield Reading(dialled, country)  # 00 begins longer prefixes: 0011 in Australia, carriers in Brazil
    elif country:
        yield Reading(dialled, country)
        yield _abroad(digits, believed=_is_complete_in(country, digits))
    elif _GROUPED_AS_IN_NORTH_AMERICA.fullmatch(text) or _north_american(dialled):
        yield _abroad(digits)
    elif len(digits) >= SHORTEST_BARE:
        yield _abroad(digits, believed=BRAZILIAN_WITHOUT_9.fullmatch(digits) is not None)


def _abroad(digits: str, *, believed: bool = True) -> Reading:
    # Mexico gave up the 1 before mobile numbers in 2019; WhatsApp still writes it.
    return Reading(_MEXICAN_WITH_1.sub(r"+52\1", "+" + digits), believed=believed)


def _without_bracketed_zero(text: str) -> str:
    before, _, after = text.partition(_BRACKETED_ZERO)
    return re.sub(r"\D", "", before + after).lstrip("0")


def _is_complete_in(country: str, digits: str) -> bool:
    """Tell digits that begin with the country's own code and go on as its numbers do."""
    plan = plan_of(country)
    return plan is not None and digits.startswith(plan.code) and bool(plan.shape.fullmatch(digits[len(plan.code) :]))


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


def _digits(number: PhoneNumber) -> str:
    return f"{number.country_code}{national_significant_number(number)}"
