"""A short cut for phones that are already complete: the same result as ``phonenumbers``, many times faster.

It only decides where the library has nothing to decide: digits whose country code, length and first digits leave one
reading. Everything else is left to :mod:`handle.customer.phones.phone_readings`. A test compares the two on generated
numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import msgspec
from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    PhoneMetadata,
    PhoneNumber,
    PhoneNumberType,
    ValidationResult,
    is_possible_number_for_type_with_reason,
)

SHORTEST_BARE = 12
"""Digits from which a value without ``+`` and without a country can only begin with a country code."""

NORTH_AMERICAN = 11
"""Digits of a North American number with its country code, 1."""

_CODES = frozenset(map(str, COUNTRY_CODE_TO_REGION_CODE))
_LONGEST_CODE = 3
_NEVER = "(?!)"


def national(digits: str) -> str:
    """Take off the country calling code of a number that begins with one."""
    length = next((length for length in range(1, _LONGEST_CODE + 1) if digits[:length] in _CODES), 0)
    return digits[length:]


class NumberingPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What ``phonenumbers`` knows about the numbers of one country."""

    code: str
    """Country calling code."""
    lengths: frozenset[int]
    """How many digits a fixed-line or mobile number may have, without trunk prefix."""
    longest: int
    """How many digits any national number may have."""
    trunk: re.Pattern[str]
    """What the library takes off the beginning of a national number; where the last group matches, it rewrites."""
    abroad: re.Pattern[str]
    """What is dialled before a foreign number."""
    prefixed: re.Pattern[str]
    """Digits that begin with anything but an area code or subscriber: a prefix of the above, or the country's code."""
    in_use: re.Pattern[str]
    """Fixed-line and mobile numbers in use."""
    shape: re.Pattern[str]
    """What any national number looks like, in use or not."""

    def serves(self, national: str) -> bool:
        """Tell whether these digits are a fixed-line or mobile number in use."""
        return self.in_use.fullmatch(national) is not None

    def without_trunk(self, national: str) -> str | None:
        """Take off the trunk prefix; None where the library would do more than that."""
        found = self.trunk.match(national)
        if found is None:
            return national
        rewritten = self.trunk.groups and found[self.trunk.groups] is not None
        return None if rewritten else national[found.end() :]


def has_subscriber_length(number: PhoneNumber) -> bool:
    """Tell whether a number has the length of a fixed-line or mobile number with its area code."""
    kind = PhoneNumberType.FIXED_LINE_OR_MOBILE
    return bool(is_possible_number_for_type_with_reason(number, kind) == ValidationResult.IS_POSSIBLE)


def complete(dialled: str, country: str | None) -> str | None:
    """Give a phone's digits with country code; None where this short cut cannot tell.

    ``dialled`` is 0–9, after a ``+`` where the value had one.
    """
    if dialled[0] == "+":
        return _international(dialled[1:])
    return _national(dialled, country) if country else _bare(dialled)


def _international(digits: str) -> str | None:
    plan = _plan_abroad(digits[:_LONGEST_CODE])
    if plan is None:
        return None
    national = digits[len(plan.code) :]
    return digits if len(national) in plan.lengths and plan.without_trunk(national) == national else None


def _bare(digits: str) -> str | None:
    """Take digits without a country that cannot be a national number (see phone_readings) and are in use."""
    if len(digits) < SHORTEST_BARE and not (len(digits) == NORTH_AMERICAN and digits[0] == "1"):
        return None
    plan = _plan_abroad(digits[:_LONGEST_CODE])
    if plan is None:
        return None
    national = digits[len(plan.code) :]
    return digits if plan.serves(national) and plan.without_trunk(national) == national else None


def _national(digits: str, country: str) -> str | None:
    plan = plan_of(country)
    if plan is None:
        return None
    if not plan.prefixed.match(digits):
        return plan.code + digits if plan.in_use.fullmatch(digits) else None
    if plan.abroad.match(digits):
        return None
    if digits.startswith(plan.code):
        national = digits[len(plan.code) :]
        if plan.serves(national):
            return digits if plan.without_trunk(national) == national else None
        if len(digits) > plan.longest or not plan.shape.fullmatch(digits):
            return None
    subscriber = plan.without_trunk(digits)
    return plan.code + subscriber if subscriber is not None and plan.serves(subscriber) else None


@lru_cache(maxsize=1024)
def _plan_abroad(beginning: str) -> NumberingPlan | None:
    """Give the plan of the country whose code these first three digits begin with."""
    code = next((beginning[:n] for n in range(1, _LONGEST_CODE + 1) if beginning[:n] in _CODES), None)
    return None if code is None else plan_of(COUNTRY_CODE_TO_REGION_CODE[int(code)][0])


@lru_cache(maxsize=512)
def plan_of(country: str) -> NumberingPlan | None:
    """Give the plan of an alpha-2 country; None where it has none of its own."""
    metadata = PhoneMetadata.metadata_for_region(country, None)
    if metadata is None or metadata.general_desc is None:
        return None
    code = str(metadata.country_code)
    trunk, abroad = metadata.national_prefix_for_parsing or _NEVER, metadata.international_prefix or _NEVER
    shape = metadata.general_desc.national_number_pattern or _NEVER
    kinds = [kind.national_number_pattern for kind in (metadata.mobile, metadata.fixed_line) if kind]
    return NumberingPlan(
        code=code,
        lengths=_subscriber_lengths(metadata.country_code, metadata.general_desc.possible_length),
        longest=max(metadata.general_desc.possible_length),
        trunk=re.compile(trunk),
        abroad=re.compile(abroad),
        prefixed=re.compile(rf"{code}|(?:{trunk})|(?:{abroad})"),
        shape=re.compile(shape),
        in_use=re.compile(rf"(?=(?:{shape})\Z)(?:{'|'.join(filter(None, kinds)) or _NEVER})"),
    )


def _subscriber_lengths(code: int | None, lengths: Iterable[int]) -> frozenset[int]:
    numbers = ((length, PhoneNumber(country_code=code, national_number=10 ** (length - 1))) for length in lengths)
    return frozenset(length for length, number in numbers if has_subscriber_length(number))
