"""``ct``: lower case, only letters, of any script (meta-capi.md §3.4 ct; CIP; docs/adr/0011).

Two implementations of Meta's disagree on accents, so the ASCII form can be sent instead, or as well.
"""

from __future__ import annotations

from handle.customer.already_hashed import pass_hashed
from handle.customer.options import CustomerOptions
from handle.customer.placeholders import refuse_placeholder
from handle.customer.steps import Step
from handle.customer.text import ascii_letters, letters_only, lower_case, readable, refuse_email, with_a_letter, words


def steps(options: CustomerOptions) -> tuple[Step, ...]:
    """Give the steps of the rule."""
    letters = (
        Step("trim, Unicode NFC", readable),
        Step("already hashed?", pass_hashed()),
        Step("placeholder?", refuse_placeholder()),
        Step("not another field?", refuse_email),
        Step("lower case", lower_case),
        Step("only letters", letters_only),
        Step("a letter left?", with_a_letter),
        Step("still a city?", refuse_placeholder("na")),
    )
    return (*letters, Step("ASCII letters", _folded)) if options.city_form == "ascii" else letters


def ordinary(text: str, options: CustomerOptions) -> str | None:
    """Settle cities in Latin letters at once."""
    letters = words(text) if options.city_form == "letters" else None
    return None if letters == "na" else letters


def _folded(text: str) -> str:
    """Fold a city whose letters all have an ASCII form; another script stays as it is."""
    return ascii_letters(text) if all(map(ascii_letters, filter(str.isalpha, text))) else text
