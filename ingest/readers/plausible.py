"""In which encodings a text makes sense: its words then have the letters of a language, where that language has them.

Of the readings that make equal sense, chardet's models of frequent sequences of letters decide. Where
these do not prefer one clearly, nothing is chosen.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

import chardet

from ingest.readers.alphabets import ALPHABETS, BEFORE_NO_LETTER, FINAL, FREQUENT, SIGNS, WITHIN_WORDS

MOST_WORDS = 2000
"""Different words that are looked at."""

FEW_WORDS = 6
_CLEARLY, _OF_FEW_WORDS = 1.05, 1.6
"""How many times as frequent the sequences of one reading must be; measured on names of 27 languages."""

_ASCII = "\x00-\x40\x5b-\x60\x7b-\x7f"
_WORD = re.compile(f"[^{_ASCII}]*[^\x00-\x7f][^{_ASCII}]*")
_LATIN_ENDS = "\u0250"
_FIRST_WIDE = 0x80

_MODELS = {"euc_jis_2004": "euc_jp", "big5hkscs": "big5", "shift_jis_2004": "cp932", "koi8-t": "koi8-r"}
"""The encodings that chardet names instead of the part of them that is in use."""


@dataclass(frozen=True)
class Reading:
    """A text as one or several encodings give it.

    ``misfits`` are the words that are of no language, ``languages`` how many the others need. Fewer make more sense.
    """

    encodings: Sequence[str]
    misfits: int
    languages: int
    words: int


def best(sample: bytes) -> Sequence[str]:
    """Return the encoding in which a text makes most sense, or the several of which none is preferred.

    None is returned where the text makes no sense in any.
    """
    readings = _readings(sample)
    least = min((reading.misfits, reading.languages) for reading in readings)
    equal = [reading for reading in readings if (reading.misfits, reading.languages) == least]
    if 2 * least[0] > max(reading.words for reading in equal):
        return ()
    return _preferred(sample, equal)


def _readings(sample: bytes) -> list[Reading]:
    """Return how the text reads, once for each reading that differs."""
    found: dict[tuple[str, ...], list[str]] = {}
    for encoding in (*ALPHABETS, *FREQUENT):
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(sample)  # a character cut off at the end is no error
        except UnicodeDecodeError:
            continue
        words = dict.fromkeys(match[0] for match in _WORD.finditer(text))
        found.setdefault(tuple(islice(words, MOST_WORDS)), []).append(encoding)
    return [_judged(words, encodings) for words, encodings in found.items()]


def _judged(words: Sequence[str], encodings: Sequence[str]) -> Reading:
    return min((_in(words, encodings, one) for one in encodings), key=lambda it: (it.misfits, it.languages))


def _in(words: Sequence[str], encodings: Sequence[str], one: str) -> Reading:
    if one in FREQUENT:
        return Reading(encodings, sum(not _is_east_asian(word, one) for word in words), 1, len(words))
    alphabets = ALPHABETS[one]
    fitting = [_languages(word, alphabets) for word in words]
    lettered = [languages for word, languages in zip(words, fitting, strict=True) if languages and _has_letters(word)]
    return Reading(encodings, fitting.count(frozenset()), _needed(lettered, len(alphabets)), len(words))


def _has_letters(word: str) -> bool:
    return any(map(_is_letter, word))


def _needed(fitting: list[frozenset[int]], known: int) -> int:
    """Return how many languages are needed so that each word is of one, taking the one with most words first."""
    count = 0
    while fitting:
        counts = [sum(language in languages for languages in fitting) for language in range(known)]
        most = counts.index(max(counts))
        fitting = [languages for languages in fitting if most not in languages]
        count += 1
    return count


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM" and character not in SIGNS


def _languages(word: str, alphabets: Sequence[str]) -> frozenset[int]:
    """Return the alphabets that a word is written in, by number, and so none of a misfit."""
    if not _signs_fit(word):
        return frozenset()
    parts = "".join(character if _is_letter(character) else " " for character in word).split()
    if not all(_is_cased_well(part) for part in parts):
        return frozenset()
    letters = set("".join(parts).lower())
    return frozenset(number for number, alphabet in enumerate(alphabets) if _has(alphabet, letters))


def _has(alphabet: str, letters: Collection[str]) -> bool:
    is_latin = alphabet[0] < _LATIN_ENDS
    return all(is_latin if letter.isascii() else letter in alphabet for letter in letters)


def _signs_fit(word: str) -> bool:
    for before, sign, after in zip(f" {word}", word, f"{word[1:]} ", strict=False):
        if sign.isascii() or _is_letter(sign):
            continue
        if sign not in SIGNS or (sign in BEFORE_NO_LETTER and _is_letter(after)):
            return False
        if sign not in WITHIN_WORDS and _is_letter(before) and _is_letter(after):
            return False
    return True


def _is_cased_well(part: str) -> bool:
    """Tell a word from one with a capital, or a letter that stands at the end only, behind a small letter."""
    if any(letter in part[:-1] for letter in FINAL):
        return False
    return not any(
        one.islower() and other.isupper() and not (one.isascii() and other.isascii()) for one, other in pairwise(part)
    )


def _is_east_asian(word: str, encoding: str) -> bool:
    """Tell a word of which most characters are frequent ones, without a letter of ASCII beside them."""
    wide = [character.encode(encoding) for character in word if ord(character) >= _FIRST_WIDE]
    frequent = sum(any(low <= code[0] <= high for low, high in FREQUENT[encoding]) for code in wide)
    is_mixed = any(character.isascii() and character.isalpha() for character in word)
    return not is_mixed and 2 * frequent >= len(wide)


def _preferred(sample: bytes, readings: Sequence[Reading]) -> Sequence[str]:
    if len(readings) == 1:
        return readings[0].encodings[:1]
    scores = _scores(sample, [encoding for reading in readings for encoding in reading.encodings])
    ranked = sorted(
        readings, key=lambda reading: max(scores.get(encoding, 0.0) for encoding in reading.encodings), reverse=True
    )
    first, second = (max(scores.get(encoding, 0.0) for encoding in reading.encodings) for reading in ranked[:2])
    is_short = max(reading.words for reading in readings) < FEW_WORDS
    if first > second * (_OF_FEW_WORDS if is_short else _CLEARLY) and (second or not is_short):
        return ranked[0].encodings[:1]
    return [reading.encodings[0] for reading in ranked]


def _scores(sample: bytes, encodings: Sequence[str]) -> dict[str, float]:
    names = {_name(encoding): encoding for encoding in encodings}
    found = chardet.detect_all(
        sample,
        ignore_threshold=True,
        compat_names=False,
        include_encodings=list(names),
        no_match_encoding=next(iter(names)),
    )
    scores: dict[str, float] = {}
    for guess in found:
        if guess["encoding"] is not None:
            name = names.get(_name(guess["encoding"]), guess["encoding"])
            scores[name] = max(guess["confidence"], scores.get(name, 0.0))
    return scores


def _name(encoding: str) -> str:
    name = codecs.lookup(encoding).name
    return _MODELS.get(name, name).replace("_", "-")
