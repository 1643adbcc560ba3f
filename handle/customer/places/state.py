"""``st``: the code in the United States and Canada, elsewhere lower-case letters (meta-capi.md §3.4 st; CIP).

Without a country, a full name of a state or a province gives its code as well, and a name that was cut is refused.
"""

from __future__ import annotations

import re
from functools import partial

from handle.customer.already_hashed import pass_hashed
from handle.customer.options import CustomerOptions
from handle.customer.placeholders import refuse_placeholder
from handle.customer.places.country_codes import COUNTRIES
from handle.customer.places.state_codes import CUT_NAMES, STATES
from handle.customer.reasons import Reason
from handle.customer.steps import Step, Stepped, refused
from handle.customer.text import ascii_letters, letters_only, lower_case, readable, refuse_email, with_a_letter, words

_WITH_CODES = frozenset([None, *STATES])
_ISO_3166_2 = re.compile(r"([a-z]{2})-([a-z0-9]{1,3})")


def steps(options: CustomerOptions) -> tuple[Step, ...]:
    """Give the steps of the rule."""
    return (
        Step("trim, Unicode NFC", readable),
        Step("already hashed?", pass_hashed()),
        Step("placeholder?", refuse_placeholder()),
        Step("not another field?", refuse_email),
        Step("lower case", lower_case),
        Step("no country prefix", _without_country),
        Step("only letters", letters_only),
        Step("a letter left?", with_a_letter),
        Step("code of the state", partial(_code, country=options.country)),
    )


def ordinary(text: str, options: CustomerOptions) -> str | None:
    """Settle states in Latin letters at once."""
    letters = words(text) if "-" not in text else None
    if letters is None or options.country not in _WITH_CODES:
        return letters
    code = _code(letters, options.country)
    return code if isinstance(code, str) else None


def _without_country(text: str) -> str:
    """Take ``us-`` off ``us-ca``, the ISO 3166-2 form."""
    found = _ISO_3166_2.fullmatch(text)
    return found[2] if found and found[1].upper() in COUNTRIES else text


def _code(text: str, country: str | None) -> Stepped:
    name = ascii_letters(text)
    if country is None:
        code = STATES["US"].get(name) or STATES["CA"].get(name)
        return code or (refused(Reason.NOT_A_STATE) if name in CUT_NAMES else text)
    known = STATES.get(country)
    return text if known is None else known.get(name) or refused(Reason.NOT_A_STATE)
