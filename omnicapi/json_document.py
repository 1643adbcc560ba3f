"""JSON that a person wrote: a map, a policy, a table of datasets. What is wrong with it is said with its place."""

from __future__ import annotations

import codecs
import re
from typing import Any, TypeVar

import msgspec

DEEPEST = 64
"""Levels of brackets in one document; the deepest of ours has eight. Python gives up at about a thousand."""

_MARK = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)
"""A whole string, be it cut off, or a bracket outside of strings."""

_BYTE = re.compile(r" \(byte ([0-9]{1,12})\)\Z")

T = TypeVar("T")


def read_document(text: bytes, type_: type[T]) -> T:
    """Return what a document says; a byte order mark before it is passed over.

    Raises :class:`msgspec.DecodeError` whose text says what was expected and at which entry, or at which line and
    column where the text is no JSON or nested too deeply; and :class:`UnicodeDecodeError`.
    """
    text = text.removeprefix(codecs.BOM_UTF8)
    if (at := _too_deep(text)) is not None:
        raise msgspec.DecodeError(f"Brackets are nested more than {DEEPEST} levels deep ({_place(text, at)}).")
    try:
        return msgspec.json.decode(text, type=type_)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError as error:
        told = _BYTE.sub(lambda byte: f" (near {_place(text, int(byte[1]))})", str(error))
        raise msgspec.DecodeError(told) from None


def read_object(text: bytes) -> dict[str, Any]:
    """Return the entries of a document that is one JSON object; raises as :func:`read_document` does."""
    return read_document(text, dict[str, Any])


def _too_deep(text: bytes) -> int | None:
    """Return where the first bracket is opened that is nested too deeply."""
    depth = 0
    for mark in _MARK.finditer(text):
        if mark[0] in (b"{", b"["):
            depth += 1
            if depth > DEEPEST:
                return mark.start()
        elif mark[0] in (b"}", b"]"):
            depth -= 1
    return None


def _place(text: bytes, at: int) -> str:
    line, column = text.count(b"\n", 0, at) + 1, at - text.rfind(b"\n", 0, at)
    return f"line {line}, column {column}"
