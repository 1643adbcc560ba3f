"""``zp``: five digits in the United States, elsewhere all but spaces and dashes (meta-capi.md §3.4 zp; CIP).

Other implementations cut every code at its first dash; ``zip_form`` offers that form (docs/adr/0013).
"""

from __future__ import annotations

import re
from functools import partial

from handle.customer.already_hashed import pass_hashed
from handle.customer.options import Options
from handle.customer.placeholders import refuse_placeholder
from handle.customer.reasons import Reason
from handle.customer.spreadsheets import whole_number
from handle.customer.steps import Passed, Step, Stepped, refused
from handle.customer.text import ascii_digits, lower_case, readable, refuse_email

WITH_US_ZIP_CODES = frozenset(["US", "PR", "GU", "VI", "AS", "MP"])
"""The United States and the territories that its postal service numbers."""

_US_DIGITS = 5
_US_DIGITS_WITH_FOUR = 9
_SHORTEST, _LONGEST = 2, 12

# Countries whose codes are all digits and may begin with 0: how many digits they have, and how few can be left when
# a spreadsheet has dropped the zeros (a German code begins with at most one, an Italian one with two).
_DIGITS = {
    **dict.fromkeys(["DE", "ES", "FR", "KR", "LT", "MX", "MY", "PE", "SK", "TR", "UA"], (5, 4)),
    **dict.fromkeys(["FI", "IT", "PL", *WITH_US_ZIP_CODES], (5, 3)),
    **dict.fromkeys(["CN", "CO", "EC", "RO", "SG"], (6, 5)),
    "JP": (7, 6),
    "BR": (8, 7),
}
_ALL_DIGITS = frozenset([*_DIGITS, "AT", "BE", "CH", "DK", "HU", "LU", "NO", "PT", "SE"])
# D-10115, CH 8001, NY 10001: the country or the state, which people write before codes that are all digits.
_LETTERS_BEFORE = re.compile(r"[a-z]{1,3}[- ]?(?=\d)")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－", "-"))
_is_ordinary = re.compile(r"[A-Za-z0-9]{1,9}(?:[ -][A-Za-z0-9]{1,6})?").fullmatch
_is_us_zip = re.compile(r"(?!0{5})\d{5}", re.ASCII).fullmatch
_ZIP_PLUS_FOUR = re.compile(r"\d{5}-\d{4}", re.ASCII)


def steps(options: Options) -> tuple[Step, ...]:
    """Give the steps of the rule."""
    return (
        Step("trim, Unicode NFC", readable),
        Step("already hashed?", pass_hashed()),
        Step("placeholder?", refuse_placeholder()),
        Step("not another field?", refuse_email),
        Step("undo the spreadsheet", whole_number),
        Step("lower case", lower_case),
        Step("no letters before digits", partial(_without_letters, country=options.country)),
        Step("cut at the dash", partial(_cut, options=options)),
        Step("only letters and digits", _letters_and_digits),
        Step("restore zeros", partial(_with_zeros, country=options.country)),
        Step("a postal code?", partial(_checked, country=options.country)),
    )


def ordinary(text: str, options: Options) -> str | None:
    """Settle codes that need no zeros and, in the United States, no cut at once."""
    country = options.country
    if country is None or country in WITH_US_ZIP_CODES:
        return text if _is_us_zip(text) else None
    if options.zip_form != "whole" or not _is_ordinary(text):
        return None
    code = text.replace("-", "").replace(" ", "")
    digits, _ = _DIGITS.get(country, (_SHORTEST, 0))
    if not digits <= len(code) <= _LONGEST or not code.strip("0"):
        return None
    if code.isdecimal():
        return code
    return None if code.isalpha() or country in _ALL_DIGITS else code.lower()


def _without_letters(text: str, country: str | None) -> str:
    before = _LETTERS_BEFORE.match(text) if country in _ALL_DIGITS else None
    return text[before.end() :] if before else text


def _cut(text: str, options: Options) -> str:
    text = text.removeprefix("z:").translate(_DASHES)  # z: is how exports of Meta's lead forms write ZIPs
    us_form = options.country is None and _ZIP_PLUS_FOUR.fullmatch(text)
    cut = us_form or options.country in WITH_US_ZIP_CODES or options.zip_form == "before_dash"
    return text.partition("-")[0] if cut else text


def _letters_and_digits(text: str) -> str:
    return ascii_digits("".join(filter(str.isalnum, text)))


def _with_zeros(text: str, country: str | None) -> Stepped:
    if country in WITH_US_ZIP_CODES and text.isdecimal() and len(text) == _US_DIGITS_WITH_FOUR:
        return text[:_US_DIGITS]
    digits, fewest = _DIGITS.get(country or "", (0, 0))
    if text.isdecimal() and fewest <= len(text) < digits:
        return Passed(text.zfill(digits), Reason.ZEROS_RESTORED)
    return text


def _checked(text: str, country: str | None) -> Stepped:
    if text == "na" or (text and not text.strip("0")):
        return refused(Reason.PLACEHOLDER)
    if country in WITH_US_ZIP_CODES and not (text.isdecimal() and len(text) == _US_DIGITS):
        return refused(Reason.NOT_A_ZIP)
    return text if _SHORTEST <= len(text) <= _LONGEST else refused(Reason.NOT_A_ZIP)
