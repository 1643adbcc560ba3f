"""Counts the pairs of letters by which encodings are told apart (ADR 0150).

Words are the 40,000 most frequent ones of each language (wordfreq), and names of people and places (Faker), which count
three times. Only words with letters beyond ASCII are counted: no others are looked at. Neither library is installed
otherwise::

    uv run --with wordfreq==3.1.1 --with faker==40.63.0 python -m bench.letters > letter_pairs.tsv
    uv run --with wordfreq==3.1.1 --with faker==40.63.0 python -m bench.letters names > names.tsv

A line holds a language, a letter, the bits that a letter costs more that never follows it, and the bits of those that
do. With ``names``, a line holds a language with Latin letters and its names beyond ASCII.
"""

from __future__ import annotations

import importlib
import math
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import wordfreq

from ingest.readers.encodings.letters import EDGE

LOCALES = (
    "fr:fr_FR de:de_DE,de_AT es:es_ES,es_MX pt:pt_BR,pt_PT it:it_IT ca: sv:sv_SE da:da_DK no:no_NO fi:fi_FI nl:nl_NL "
    "is:is_IS pl:pl_PL cs:cs_CZ sk:sk_SK hu:hu_HU ro:ro_RO hr:hr_HR sl:sl_SI tr:tr_TR lt:lt_LT lv:lv_LV et:et_EE "
    "ru:ru_RU uk:uk_UA bg:bg_BG sr:hr_HR el:el_GR he:he_IL ar:ar_SA th:th_TH"
)
"""Languages, and Faker's locales of each."""

CODES = {"no": "nb", "hr": "sh", "sr": "sh", "et": None, "th": None}
"""Languages that wordfreq calls otherwise, or does not have."""

SCRIPTS = {
    **dict.fromkeys(("ru", "uk", "bg", "sr"), (0x400, 0x500)),
    "el": (0x370, 0x400),
    "he": (0x590, 0x600),
    "ar": (0x600, 0x700),
    "th": (0xE00, 0xE80),
}
"""First and last code point of the letters of languages that have no Latin ones."""

PARTS = {"de": {"straße": 400, "groß": 150, "weiß": 60, "fuß": 40, "schloß": 40}}
"""What makes so many names of streets and places that no list holds, and how often it counts."""

WORDS, NAME_COUNTS = 40_000, 3
MOST_NAMES, SHORTEST_NAME = 1000, 3

SHARE, ASCII_SHARE = 0.0008, 0.0002
"""Share of all letters from which on one is of the language."""

SMOOTHING, SEEN, MOST_UNSEEN = 4, 2, 8

LATIN = "lj nj dž a b v g d đ e ž z i j k l m n o p r s t ć u f h c č š"
CYRILLIC = "љ њ џ а б в г д ђ е ж з и ј к л м н о п р с т ћ у ф х ц ч ш"
"""The letters of Serbian in both its alphabets: its words come in the Latin one."""

KINDS = {
    "person": "first_names first_names_male first_names_female last_names last_names_male last_names_female "
    "first_male_names first_female_names unisex_last_names prefixes_male",
    "address": "cities city_names states counties street_names streets districts regions city_name municipalities "
    "provinces countries",
}
"""Faker's lists of names, by provider."""

_WORD = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f\u064b-\u0652\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])+")


Words = Counter[str]
Row = tuple[str, int, dict[str, int]]


def raw_names(locales: str) -> Iterator[str]:
    """Yield the names of people and places of Faker's locales."""
    for locale in filter(None, locales.split(",")):
        for kind, lists in KINDS.items():
            try:
                provider = importlib.import_module(f"faker.providers.{kind}.{locale}").Provider
            except ImportError:
                continue
            for name in lists.split():
                yield from _texts(getattr(provider, name, ()))


def _texts(found: Any) -> Iterator[str]:
    if isinstance(found, dict | list | tuple | set):
        yield from (text for one in found for text in _texts(one))
    elif isinstance(found, str) and not re.search(r"[{\d]", found):
        yield unicodedata.normalize("NFC", found)


