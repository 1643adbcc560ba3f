"""Month names and their abbreviations in English, Portuguese, Spanish, French, German and Italian."""

from __future__ import annotations

import unicodedata

_MONTHS = (
    "january janeiro enero janvier januar janner jaenner gennaio",
    "february fevereiro febrero fevrier februar febbraio",
    "march marco marzo mars marz maerz mrz",
    "april abril avril aprile",
    "may maio mayo mai maggio",
    "june junho junio juin juni giugno",
    "july julho julio juillet juli luglio",
    "august agosto aout",
    "september setembro septiembre setiembre septembre settembre",
    "october outubro octubre octobre oktober ottobre",
    "november novembro noviembre novembre",
    "december dezembro diciembre decembre dezember dicembre",
)
_SHORTEST = 3


def _abbreviations() -> dict[str, int]:
    """Map every beginning of three letters or more that belongs to one month only (French ``jui`` does not)."""
    found: dict[str, set[int]] = {}
    for number, names in enumerate(_MONTHS, start=1):
        for name in names.split():
            for end in range(_SHORTEST, len(name) + 1):
                found.setdefault(name[:end], set()).add(number)
    return {beginning: min(numbers) for beginning, numbers in found.items() if len(numbers) == 1}


_NUMBERS = _abbreviations()


def month_number(word: str) -> int | None:
    """Give 1–12 for a month's name, or its beginning of three letters or more, in lower case; else None."""
    return _NUMBERS.get(word if word.isascii() else _ascii_letters(word))


def _ascii_letters(word: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", word) if letter.isascii() and letter.isalpha())
