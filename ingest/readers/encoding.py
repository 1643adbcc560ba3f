"""Which encoding a text file is in.

UTF-8 is tried first and settles almost every file. Spreadsheet programs also write UTF-16 and encodings of old Windows,
DOS and Mac systems, which :mod:`ingest.readers.encodings` tells apart by the words that the text has in each.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.readers.encodings import known
from ingest.readers.encodings.decoding import Decode, beyond, decoder, utf8
from ingest.readers.encodings.likely import MOST_WORDS, judged, words_of

UTF_8 = "utf-8"

BYTE_ORDER_MARKS = {codecs.BOM_UTF8: UTF_8, codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
"""The bytes that may stand before the text, and the encoding that they declare."""

_WITHOUT_MARK = {"utf-8-sig": UTF_8, "utf-16": "utf-16-le"}
"""Encodings in which Python expects a mark, and the same without."""

_IN_LATIN_WORD = re.compile("(?<=[A-Za-z])[À-ÿ]|[À-ÿ](?=[A-Za-z])")
_BEYOND_ASCII = re.compile("[^\\x00-\\x7f\ufffd]")

SAMPLE = 256 * 1024
"""Bytes at a file's beginning that are looked at; of a shorter one nothing comes after them."""

_OF_ONE_BYTE = {one.name for one in known.ONE_BYTE}

ENOUGH = 24
"""Bytes beyond ASCII from which on a text that is valid UTF-8 is no other by chance."""

_ASCII_BYTES = 0x80
_ASCII = bytes(range(_ASCII_BYTES))

MOST_NAMED = 4
"""Encodings that a message names."""


@dataclass(frozen=True)
class Encoding:
    """The encoding of a text, and how many bytes come before the text.

    ``rivals`` are others in which it makes as much sense, with other letters. What a map declares has none, and is
    believed: bytes that are not of it are refused. ``seen`` are the bytes beyond ASCII of the words that were looked
    at, where others may stand further down.
    """

    name: str
    mark: int = 0
    rivals: tuple[str, ...] = ()
    is_declared: bool = False
    seen: bytes = b""

    @property
    def decode(self) -> Decode:
        """What makes text of whole lines, with U+FFFD for letters that are not certain."""
        if self.name == UTF_8 and not self.rivals:
            return utf8
        if self.is_declared:
            return lambda line: line.decode(self.name)
        if self.seen and not self.rivals:
            return beyond(self.name, self.seen)
        return decoder((self.name, *self.rivals))

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of it."""
        if not self.rivals:
            return ()
        *others, last = (self.name, *self.rivals)[:MOST_NAMED]
        note = (
            f"The file's encoding is not certain: it reads well as {', '.join(others)} and as {last}. What these read "
            "differently is not sent; save the file as CSV UTF-8, or say in the map which it is, such as "
            f'"encoding": "{self.name}".'
        )
        return (note,)


def encoding_of(sample: bytes, declared: str | None, names: Sequence[str] = (), *, is_json: bool = False) -> Encoding:
    """Return the encoding of a file that begins with ``sample``.

    A byte order mark says it, else ``declared``, else the words of the text; ``names`` are column names that it may
    have. JSON that is valid UTF-8 is UTF-8, whatever else its words may be (RFC 8259 §8.1).
    """
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if sample.startswith(mark):
            return Encoding(encoding, len(mark))
    if declared is not None:
        name = codecs.lookup(declared).name
        return Encoding(_WITHOUT_MARK.get(name, name), is_declared=True)
    return _detected(sample, names, is_json)


def _detected(sample: bytes, names: Sequence[str], is_json: bool) -> Encoding:
    if (wide := _without_mark(sample)) is not None:
        return Encoding(wide)
    is_utf8 = _decodes(sample)
    if is_utf8 and (is_json or sample.isascii() or not _is_little(sample)):
        return Encoding(UTF_8)
    words = words_of(sample)
    if not is_utf8 and _is_mostly_utf8(words, _is_little(sample)):
        return Encoding(UTF_8)
    found = judged(words, names, sample, (known.UTF_8,) if is_utf8 else ())
    is_whole = len(sample) < SAMPLE and len(words) < MOST_WORDS
    if is_whole or found.rivals or found.best not in _OF_ONE_BYTE:
        return Encoding(found.best, rivals=found.rivals)
    return Encoding(found.best, seen=bytes(byte for byte in set(b"".join(words)) if byte >= _ASCII_BYTES))


def _without_mark(sample: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of its many ASCII letters is zero."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    # Zeros on both sides are a file that was filled up with them.
    if even + odd < len(sample) / 10 or min(even, odd) * 4 >= max(even, odd):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _decodes(sample: bytes) -> bool:
    try:
        codecs.utf_8_decode(sample, "strict", False)  # a character cut off at the end is no error
    except UnicodeDecodeError:
        return False
    return True


def _is_little(sample: bytes) -> bool:
    """Tell whether so little goes beyond ASCII that it may be UTF-8 by chance: Íñigo in code page 850."""
    return len(sample.translate(None, _ASCII)) < ENOUGH


def _is_mostly_utf8(words: Sequence[bytes], is_little: bool) -> bool:
    """Tell UTF-8 of which some is in another encoding: exports of two programs, one put behind the other.

    Letters of another encoding that happen to be valid UTF-8 are rare among those that are not; where there is little,
    only letters of Latin words count.
    """
    text = b" ".join(words).decode(UTF_8, "replace")
    wrong = text.count("\ufffd")
    return (not is_little and len(_BEYOND_ASCII.findall(text)) >= wrong) or len(
        _IN_LATIN_WORD.findall(text)
    ) * 4 >= wrong