def words(language: str, locales: str) -> Words:
    """Return the words of a language beyond ASCII, and how often each counts."""
    counts: Words = Counter()
    code = CODES.get(language, language)
    for word in wordfreq.top_n_list(code, WORDS) if code else ():
        if _WORD.fullmatch(word):
            counts[unicodedata.normalize("NFC", word)] += 1
    for name in raw_names(locales):
        for word in _WORD.findall(name.lower()):
            counts[word] = max(counts[word], NAME_COUNTS)
    counts.update(PARTS.get(language, {}))
    written: Words = Counter()
    for word, count in counts.items():
        written[_as_in_old_encodings(word, language)] += count
    return Counter({word: count for word, count in written.items() if not word.isascii()})


def _as_in_old_encodings(word: str, language: str) -> str:
    if language == "ro":  # no old encoding has the letters with a comma
        return word.replace("ș", "ş").replace("ț", "ţ")
    if language == "sr":
        for latin, cyrillic in zip(LATIN.split(), CYRILLIC.split(), strict=True):
            word = word.replace(latin, cyrillic)
    return word


def names(language: str, locales: str) -> list[str]:
    """Return the names of a language beyond ASCII that lists hold most often, at most :data:`MOST_NAMES`."""
    counts: Words = Counter()
    for name in raw_names(locales):
        counts.update(_as_in_old_encodings(word, language) for word in _WORD.findall(name.lower()))
    found = {word: count for word, count in counts.items() if not word.isascii() and len(word) >= SHORTEST_NAME}
    return sorted(sorted(found, key=lambda word: (-found[word], word))[:MOST_NAMES])


def rows(language: str, counts: Words) -> Iterator[Row]:
    """Yield what letters cost behind any letter, then behind each."""
    known = _letters(language, counts)
    pairs: Counter[tuple[str, str]] = Counter()
    for word, count in counts.items():
        if known.issuperset(word):
            for pair in pairwise(f"{EDGE}{word}{EDGE}"):
                pairs[pair] += count
    first, second = _sums(pairs, 0), _sums(pairs, 1)
    total = second.total()
    yield "*", 0, {letter: _bits(count / total) for letter, count in second.items()}
    for letter in sorted(first):
        seen = first[letter] + SMOOTHING
        costs = {
            other: _bits((pairs[letter, other] + SMOOTHING * second[other] / total) / seen)
            for other in second
            if pairs[letter, other] >= SEEN
        }
        yield letter, min(MOST_UNSEEN, round(math.log2(seen / SMOOTHING))), costs


def _letters(language: str, counts: Words) -> set[str]:
    found: Counter[str] = Counter()
    for word, count in counts.items():
        for letter in word:
            found[letter] += count
    low, high = SCRIPTS.get(language, (0, 0x250))
    return {
        letter
        for letter, count in found.items()
        if low <= ord(letter) < high and count / found.total() >= (ASCII_SHARE if letter.isascii() else SHARE)
    }


def _sums(pairs: Counter[tuple[str, str]], place: int) -> Counter[str]:
    sums: Counter[str] = Counter()
    for pair, count in pairs.items():
        sums[pair[place]] += count
    return sums


def _bits(share: float) -> int:
    return max(1, round(-math.log2(share)))


def main() -> None:
    """Print what the tables of pairs are made of; with the argument ``names``, which languages have names and which."""
    for entry in LOCALES.split():
        language, _, locales = entry.partition(":")
        if sys.argv[1:] == ["names"]:
            if locales and language not in SCRIPTS:
                print(language, " ".join(names(language, locales)), sep="\t")
            continue
        for letter, unseen, costs in rows(language, words(language, locales)):
            groups: defaultdict[int, str] = defaultdict(str)
            for other, cost in sorted(costs.items()):
                groups[cost] += other
            if groups:
                print(language, letter, unseen, " ".join(f"{c}{groups[c]}" for c in sorted(groups)), sep="\t")


if __name__ == "__main__":
    main()
