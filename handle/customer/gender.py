"""``ge``: ``f`` or ``m`` from a word for either; anything else is not sent (meta-capi.md §3.4 ge; CIP; PB).

``gender_words.json`` holds the words by language: those of Meta's param builder, and what forms and titles of other
languages say. A lone ``m`` is male, as in Meta's documentation; a Spanish source that writes H and M (hombre, mujer)
needs a value table in its map.
"""

from __future__ import annotations

from importlib import resources

import msgspec

from handle.customer.already_hashed import pass_hashed
from handle.customer.options import CustomerOptions
from handle.customer.placeholders import refuse_placeholder
from handle.customer.reasons import Reason
from handle.customer.steps import Step, Stepped, refused
from handle.customer.text import lower_case, readable, without_punctuation

_WORDS = msgspec.json.decode(
    resources.files(__package__).joinpath("gender_words.json").read_bytes(), type=dict[str, dict[str, list[str]]]
)
_LETTERS = {word: letter for letter, languages in _WORDS.items() for words in languages.values() for word in words}


def steps(_: CustomerOptions) -> tuple[Step, ...]:
    """Give the steps of the rule."""
    return (
        Step("trim, Unicode NFC", readable),
        Step("already hashed?", pass_hashed()),
        Step("placeholder?", refuse_placeholder()),
        Step("lower case", lower_case),
        Step("no white space, no punctuation", without_punctuation),
        Step("f or m", _letter),
    )


def ordinary(text: str, _: CustomerOptions) -> str | None:
    """Settle a word at once."""
    return _LETTERS.get(text.lower())


def _letter(text: str) -> Stepped:
    return _LETTERS.get(text) or refused(Reason.NOT_F_OR_M)
