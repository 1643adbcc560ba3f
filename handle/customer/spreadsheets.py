"""What spreadsheets do to numbers that are not quantities: phones, postal codes, identifiers."""

from __future__ import annotations

import re

from handle.customer.reasons import Reason
from handle.customer.steps import Passed, Stepped, refused
from omnicapi.values.exponents import digits_of

_DECIMAL_ZERO = re.compile(r"(\+?\d+)[.,]0{1,2}")


def whole_number(text: str) -> Stepped:
    """Take off a spreadsheet's ``.0`` and undo ``5.511987654321E+12`` where every digit is there, else refuse it."""
    if text.isalnum():
        return text
    if text[-1] == "0" and (decimal := _DECIMAL_ZERO.fullmatch(text)):
        return Passed(decimal[1], Reason.REPAIRED_NUMBER)
    if (digits := digits_of(text)) is not None:
        return Passed(digits, Reason.REPAIRED_NUMBER) if digits else refused(Reason.DIGITS_LOST)
    return text
