"""What a word of a file costs as an encoding reads it, in bits: signs, capitals and letters together."""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.readers.encodings import letters
from ingest.readers.encodings.letters import EDGE

SIGNS = "€£°ºª–—‘’“”„…·«»®™©§¿¡²½´×\xa0"
"""What stands beside words in names, places, products and prices."""

BEFORE_LETTERS, BEHIND_LETTERS, WITHIN = "°‘“„«¿¡", "ºª”»®™©…²", "’"
"""Signs that may stand with no space before a letter, behind one, and between two."""

WITH_A_LETTER = re.compile("[°º][CFcf]|[NnMD][º°ª]")
"""A single letter and its sign: ``°C``, ``nº``, ``Mª``."""

CLOSING, OPENING = "”", frozenset("“„")
"""A quotation mark that closes, and those that open: a word that only closes is ``ö`` at its end, misread."""

ORDINALS, LETTERS_BEFORE_ORDINAL = "ºª", 2
"""``Mª`` and ``nº`` are usual, behind longer words they are ``ş`` misread."""

ALONE = "€£°½"
"""Signs that are words of their own behind a number."""

UNIT, LONE_SIGN, LONE_OTHER_SIGN, USUAL_SIGN, MISPLACED, WRONG_SIGN = 1, 5, 12, 9, 10, 20
CAPITAL_WITHIN = 14
"""What a capital costs behind a small letter, or between a capital and a small one, where it goes beyond ASCII."""

LONE_LETTER = 8
"""What a letter beyond ASCII costs more that is a word of its own."""

ELISION, _ELIDED = 5, re.compile(r"\b(?:[DdLlO]|[Aa]ll|[Dd]all|[Dd]ell|[Ss]ant)’(?=[A-ZÀ-Þ])")
"""What an article before a name and its apostrophe cost together: ``D’Errico``, ``dell’Oro``, ``O’Brien``."""

ASCII_AMONG_WIDE = 12
"""What a letter of ASCII costs in a word of Chinese, Japanese or Korean characters."""

_NOT_LATIN = "\u01c4-\u0217\u0250-\u0258\u025a-\u07ff\u1e00-\u1e9f"
TWO_SCRIPTS, _TWO_SCRIPTS = 16, re.compile(f"[A-Za-z][{_NOT_LATIN}]|[{_NOT_LATIN}][A-Za-z]")
"""What a letter of the Latin alphabet costs beside one of another, or beside one that no language here has."""

WIDE, _WIDE = 8, ("\u2e80", "\ufaff")
"""What a character of East Asia costs in UTF-8, in which it has three bytes and seldom is one by chance."""

ASCII_SIGNS = ".,;:/-()[]"

UNREADABLE = 20
"""What each byte costs of a word that is not of the encoding: the last one of a sample may be cut."""

_GOES_ON = re.compile("’(?:[A-ZÀ-Þ]|[st](?![^\\W_]))").match
"""An apostrophe within a word, as of ``O’Brien`` and ``Wendy’s``; before other letters it is ``í``, misread."""

_MARKS = "\u0300-\u036f\u064b-\u0652\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
"""Letters that stand above or below others."""

_LETTER = rf"(?:[^\W\d_{re.escape(SIGNS)}]|[{_MARKS}])"
_LETTERS = re.compile(f"{_LETTER}+")
_NO_LETTERS = re.compile(rf"(?:(?!{_LETTER})[^\x00-\x7f])+")
"""Asks of one letter, not of all that follow: else a long word takes time in proportion to the square of its length."""


@lru_cache(maxsize=8192)
def one_byte(word: str, languages: tuple[str, ...]) -> tuple[int, ...]:
    """Return what a word costs in each of the languages of an encoding with one byte a letter."""
    bare, elided = _ELIDED.subn("", word)
    parts = _LETTERS.findall(bare)
    common = ELISION * elided + _signs(bare) + CAPITAL_WITHIN * sum(map(_has_capital_within, parts))
    if len(parts) == 1 and len(parts[0]) == 1 and not parts[0].isascii():
        common += LONE_LETTER
    elif len(parts) == 1 and len(parts[0]) == 1:
        common = UNIT if WITH_A_LETTER.fullmatch(bare.strip(ASCII_SIGNS)) else common + MISPLACED
        parts = []  # °C and nº say nothing of a language
    common += TWO_SCRIPTS * len(_TWO_SCRIPTS.findall(bare))
    if wide := sum(map(_is_wide, bare)):
        common += WIDE * wide
        parts = [part for part in parts if not _is_wide(part[0])]
    small = [part.lower().replace("i\u0307", "i") for part in parts]  # a small İ is an i and a dot above
    return tuple(common + cost for cost in letters.of_words(small, languages))


def _is_wide(character: str) -> bool:
    return _WIDE[0] <= character <= _WIDE[1]


def _signs(word: str) -> int:
    cost = MISPLACED * (CLOSING in word and OPENING.isdisjoint(word))
    for found in _NO_LETTERS.finditer(word):
        usual = UNIT if word in ALONE else LONE_SIGN if len(word) == 1 else USUAL_SIGN
        cost += sum(usual if sign in SIGNS else LONE_OTHER_SIGN if len(word) == 1 else WRONG_SIGN for sign in found[0])
        cost += MISPLACED * _is_misplaced(word, found[0], found.start(), len(word) - found.end())
    return cost


def _is_misplaced(word: str, signs: str, before: int, behind: int) -> bool:
    """Tell whether signs stand where none is, with so many characters of a word before and behind them."""
    if before and behind:
        return signs not in WITHIN or not _GOES_ON(word, before)
    if before > LETTERS_BEFORE_ORDINAL and signs[0] in ORDINALS:
        return True
    return (before > 0 and signs[0] not in BEHIND_LETTERS) or (behind > 0 and signs[-1] not in BEFORE_LETTERS)


def _has_capital_within(part: str) -> bool:
    return any(
        other.isupper() and (one.islower() or (one.isupper() and third.islower())) and not (one + other).isascii()
        for one, other, third in zip(part, part[1:], f"{part[2:]}{EDGE}", strict=False)
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
