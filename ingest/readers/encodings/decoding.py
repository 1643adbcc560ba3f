"""Bytes become text in an encoding that is certain, in one of several, or in another one here and there."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from ingest.readers.encodings.known import TWO_BYTES
from ingest.readers.encodings.likely import likely

UNCERTAIN = "\ufffd"
"""Stands for a letter that was lost, or that is another one in each encoding that the file may be in."""

Decode = Callable[[bytes], str]

_ASCII = 0x80
_SEVERAL_BYTES = {"utf-8", *(known.name for known in TWO_BYTES)}
_WORD = re.compile(rb"([\x00-\x3f]+)")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_CUT = re.compile(rb"(?:[a-z][\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]?)\Z").search
"""How a word ends that was cut within a character of UTF-8."""


@lru_cache(maxsize=64)
def decoder(encodings: tuple[str, ...]) -> Decode:
    """Return what decodes text in the first of the encodings.

    Letters that are others in one of the rest become :data:`UNCERTAIN`, and so do bytes that are none.
    """
    if _SEVERAL_BYTES.isdisjoint(encodings):
        table = "".join(_shared(bytes([byte]), encodings) for byte in range(256))
        return lambda data: codecs.charmap_decode(data, "strict", table)[0]
    decode = codecs.getdecoder(encodings[0])
    if encodings[1:]:
        return lambda data: _BEYOND_ASCII.sub(UNCERTAIN, decode(data, "replace")[0])
    return lambda data: decode(data, "replace")[0]


def beyond(encoding: str, seen: bytes) -> Decode:
    """Return what decodes a text of which only the beginning was judged, whose bytes beyond ASCII are ``seen``.

    A line with others is judged by its own words: exports of two programs may stand one behind the other, and names of
    one country may read alike in several encodings.
    """
    table = "".join(
        bytes([byte]).decode(encoding, "replace") if byte < _ASCII or byte in seen else UNCERTAIN for byte in range(256)
    )

    def decode(line: bytes) -> str:
        text = codecs.charmap_decode(line, "strict", table)[0]
        return _by_its_words(line, encoding) if UNCERTAIN in text else text

    return decode


def _by_its_words(line: bytes, encoding: str) -> str:
    """Return a line as its words are read for certain, else as that and the file's encoding have in common."""
    parts = _WORD.split(line)
    words = tuple(dict.fromkeys(part for part in parts if not part.isascii()))
    best, *rivals = _likely(words)
    decode = decoder((best, *rivals, *([encoding] if rivals and encoding not in (best, *rivals) else [])))
    return "".join(part.decode() if part.isascii() else decode(part) for part in parts)


@lru_cache(maxsize=4096)
def _likely(words: tuple[bytes, ...]) -> tuple[str, ...]:
    return tuple(likely(words))


def _shared(byte: bytes, encodings: Sequence[str]) -> str:
    first, *others = {byte.decode(encoding, "replace") for encoding in encodings}
    return UNCERTAIN if others else first


def utf8(line: bytes) -> str:
    """Return a line of UTF-8, of which some may be in another encoding: exports put one behind the other.

    What is not UTF-8 is judged by the words of this line alone, so that it reads alike wherever reading starts.
    """
    try:
        return line.decode()
    except UnicodeDecodeError:
        parts = _WORD.split(line)
    strays = tuple(dict.fromkeys(part for part in parts if not _is_utf8(part) and not _CUT(part)))
    decode = decoder(_likely(strays)) if strays else None
    return "".join(
        decode(part) if decode is not None and part in strays else part.decode("utf-8", "replace") for part in parts
    )


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
