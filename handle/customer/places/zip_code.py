"""``zp``: five digits in the United States, elsewhere all but spaces and dashes (meta-capi.md §3.4 zp; CIP).

Other implementations cut every code at its first dash; ``zip_form`` offers that form (docs/adr/0013).
"""

from __future__ import annotations

import re
from functools import partial

from handle.customer.already_hashed import pass_hashed
from handle.customer.options import CustomerOptions
from handle.customer.placeholders import refuse_placeholder
from handle.customer.places.postal_codes import FORMS, WITH_US_ZIP_CODES
from handle.customer.reasons import Reason
from handle.customer.spreadsheets import whole_number
from handle.customer.steps import Passed, Step, Stepped, refused
from handle.customer.text import ascii_digits, lower_case, readable, refuse_email

_US_DIGITS = 5
_US_DIGITS_WITH_FOUR = 9
_SHORTEST, _LONGEST = 2, 12

# D-10115, CH 8001, NY 10001, C.P. 02860: what people write before codes that are all digits.
_LETTERS_BEFORE = re.compile(r"[\W_]*+(?:[a-z][\W_]*+){1,3}(?=[\d\W_]++\Z)")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－", "-"))
_is_ordinary = re.compile(r"[A-Za-z0-9]{1,9}(?:[ -][A-Za-z0-9]{1,6})?").fullmatch
_is_us_zip = re.compile(r"(?!0{5})\d{5}", re.ASCII).fullmatch
_ZIP_PLUS_FOUR = re.compile(r"\d{5}-\d{4}", re.ASCII)


def steps(options: CustomerOptions) -> tuple[Step, ...]:
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
        Step("a postal code?", partial(_checked, options=options)),
    )


def ordinary(text: str, options: CustomerOptions) -> str | None:
    """Settle codes that need no zeros and, in the United States, no cut at once."""
    country = options.country
    if country is None or country in WITH_US_ZIP_CODES:
        return text if _is_us_zip(text) else None
    code, form = text.replace("-", "").replace(" ", ""), FORMS.get(country)
    if options.zip_form != "whole" or not code.isascii() or (form is None and not _is_ordinary(text)):
        return None
    if not (_SHORTEST if form is None else form.digits) <= len(code) <= _LONGEST or not code.strip("0"):
        return None
    if code.isdecimal():
        return code
    return None if code.isalpha() or form is not None else code.lower()


def _without_letters(text: str, country: str | None) -> str:
    before = _LETTERS_BEFORE.match(text) if country in FORMS else None
    return text[before.end() :] if before else text


def _cut(text: str, options: CustomerOptions) -> str:
    text = text.removeprefix("z:").translate(_DASHES)  # z: is how exports of Meta's lead forms write ZIPs
    us_form = options.country is None and _ZIP_PLUS_FOUR.fullmatch(text)
    cut = us_form or options.country in WITH_US_ZIP_CODES or options.zip_form == "before_dash"
    return text.partition("-")[0] if cut else text


def _letters_and_digits(text: str) -> str:
    return ascii_digits("".join(filter(str.isalnum, text)))


def _with_zeros(text: str, country: str | None) -> Stepped:
    if country in WITH_US_ZIP_CODES and text.isdecimal() and len(text) == _US_DIGITS_WITH_FOUR:
        return text[:_US_DIGITS]
    form = FORMS.get(country or "")
    restored = form.restored(text) if form is not None and text.isdecimal() else None
    return text if restored is None else Passed(restored, Reason.ZEROS_RESTORED)


def _checked(text: str, options: CustomerOptions) -> Stepped:
    if text == "na" or (text and not text.strip("0")):
        return refused(Reason.PLACEHOLDER)
    if options.country in WITH_US_ZIP_CODES and not (text.isdecimal() and len(text) == _US_DIGITS):
        return refused(Reason.NOT_A_ZIP)
    # Cut at the dash, a code may have any length.
    form = FORMS.get(options.country or "") if options.zip_form == "whole" else None
    if form is not None and text.isdecimal() and form.is_short(text):
        return refused(Reason.NOT_A_ZIP)
    return text if _SHORTEST <= len(text) <= _LONGEST else refused(Reason.NOT_A_ZIP)
