"""Bytes become text in an encoding that is certain, in one of several, or in another one here and there."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Container, Sequence
from functools import lru_cache

from ingest.readers.encodings.known import TWO_BYTES
from ingest.readers.encodings.likely import likely

UNCERTAIN = "\ufffd"
"""Stands for a letter that was lost, or that is another one in each encoding that the file may be in."""

Decode = Callable[[bytes], str]

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


def beyond(encoding: str, alike: Sequence[str], seen: Container[int]) -> Decode:
    """Return what decodes a text of which only the beginning was judged, whose bytes are ``seen``.

    ``alike`` read the beginning as ``encoding`` does; bytes that come later and are other letters in these become
    :data:`UNCERTAIN`.
    """
    table = "".join(_shared(bytes([byte]), (encoding,) if byte in seen else (encoding, *alike)) for byte in range(256))
    return lambda data: codecs.charmap_decode(data, "strict", table)[0]


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
    decode = _of_strays(strays) if strays else None
    return "".join(
        decode(part) if decode is not None and part in strays else part.decode("utf-8", "replace") for part in parts
    )


@lru_cache(maxsize=4096)
def _of_strays(words: tuple[bytes, ...]) -> Decode:
    return decoder(tuple(likely(words)))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
