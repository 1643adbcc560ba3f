"""What spreadsheets do to numbers that are not quantities: phones, postal codes, identifiers."""

from __future__ import annotations

import re

from handle.customer.reasons import Reason
from handle.customer.steps import Passed, Stepped, refused

_DECIMAL_ZERO = re.compile(r"(\+?\d+)[.,]0{1,2}")
_SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d+))?[eE]\+(\d{1,2})")


def whole_number(text: str) -> Stepped:
    """Take off a spreadsheet's ``.0`` and undo ``5.511987654321E+12`` where every digit is there, else refuse it."""
    if text.isalnum():
        return text
    if text[-1] == "0" and (decimal := _DECIMAL_ZERO.fullmatch(text)):
        return Passed(decimal[1], Reason.REPAIRED_NUMBER)
    if "+" in text[1:] and (scientific := _SCIENTIFIC.fullmatch(text)):
        return _written_out(scientific)
    return text


def _written_out(number: re.Match[str]) -> Stepped:
    first, fraction = number[1], number[2] or ""
    # Fewer decimals than the exponent: the digits that are missing may have been zeros, or anything.
    if len(fraction) != int(number[3]):
        return refused(Reason.DIGITS_LOST)
    return Passed(first + fraction, Reason.REPAIRED_NUMBER)
