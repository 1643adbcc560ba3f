"""What is wrong with a text that is no JSON, for whoever sends it; never quotes what it says."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

import msgspec

STRING = rb'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?'
"""A string, be it cut off; an end of a line cannot stand in one.

What is cut off is matched too: to look again from each quotation mark in it would take time by the square of its size.
"""

GZIP = b"\x1f\x8b"
"""How compressed data begins (RFC 1952)."""

_PACKED = (b"PK\x03\x04", b"\x28\xb5\x2f\xfd", b"\x78\x01", b"\x78\x9c", b"\x78\xda")
"""How data begins that is packed as ZIP, Zstandard and zlib (deflate) do."""

_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_is_form = re.compile(rb"(?:\xef\xbb\xbf)?[\w.%\[\]-]{1,64}=").match

_strings = re.compile(STRING, re.DOTALL)
_LONE_ESCAPE = re.compile(
    rb"\\u[dD][89aAbB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89aAbB]..)\\u[dD][c-fC-F][0-9a-fA-F]{2}", re.DOTALL
)
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NOT_A_VALUE = re.compile(rb"\b(?:NaN|Infinity|undefined|None|True|False)\b")
_PLAIN_KEY = re.compile(r"[A-Za-z_][\w.-]{0,63}", re.ASCII).fullmatch


class DuplicateKey(msgspec.DecodeError):
    """An object has one key twice, and nobody knows which of its values counts."""

    def __init__(self, key: str) -> None:
        super().__init__(f"one object has {f'the key {key}' if _PLAIN_KEY(key) else 'a key'} twice")


def fault(text: bytes, error: Exception) -> str:
    """Say what is wrong, as what follows a colon. ``error`` is what decoding raised."""
    if isinstance(error, DuplicateKey):
        return f"{error}; send each once"
    outside = _strings.sub(b'""', text)
    return next((told for is_it, told in _FAULTS if is_it(text, outside, error)), _USUAL)


def _is_open(outside: bytes) -> bool:
    return any(outside.count(begin) > outside.count(end) for begin, end in ((b"{", b"}"), (b"[", b"]")))


_FAULTS: tuple[tuple[Callable[[bytes, bytes, Exception], object], str], ...] = (
    (lambda _, __, error: isinstance(error, RecursionError), "its brackets are nested too deeply"),
    (lambda text, _, __: text.startswith(GZIP), "it is compressed with gzip; send it as it is"),
    (lambda text, _, __: text.startswith(_PACKED), "it is compressed; send it as it is"),
    (
        lambda text, _, __: text.startswith(_WIDE) or b"\0" in text[:4],
        "it is in UTF-16 or UTF-32; write it in UTF-8",
    ),
    (lambda text, _, __: not text, "it is empty; send an object, a list, or an object per line"),
    (
        lambda text, _, __: _is_form(text),
        "it is a form; one is taken by the collector, as application/x-www-form-urlencoded with one field data",
    ),
    (
        lambda text, _, __: _LONE_ESCAPE.search(text),
        r"an escape such as \ud83d is half of a character that was cut in two; cut texts between characters",
    ),
    (
        lambda _, outside, __: _NOT_A_VALUE.search(outside),
        "NaN, Infinity or another word that JSON does not know stands where a value belongs; leave such keys out",
    ),
    (lambda _, __, error: isinstance(error, UnicodeError), "it is not text in UTF-8"),
    (
        lambda text, _, __: _CONTROL.search(text),
        r"a line break or another control character stands in a text; write it as an escape such as \n",
    ),
    (lambda _, outside, __: _is_open(outside), "it is cut off, or a bracket or a quotation mark is missing"),
)
"""Each fault by how it is told from the text, what of it stands outside of strings, and the error; the first counts."""

_USUAL = "send an object, a list, or an object per line, in UTF-8"
