"""The elements of a JSON list, one after the other, each as its bytes and with the offset at which it begins.

Only where an element ends is found out here, by brackets and quotation marks; what it says is up to msgspec. Libraries
that parse JSON as a stream keep the path of where they are, and brackets nested without end make that grow
quadratically: 200 kB fill any memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from ingest.readers.lines import BLOCK, MAX_LINE
from omnicapi.errors import UnreadableFile

STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'

_MARK = re.compile(STRING + rb'|["\[\]{}]', re.DOTALL)
"""A whole string, or a bracket outside of strings; a quotation mark alone opens a string that goes on later."""

_PLAIN = re.compile(STRING + rb'|[^\s,\[\]{"][^\s,\[\]{]*(?=[\s,\[\]{])', re.DOTALL)
_BETWEEN = re.compile(rb"[\s,]*")


def elements(stream: BinaryIO, offset: int, listed: bool) -> Iterator[tuple[int, bytes]]:
    """Yield the elements from ``offset`` on, where ``stream`` stands, to the list's end.

    ``listed`` is false where the file is one object and no list. Raises :class:`~omnicapi.errors.UnreadableFile` where
    the file ends too early, or an element does not.
    """
    buffer, at, more = b"", 0, True
    while True:
        at += len(_BETWEEN.match(buffer, at)[0])  # type: ignore[index]  # matches anything
        end = _end(buffer, at)
        if end is not None:
            if end == at:
                return
            yield offset + at, buffer[at:end]
            at = end
        elif more:
            _check(len(buffer) - at)
            block = stream.read(BLOCK)
            offset, buffer, at, more = offset + at, buffer[at:] + block, 0, bool(block)
        elif listed or at < len(buffer):
            raise UnreadableFile("The file ends in the middle of its JSON; it was cut off. Export it anew.")
        else:
            return


def _end(buffer: bytes, at: int) -> int | None:
    """Return where the element at ``at`` ends: there, where it is the list's end; ``None`` where more is needed."""
    first = buffer[at : at + 1]
    if first == b"]":
        return at
    if first not in (b"{", b"["):
        plain = _PLAIN.match(buffer, at)
        return plain.end() if plain else None
    depth = 0
    for mark in _MARK.finditer(buffer, at):
        match mark[0]:
            case b"{" | b"[":
                depth += 1
            case b"}" | b"]":
                depth -= 1
                if not depth:
                    return mark.end()
            case b'"':
                return None
    return None


def _check(size: int) -> None:
    if size > MAX_LINE:
        raise UnreadableFile(f"One object of the file has more than {MAX_LINE:,} bytes; it would fill the memory.")
