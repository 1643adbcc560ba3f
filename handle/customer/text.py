"""Text as it arrives, and what the rules for names and places keep of it."""

from __future__ import annotations

import re
import string
import unicodedata

from handle.customer.already_hashed import SHORTEST_HASH
from handle.customer.reasons import Reason
from handle.customer.steps import Stepped, refused
from omnicapi.values.placeholders import PLACEHOLDERS, REPEATED

_UNREADABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufff9-\uffff]")
# Marks of direction, joining and order that copying leaves behind. The zero-width (non-)joiners are spelling in
# Persian and Indic scripts, so they stay.
_INVISIBLE = dict.fromkeys(
    [0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
)
_DOTTED = re.compile("i\u0307+")
_APOSTROPHES = "´ʹʻʼʽˈ"  # typed as apostrophes, though Unicode calls them letters and symbols
_PUNCTUATION = frozenset(string.punctuation + _APOSTROPHES)

LATIN = "A-Za-zÀ-ÖØ-öø-įı-ž"
"""Letters of Latin alphabets that are in NFC, and whose lower case is one of them: the inside of a character class."""

_BEGINNINGS = tuple(REPEATED)
_are_words = re.compile(rf"[{LATIN}]+(?:[ '.-]{{1,2}}[{LATIN}]+)*").fullmatch


def words(text: str, _options: object = None) -> str | None:
    """Write ordinary Latin words in lower case, without what joins them: ``Na'than-Boile`` → ``nathanboile``.

    None for any other text, for words that stand for none, and for what may be a hash.
    """
    # One ASCII word, which most names are, needs no expression.
    if len(text) >= SHORTEST_HASH or not ((text.isalpha() and text.isascii()) or _are_words(text)):
        return None
    lower = text.lower()
    if lower in PLACEHOLDERS:
        return None
    if lower.isalpha():
        return lower
    letters = lower.replace(" ", "").replace("-", "").replace("'", "").replace(".", "")
    return None if letters in PLACEHOLDERS or lower.startswith(_BEGINNINGS) else letters


def readable(value: str) -> Stepped:
    """Trim and bring into Unicode NFC, so that one text has one hash (meta-capi.md §3.1.7)."""
    text = value.strip()
    if text.isascii() and text.isprintable():
        return text or refused(Reason.EMPTY)
    text = unicodedata.normalize("NFC", text.translate(_INVISIBLE)).strip()
    if _UNREADABLE.search(text):
        return refused(Reason.UNREADABLE)
    return text or refused(Reason.EMPTY)


def opaque(value: str) -> Stepped:
    """Trim a value that Meta wants byte for byte; one that no browser can have sent is refused."""
    text = value.strip()
    if not text.isprintable() and _UNREADABLE.search(text):
        return refused(Reason.UNREADABLE)
    return text or refused(Reason.EMPTY)


def lower_case(text: str) -> str:
    """Write in lower case, still in NFC, and ``İ`` as ``i``: Unicode's default adds a dot, which matches nobody."""
    lower = text.lower()
    if lower.isascii():
        return lower
    return _composed(lower)


def without_spaces(text: str) -> str:
    """Remove white space of every kind, everywhere."""
    return "".join(text.split())


def without_punctuation(text: str) -> str:
    """Remove white space, the ASCII symbols, every Unicode punctuation mark and what is typed as an apostrophe."""
    if text.isalnum() and text.isascii():
        return text
    return _composed("".join(c for c in text if not _is_punctuation(c)))


def letters_only(text: str) -> str:
    """Keep the letters of every script and the marks that belong to them."""
    if text.isalpha() and text.isascii():
        return text
    kept = (c for c in text if unicodedata.category(c)[0] in "LM" and c not in _APOSTROPHES)
    return _composed("".join(kept))


def ascii_letters(text: str) -> str:
    """Fold accents and ligatures to ASCII letters; what has no such form (another script) is left out."""
    if text.isascii():
        return text
    spelled = text.translate(_SPELLED_OUT)
    return "".join(c for c in unicodedata.normalize("NFKD", spelled) if c.isascii() and c.isalpha())


def ascii_digits(text: str) -> str:
    """Write the digits of other scripts, and full-width ones, as 0–9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def with_a_letter(text: str) -> Stepped:
    """Refuse what has no letter left."""
    return text if any(map(str.isalpha, text)) else refused(Reason.NO_LETTERS)


def refuse_email(text: str) -> Stepped:
    """Refuse an e-mail address where a name or a place is meant: the columns are shifted."""
    return refused(Reason.WRONG_FIELD) if "@" in text else text


def _composed(text: str) -> str:
    """Bring text in lower case into NFC, and take off the dot that ``İ`` leaves above an ``i``."""
    return _DOTTED.sub("i", unicodedata.normalize("NFC", text))


def _is_punctuation(character: str) -> bool:
    return (
        character in _PUNCTUATION
        or character.isspace()
        # P* are Unicode's punctuation categories; the documentation names no list (CIP).
        or unicodedata.category(character)[0] == "P"
    )


_SPELLED_OUT = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i"}
)
