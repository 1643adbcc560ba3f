"""``em``: trimmed and in lower case, as it is otherwise (meta-capi.md §3.4 em; CIP).

Dots and ``+tag`` stay: removing them is Google's rule (§6.4). Domains in other scripts stay as typed, since nothing
says that Meta turns them into punycode.
"""

from __future__ import annotations

import re

from handle.customer.already_hashed import pass_hashed
from handle.customer.forms import why_not
from handle.customer.options import CustomerOptions
from handle.customer.placeholders import refuse_placeholder
from handle.customer.reasons import Reason
from handle.customer.steps import Step, Stepped, refused
from handle.customer.text import LATIN, lower_case, readable

LONGEST = 254
"""Characters of the longest address that mail can be sent to (RFC 5321 §4.5.3.1, RFC 3696 erratum 1690)."""

# Deliberately looser than RFC 5322 before the @ (Japanese carriers issued addresses with double dots) and stricter
# than it in refusing quoted names with spaces, which are typing errors in customer data.
_LOCAL = r"[^\s@<>()\[\]\\,;:\"]{1,64}"
_LABEL = r"(?!-)[^\s@.!-,/:-@\[-`{-~]{1,63}(?<!-)"
_TOP = r"(?!-|\d+\Z)[^\s@.!-,/:-@\[-`{-~]{2,63}(?<!-)"
_is_ordinary = re.compile(rf"[{LATIN}0-9_.+-]+@[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*\.[A-Za-z]{{2,}}").fullmatch
_ORDINARY_LENGTH = 63  # no part of so short an address can be too long
_ADDRESS = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)+{_TOP}")
_refuse_placeholder = refuse_placeholder()


def steps(options: CustomerOptions) -> tuple[Step, ...]:
    """Give the steps of the rule."""
    google = Reason.GOOGLE_HASHED if options.google_hashed else None
    return (
        Step("trim, Unicode NFC", readable),
        Step("already hashed?", pass_hashed(google=google)),
        Step("lower case", lower_case),
        Step("an e-mail address?", _checked),
    )


def ordinary(text: str, _: CustomerOptions) -> str | None:
    """Settle an address of Latin letters and digits at once."""
    return text.lower() if len(text) <= _ORDINARY_LENGTH and _is_ordinary(text) else None


def _checked(text: str) -> Stepped:
    if len(text) > LONGEST:
        return refused(Reason.NOT_AN_EMAIL)
    if _ADDRESS.fullmatch(text):
        return _refuse_placeholder(text)  # {{email}}@shop.com, j***@gmail.com
    return why_not(text, Reason.SEVERAL_VALUES if text.count("@") > 1 else Reason.NOT_AN_EMAIL)
