"""``ph``: digits with the country code and without ``+`` (meta-capi.md §3.4 ph; CIP)."""

from __future__ import annotations

import re
from functools import partial

from handle.customer.already_hashed import SHORTEST_HASH, pass_hashed
from handle.customer.options import CustomerOptions
from handle.customer.phones.numbering_plan import complete, national
from handle.customer.phones.phone_readings import BRAZILIAN_WITHOUT_9, e164
from handle.customer.placeholders import refuse_placeholder
from handle.customer.reasons import Reason
from handle.customer.spreadsheets import whole_number
from handle.customer.steps import Passed, Step, Stepped, refused
from handle.customer.text import ascii_digits, readable

_FEWEST, _MOST = 7, 15  # digits of an E.164 number
_REPEATED = 7  # the fewest digits of a national number: of so many equal ones at the end, all may be equal

_EXTENSION = re.compile(
    r"(?<![\s,;])[\s,;]*+(?:(?<![^\W\d])(?:ext=|extension|extn?|ramal|poste|anexo|interno|int|dw|durchwahl|доб|x)(?![^\W\d])|#)"
    r"[\s.:]*+\d{1,7}\s*+\Z",
    re.IGNORECASE,
)
# Where a run of digits begins: looking from each of them again would take time by the square of their number.
_TWO_PHONES = re.compile(r"(?<!\d)(?<!\d\D)(?<!\d\D\D)(?<!\d\D\D\D)(?:\d\D{0,3}){7,}[/;,|](?:\D{0,6}\d){7,}")
_is_plain = re.compile(r"\+?\d{7,15}", re.ASCII).fullmatch
_WITHOUT_9 = 12


def steps(options: CustomerOptions) -> tuple[Step, ...]:
    """Give the steps of the rule."""
    google = Reason.GOOGLE_HASHED_PHONE if options.google_hashed else None
    international = options.phone_form == "international"
    return (
        Step("trim, Unicode NFC", readable),
        Step("already hashed?", pass_hashed(google=google)),
        Step("placeholder?", refuse_placeholder()),
        Step("undo the spreadsheet", whole_number),
        Step("one phone, without extension", _one_phone),
        Step("digits with country code", partial(_digits, country=options.country, international=international)),
        Step("not one repeated digit", _not_repeated),
        Step("as numbered today", _as_today),
    )


def ordinary(text: str, options: CustomerOptions) -> str | None:
    """Settle at once what needs neither repair nor the library."""
    dialled = text if text.isdecimal() else _without_separators(text)
    if len(text) >= SHORTEST_HASH or not _is_plain(dialled) or "(0)" in text:
        return None
    if options.phone_form == "international" and dialled[0] != "+":
        return None
    digits = complete(dialled, options.country)
    if digits is None or len(digits) > _MOST or digits.endswith(digits[-1] * _REPEATED):
        return None
    return None if len(digits) == _WITHOUT_9 and BRAZILIAN_WITHOUT_9.fullmatch(digits) else digits


def _without_separators(text: str) -> str:
    text = text.replace(" ", "").replace("-", "").replace("(", "").replace(")", "")
    return text.replace(".", "").replace("\u00a0", "")


def _one_phone(text: str) -> Stepped:
    text = _EXTENSION.sub("", text)
    return refused(Reason.SEVERAL_VALUES) if _TWO_PHONES.search(text) else text


def _digits(text: str, country: str | None, *, international: bool) -> Stepped:
    dialled = _as_dialled(text, international=international)
    found = e164(text, dialled, country)
    if found is not None and _FEWEST <= len(found) <= _MOST:
        return found
    return refused(_why_not(dialled, country))


def _as_dialled(text: str, *, international: bool) -> str:
    """Keep the digits (letters are removed: CIP) and a plus sign before them."""
    text = re.sub(r"[^\d+]", "", ascii_digits(text.replace("＋", "+")))
    return ("+" if international or text.startswith("+") else "") + text.replace("+", "")


def _why_not(dialled: str, country: str | None) -> Reason:
    digits = dialled.lstrip("+0")
    if dialled and len(set(digits)) <= 1:
        return Reason.PLACEHOLDER
    incomplete = country is None and not dialled.startswith(("+", "00"))
    return Reason.NO_COUNTRY_CODE if incomplete and _FEWEST <= len(digits) <= _MOST else Reason.NOT_A_PHONE


def _not_repeated(digits: str) -> Stepped:
    """Refuse a national number that is one digit over and over; ``11 99999-9999`` may be somebody's."""
    return refused(Reason.PLACEHOLDER) if len(set(national(digits))) == 1 else digits


def _as_today(digits: str) -> Stepped:
    """Add the ninth digit that Brazilian mobile numbers have had since 2016 (Anatel); WhatsApp still leaves it out."""
    old = BRAZILIAN_WITHOUT_9.fullmatch(digits) if len(digits) == _WITHOUT_9 else None
    return Passed(f"55{old[1]}9{old[2]}", Reason.OLD_NUMBERING) if old else digits
