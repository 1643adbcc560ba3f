"""``fn`` and ``ln``: lower case, without white space and punctuation (meta-capi.md §3.4 fn, ln; CIP; docs/adr/0010).

Titles and suffixes go (docs/adr/0137). Full names are not split here: what is one by its comma is refused.
"""

from __future__ import annotations

from handle.customer.already_hashed import SHORTEST_HASH, pass_hashed
from handle.customer.options import CustomerOptions
from handle.customer.placeholders import refuse_placeholder
from handle.customer.reasons import Reason
from handle.customer.steps import Step, Stepped, refused
from handle.customer.text import lower_case, readable, refuse_email, with_a_letter, without_punctuation, words
from omnicapi.values.person_names import ALONE, has_affix, without_affixes
from omnicapi.values.placeholders import PLACEHOLDERS

_NO_NAMES = PLACEHOLDERS | ALONE


def steps(options: CustomerOptions) -> tuple[Step, ...]:
    """Give the steps of the rule."""
    google = Reason.GOOGLE_HASHED if options.google_hashed else None
    return (
        Step("trim, Unicode NFC", readable),
        Step("already hashed?", pass_hashed(google=google)),
        Step("placeholder?", refuse_placeholder()),
        Step("not another field?", refuse_email),
        Step("without titles and suffixes", _without_affixes),
        Step("lower case", lower_case),
        Step("no white space, no punctuation", without_punctuation),
        Step("a letter left?", with_a_letter),
        Step("not a title alone", _not_an_affix),
    )


def ordinary(text: str, _: CustomerOptions) -> str | None:
    """Settle names in Latin letters at once, unless a word of theirs may be a title."""
    if text.isalpha() and text.isascii() and len(text) < SHORTEST_HASH:  # one word, which most names are
        lower = text.lower()
        return None if lower in _NO_NAMES else lower
    letters = words(text)
    if letters is None or letters in ALONE:
        return None
    return letters if text.isalpha() or not has_affix(text) else None


def _without_affixes(text: str) -> Stepped:
    if "," not in text and "，" not in text and not has_affix(text):
        return text
    name = without_affixes(text)
    return refused(Reason.WHOLE_NAME) if name is None else name


def _not_an_affix(text: str) -> Stepped:
    return refused(Reason.PLACEHOLDER) if text in ALONE else text
