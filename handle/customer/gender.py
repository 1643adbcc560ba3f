"""``ge``: ``f`` or ``m`` from the words of six languages; anything else is not sent (meta-capi.md §3.4 ge; CIP; PB).

A lone ``m`` is male, as in Meta's documentation; a Spanish source that writes H and M (hombre, mujer) needs a value
table in its map.
"""

from __future__ import annotations

from handle.customer.already_hashed import pass_hashed
from handle.customer.options import Options
from handle.customer.placeholders import refuse_placeholder
from handle.customer.reasons import Reason
from handle.customer.steps import Step, Stepped, refused
from handle.customer.text import lower_case, readable, without_punctuation

_FEMALE = (
    *("f", "female", "woman", "girl", "lady", "mrs", "ms", "miss", "madam", "she", "her", "hers"),
    *("feminino", "feminina", "fem", "mulher", "menina", "moça", "sra", "srta", "senhora", "senhorita", "ela"),
    *("femenino", "femenina", "mujer", "niña", "chica", "señora", "señorita", "ella"),
    *("féminin", "feminin", "féminine", "femme", "fille", "madame", "mademoiselle", "mme", "mlle", "elle"),
    *("w", "weiblich", "frau", "mädchen"),
    *("femminile", "femmina", "donna", "ragazza", "signora", "signorina", "sigra", "lei"),
)
_MALE = (
    *("m", "male", "man", "boy", "gentleman", "mr", "sir", "he", "him", "his"),
    *("masculino", "masc", "homem", "menino", "moço", "sr", "senhor", "ele"),
    *("h", "hombre", "varón", "varon", "niño", "chico", "señor", "él"),
    *("masculin", "homme", "garçon", "monsieur", "il"),
    *("männlich", "maennlich", "mann", "junge", "herr"),
    *("maschile", "maschio", "uomo", "ragazzo", "signore", "sig", "lui"),
)
_LETTERS = dict.fromkeys(_FEMALE, "f") | dict.fromkeys(_MALE, "m")


def steps(_: Options) -> tuple[Step, ...]:
    """Give the steps of the rule."""
    return (
        Step("trim, Unicode NFC", readable),
        Step("already hashed?", pass_hashed()),
        Step("placeholder?", refuse_placeholder()),
        Step("lower case", lower_case),
        Step("no white space, no punctuation", without_punctuation),
        Step("f or m", _letter),
    )


def ordinary(text: str, _: Options) -> str | None:
    """Settle a word at once."""
    return _LETTERS.get(text.lower())


def _letter(text: str) -> Stepped:
    return _LETTERS.get(text) or refused(Reason.NOT_F_OR_M)
