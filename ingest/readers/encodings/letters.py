"""How unusual a word is in a language, in bits: one bit more is half as frequent.

``letter_pairs.tsv`` says for each language what letter follows which, counted in words with letters beyond ASCII;
``names.tsv`` holds names of people and places, and ``frequent_characters.tsv`` the characters of East Asian ones. ADR
0150 says what they were counted in.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

EDGE = "_"
"""Stands for a word's beginning and end in the table."""

_ANY = "*"
FOREIGN_ASCII, FOREIGN = 10, 16
"""What a letter costs that the language does not have: q in Polish, ß in Portuguese."""

RARE_LANGUAGES = {"is": 4}
"""Bits that a word costs more in languages with few speakers, whose letters look like those of others misread."""

KANA, USUAL, RARE, NEVER = 7, 13, 20, 40
"""What a character of a language without an alphabet costs; the last one is no character that anybody has agreed on."""

NAME, _NO_NAME = 14, 1 << 30
"""What a name costs at most that the language's list holds."""

_FIRST = 32
"""How many of the most frequent characters cost as little as the first."""

_KANA = range(0x3040, 0x3100)
_LEADS = {
    "cp932": (0x81, 0x97),
    "euc_jp": (0xA1, 0xCF),
    "cp949": (0xB0, 0xC8),
    "gb18030": (0xA1, 0xD7),
    "cp950": (0xA1, 0xC6),
}
"""First bytes of the usual characters: level 1 of JIS X 0208, GB 2312 and Big5, the syllables of KS X 1001."""

_HIGH = 0xA1
_SECOND_IS_HIGH = {"cp949", "gb18030"}
"""Encodings whose usual characters have a second byte from ``A1`` on; what was added later has lower ones."""

_PRIVATE = "Co"
_WITH_CASE = {"Lu", "Ll", "Lt"}


class Costs(dict[str, int]):
    """What each pair of letters costs in one language.

    ``alone`` is what each letter costs behind any other, ``unseen`` how much more behind one that it never followed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.alone: dict[str, int] = {}
        self.unseen: dict[str, int] = {}

    def __missing__(self, pair: str) -> int:
        """Return what two letters cost that never stood together."""
        first, second = pair[0], pair[1]
        if (cost := self.alone.get(second)) is not None:
            cost += self.unseen.get(first, 0)
        else:
            cost = FOREIGN_ASCII if second.isascii() else FOREIGN
        self[pair] = cost  # bounded by the pairs of letters that encodings with one byte have
        return cost


@cache
def pairs() -> dict[str, Costs]:
    """Return by language what its pairs of letters cost."""
    found: dict[str, Costs] = {}
    for line in _lines("letter_pairs.tsv"):
        language, first, unseen, groups = line.split("\t")
        costs = found.setdefault(language, Costs())
        if first == _ANY:
            costs.alone = _costs("", groups)
        else:
            costs.unseen[first] = int(unseen)
            costs.update(_costs(first, groups))
    return found


def _costs(first: str, groups: str) -> dict[str, int]:
    """Return what pairs cost that begin with a letter: of ``3ae 5o`` those with a and e 3, that with o 5."""
    found: dict[str, int] = {}
    for group in groups.split(" "):
        letters = group.lstrip("0123456789")
        found |= dict.fromkeys(map(first.__add__, letters), int(group.removesuffix(letters)))
    return found


@cache
def frequent() -> dict[str, Mapping[str, int]]:
    """Return by language what the characters cost that names and places are mostly written with."""
    lines = (line.split("\t") for line in _lines("frequent_characters.tsv"))
    return {language: {one: _of_rank(rank) for rank, one in enumerate(listed)} for language, listed in lines}


def _of_rank(rank: int) -> int:
    return 6 + min(4, (1 + rank // _FIRST).bit_length())


@cache
def names() -> Mapping[str, frozenset[str]]:
    """Return by language names of people and places, in small letters."""
    lines = (line.split("\t") for line in _lines("names.tsv"))
    return {language: frozenset(listed.split(" ")) for language, listed in lines}


def _lines(name: str) -> list[str]:
    return (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()


def of_words(words: Sequence[str], languages: Sequence[str]) -> Iterator[int]:
    """Yield what words in small letters cost together in each of several languages of :func:`pairs`."""
    together = [(word, [one + other for one, other in pairwise(f"{EDGE}{word}{EDGE}")]) for word in words]
    for language in languages:
        costs, known = pairs()[language].__getitem__, names().get(language, frozenset())
        cost = sum(min(sum(map(costs, of)), NAME if word in known else _NO_NAME) for word, of in together)
        yield cost + RARE_LANGUAGES.get(language, 0) * len(words)


def of_character(character: str, encoding: str, language: str) -> int:
    """Return what a character beyond ASCII costs in an encoding of up to two bytes a character."""
    if (cost := frequent()[language].get(character)) is not None:
        return cost
    if ord(character) in _KANA and language == "ja":
        return KANA
    category = unicodedata.category(character)
    if category == _PRIVATE:
        return NEVER
    low, high = _LEADS[encoding]
    code = character.encode(encoding, "replace")
    is_usual = len(code) > 1 and low <= code[0] <= high and (encoding not in _SECOND_IS_HIGH or code[1] >= _HIGH)
    return USUAL if is_usual and category not in _WITH_CASE else RARE
