"""Which encodings a text that is not UTF-8 may be in: those in which its words are least unusual.

Each word that has bytes beyond ASCII is read in every encoding and costs what it costs in the languages written there
(:mod:`ingest.readers.encodings.words`). A file is mostly in one language; a word of another costs a little more.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from ingest.readers.encodings.known import ONE_BYTE, TWO_BYTES, Known
from ingest.readers.encodings.words import UNREADABLE, one_byte, two_bytes

MOST_WORDS = 400
"""Different words that are looked at."""

_AT_A_TIME = 25
_HOPELESS = 100
"""Bits behind the best after some words, with which an encoding is not looked at further."""

OTHER_LANGUAGE = 5
"""Bits that a word of another language than the file's costs more."""

CLEARLY, CLEARLY_USUAL = 15, 11
"""Bits that the best encoding must be ahead of the next one, and that Windows-1252 must, being the usual one."""

USUAL = "cp1252"

HEADER = 8192
"""Bytes of a file in which the column names of its map are looked for."""

_SPACES = bytes(0x20 if byte < 0x40 else byte for byte in range(256))  # noqa: PLR2004 - see words_of


def words_of(data: bytes) -> Sequence[bytes]:
    """Return the different words with bytes beyond ASCII, at most :data:`MOST_WORDS`.

    A word goes on to a digit, a space or a sign below ``@``: none of these is a second byte of a character, but in
    the rarest characters of GB 18030.
    """
    parts = data.translate(_SPACES).split()
    return list(islice(dict.fromkeys(part for part in parts if not part.isascii()), MOST_WORDS))


class Judged(NamedTuple):
    """The encoding of a text, and others that read it otherwise and as well."""

    best: str
    rivals: tuple[str, ...]


def likely(words: Sequence[bytes], names: Sequence[str] = (), data: bytes = b"") -> Sequence[str]:
    """Return the encoding of a text with these words, and behind it those that read them otherwise as well."""
    found = judged(words, names, data)
    return [found.best, *found.rivals]


def judged(words: Sequence[bytes], names: Sequence[str] = (), data: bytes = b"", also: Sequence[Known] = ()) -> Judged:
    """Return which encodings a text with these words may be in.

    ``names`` are column names that ``data``, the text, may begin with: where some encodings read any, only these are
    looked at. ``also`` are encodings that it may be in beside the usual ones.
    """
    running = [Running(known) for known in _with_names((*also, *ONE_BYTE, *TWO_BYTES), names, data)]
    for start in range(0, len(words), _AT_A_TIME):
        for one in running:
            one.add(words[start : start + _AT_A_TIME])
        least = min(one.cost for one in running)
        running = [one for one in running if one.cost <= least + _HOPELESS]
        if len(running) == 1:
            break
    best = min(running, key=_cost)
    ahead = CLEARLY_USUAL if best.known.name == USUAL else CLEARLY
    rivals = sorted((one for one in running if one.cost < best.cost + ahead and one.text != best.text), key=_cost)
    return Judged(best.known.name, tuple(one.known.name for one in rivals))


def _cost(one: Running) -> int:
    return one.cost


class Running:
    """An encoding, and what the words have cost in it so far."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.text: list[str] = []
        self._misfits = 0
        self._costs = [0] * len(known.languages)

    @property
    def cost(self) -> int:
        """What the words cost in the language in which they cost least."""
        return self.known.rarity + self._misfits + min(self._costs)

    def add(self, words: Sequence[bytes]) -> None:
        """Read further words."""
        for word in words:
            try:
                text = word.decode(self.known.name)
            except UnicodeDecodeError:
                self.text.append("")
                self._misfits += UNREADABLE * len(word)
                continue
            self.text.append(text)
            self._add(text)

    def _add(self, word: str) -> None:
        if self.known in TWO_BYTES:
            self._misfits += two_bytes(word, self.known.name, self.known.languages[0])
            return
        costs = one_byte(word, self.known.languages)
        highest = min(one_byte(word, self.known.foreign)) + OTHER_LANGUAGE
        self._costs = [so_far + min(cost, highest) for so_far, cost in zip(self._costs, costs, strict=True)]


def _with_names(all_known: Sequence[Known], names: Sequence[str], data: bytes) -> Sequence[Known]:
    """Return the encodings in which most of the names that go beyond ASCII stand in the text."""
    telling = [name for name in names if not name.isascii()]
    header = data[:HEADER]
    counts = [sum(_holds(header, name, known.name) for name in telling) for known in all_known]
    most = max(counts)
    return [known for known, count in zip(all_known, counts, strict=True) if count == most]


def _holds(data: bytes, name: str, encoding: str) -> bool:
    try:
        return any(form.encode(encoding) in data for form in (name, name.upper(), name.capitalize()))
    except UnicodeEncodeError:
        return False
