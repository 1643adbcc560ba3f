"""What a word of a file costs as an encoding reads it, in bits: signs, capitals and letters together."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from ingest.readers.encodings import letters

SIGNS = "€£°ºª–—‘’“”„…·«»®™©§¿¡²½´×\xa0"
"""What stands beside words in names, places, products and prices."""

BEFORE_LETTERS, BEHIND_LETTERS, WITHIN = "°‘“„«¿¡", "ºª”»®™©…²", "’"
"""Signs that may stand with no space before a letter, behind one, and between two."""

ORDINALS, LETTERS_BEFORE_ORDINAL = "ºª", 2
"""``Mª`` and ``nº`` are usual, behind longer words they are ``ş`` misread."""

LONE_SIGN, USUAL_SIGN, MISPLACED, WRONG_SIGN = 5, 9, 10, 20
CAPITAL_WITHIN = 14
"""What a capital behind a small letter costs, where one of the two is beyond ASCII."""

ASCII_AMONG_WIDE = 12
"""What a letter of ASCII costs in a word of Chinese, Japanese or Korean characters."""

UNREADABLE = 20
"""What each byte costs of a word that is not of the encoding: the last one of a sample may be cut."""

_MARKS = "\u0300-\u036f\u064b-\u0652\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
"""Letters that stand above or below others."""

_LETTERS = re.compile(rf"(?:[^\W\d_{re.escape(SIGNS)}]|[{_MARKS}])+")


_NO_LETTERS = re.compile(rf"(?:(?!{_LETTERS.pattern})[^\x00-\x7f])+")


@lru_cache(maxsize=8192)
def one_byte(word: str, languages: tuple[str, ...]) -> tuple[int, ...]:
    """Return what a word costs in each of the languages of an encoding with one byte a letter."""
    parts = _LETTERS.findall(word)
    common = _signs(word) + CAPITAL_WITHIN * sum(map(_has_capital_within, parts))
    if len(parts) == 1 and len(parts[0]) == 1 and parts[0].isascii():
        parts = []  # °C and nº say nothing of a language
    small = [part.lower().replace("i\u0307", "i") for part in parts]  # a small İ is an i and a dot above
    return tuple(common + cost for cost in letters.of_words(small, languages))


def _signs(word: str) -> int:
    cost = 0
    for found in _NO_LETTERS.finditer(word):
        usual = LONE_SIGN if len(word) == 1 else USUAL_SIGN
        cost += sum(usual if sign in SIGNS else WRONG_SIGN for sign in found[0])
        cost += MISPLACED * _is_misplaced(found[0], found.start(), len(word) - found.end())
    return cost


def _is_misplaced(signs: str, before: int, behind: int) -> bool:
    """Tell whether signs stand where none is, with so many characters of a word before and behind them."""
    if before and behind:
        return signs not in WITHIN
    if before > LETTERS_BEFORE_ORDINAL and signs[0] in ORDINALS:
        return True
    return (before > 0 and signs[0] not in BEHIND_LETTERS) or (behind > 0 and signs[-1] not in BEFORE_LETTERS)


def _has_capital_within(part: str) -> bool:
    return any(
        one.islower() and other.isupper() and not (one.isascii() and other.isascii()) for one, other in pairwise(part)
    )


@lru_cache(maxsize=8192)
def two_bytes(word: str, encoding: str, language: str) -> int:
    """Return what a word costs in an encoding of up to two bytes a character; a letter of ASCII is unusual in it."""
    return sum(
        ASCII_AMONG_WIDE * character.isalpha()
        if character.isascii()
        else letters.of_character(character, encoding, language)
        for character in word
    )
