"""Counts the frequent characters of Chinese, Japanese and Korean by which encodings are told apart (ADR 0150).

They are counted in names of people and places (Faker), in those of countries, languages and currencies (CLDR) and in
frequent words (wordfreq; of traditional Chinese it has none)::

    uv run --with wordfreq==3.1.1 --with faker==40.63.0 python -m bench.characters > frequent_characters.tsv

A line holds a language and its characters, the most frequent one first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import wordfreq
from babel import Locale

from bench.letters import raw_names

LANGUAGES = {
    "ja": ("ja_JP", "ja", "ja", "cp932"),
    "ko": ("ko_KR", "ko", "ko", "cp949"),
    "zh": ("zh_CN", "zh_Hans", "zh", "gb2312"),
    "tw": ("zh_TW", "zh_Hant", None, "big5"),
}
"""By language: the locales of Faker and of CLDR, wordfreq's code, and an encoding that has its usual characters."""

MOST = 512
OF_PERSON, LETTERS_OF_PERSON, OF_PLACE, OF_COUNTRY, OF_WORD = 20, 3, 3, 1, 0.3
"""How much a character counts in a name of at most so many letters, in longer ones, and elsewhere."""

FREQUENT_WORD = 2e-6
_IDEOGRAPHS, _SYLLABLES = range(0x3400, 0xA000), range(0xAC00, 0xD7B0)


def weighed(faker: str, cldr: str, code: str | None) -> dict[str, float]:
    """Return how much each character of a language counts: its names of people and places, and its frequent words."""
    weights: dict[str, float] = {}
    for name in sorted(set(raw_names(faker))):
        _add(weights, name, OF_PERSON if len(name) <= LETTERS_OF_PERSON else OF_PLACE)
    for name in _told(cldr):
        _add(weights, name, OF_COUNTRY)
    for word, share in wordfreq.get_frequency_dict(code).items() if code else ():
        if share > FREQUENT_WORD:
            _add(weights, word, OF_WORD)
    return weights


def _add(weights: dict[str, float], text: str, weight: float) -> None:
    for character in text:
        weights[character] = weights.get(character, 0) + weight


def _told(locale: str) -> Iterator[str]:
    found = Locale.parse(locale)
    for names in (found.territories, found.languages, found.currencies):
        yield from _texts(names)


def _texts(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, Mapping):
        yield from (text for value in found.values() for text in _texts(value))


def _is_usual(character: str, encoding: str) -> bool:
    written = character.encode(encoding, "ignore")
    return bool(written) and ord(character) in (_SYLLABLES if encoding == "cp949" else _IDEOGRAPHS)


def main() -> None:
    """Print each language and its most frequent characters that its encoding has."""
    for language, (faker, cldr, code, encoding) in LANGUAGES.items():
        weights = weighed(faker, cldr, code)
        usual = [one for one in sorted(weights, key=weights.__getitem__, reverse=True) if _is_usual(one, encoding)]
        print(language, "".join(usual[:MOST]), sep="\t")


if __name__ == "__main__":
    main()
