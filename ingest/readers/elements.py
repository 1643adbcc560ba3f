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

_TEXT = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+'
STRING = _TEXT + rb'"'

_INSIDE = rb'(?:[^"\[\]{}]++|' + STRING + rb")*+"
_FLAT = rb"(?:\[" + _INSIDE + rb"\]|\{" + _INSIDE + rb"\})"
_is_flat = re.compile(_FLAT, re.DOTALL).match
"""An object or a list with nothing nested in it, whole."""

_MARK = re.compile(
    _TEXT + rb'(?:"|(?P<cut>))|(?:' + _FLAT + rb"[\s,]*+)++|(?P<opened>[\[{]++)|(?P<closed>[\]}]++)", re.DOTALL
)
"""A string, flat objects and lists one after the other, or brackets of one kind outside of strings. ``cut`` is where a
string stops that goes on in the next block, before half an escape."""

_IN_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
"""What of a string is there already, an escape that is cut in two left out."""

_PLAIN = re.compile(rb"[^\s,\[\]{]*+")
_BETWEEN = re.compile(rb"[\s,]*")


def elements(stream: BinaryIO, offset: int, listed: bool) -> Iterator[tuple[int, bytes]]:
    """Yield the elements from ``offset`` on, where ``stream`` stands, to the list's end.

    ``listed`` is false where the file is one object and no list. Raises :class:`~omnicapi.errors.UnreadableFile` where
    the file ends too early, or an element does not.
    """
    buffer, at, more, element = b"", 0, True, _Element()
    while True:
        if not element.is_begun:
            at += len(_BETWEEN.match(buffer, at)[0])  # type: ignore[index]  # matches anything
        end = element.end(buffer, at)
        if end is not None:
            if end == at:
                return
            yield offset + at, buffer[at:end]
            at, element = end, _Element()
        elif more:
            _check(len(buffer) - at)
            block = stream.read(BLOCK)
            offset, buffer, at, more = offset + at, buffer[at:] + block, 0, bool(block)
        elif listed or element.is_marked:
            raise UnreadableFile("The file ends in the middle of its JSON; it was cut off. Export it anew.")
        elif at < len(buffer):
            raise UnreadableFile("The file is neither a JSON object nor a list of them; export it anew.")
        else:
            return


class _Element:
    """Looks for the end of one element and remembers how far it has looked.

    Each byte is looked at once, however many blocks an element is spread over.
    """

    __slots__ = ("_depth", "_in_string", "_seen")

    def __init__(self) -> None:
        self._seen = 0
        """Bytes of the element that were looked at."""
        self._depth = 0
        self._in_string = False

    @property
    def is_begun(self) -> bool:
        return self._seen > 0

    @property
    def is_marked(self) -> bool:
        """Whether it is begun by a bracket or a quotation mark, and so has an end that can be missed."""
        return self._depth > 0 or self._in_string

    def end(self, buffer: bytes, at: int) -> int | None:
        """Return where the element at ``at`` ends: there, where it is the list's end; ``None`` where more is needed."""
        first = buffer[at : at + 1]
        if first == b"]":
            return at
        if first in (b"{", b"[", b'"'):
            return self._end_of_marked(buffer, at)
        plain = _PLAIN.match(buffer, at + self._seen)
        end = plain.end() if plain else at
        self._seen = end - at
        return end if end < len(buffer) else None

    def _end_of_marked(self, buffer: bytes, at: int) -> int | None:
        """Say where it ends; a string alone ends with its quotation mark."""
        if self._in_string and not self._leave_string(buffer, at):
            return None
        if self._seen and not self._depth:
            return at + self._seen
        flat = None if self._seen else _is_flat(buffer, at)
        return flat.end() if flat else self._end_of_brackets(buffer, at)

    def _end_of_brackets(self, buffer: bytes, at: int) -> int | None:
        """Count brackets outside of strings."""
        for mark in _MARK.finditer(buffer, at + self._seen):
            match mark.lastgroup:
                case "opened":
                    self._depth += mark.end() - mark.start()
                case "closed" if mark.end() - mark.start() >= self._depth:
                    return mark.start() + self._depth
                case "closed":
                    self._depth -= mark.end() - mark.start()
                case "cut":
                    self._seen, self._in_string = mark.end() - at, True
                    return None
            if not self._depth:  # a string
                return mark.end()
        self._seen = len(buffer) - at
        return None

    def _leave_string(self, buffer: bytes, at: int) -> bool:
        """Go on to the quotation mark that closes the string; say whether it is there."""
        self._seen = _IN_STRING.match(buffer, at + self._seen).end() - at  # type: ignore[union-attr]  # matches anything
        if buffer[at + self._seen : at + self._seen + 1] != b'"':
            return False
        self._seen += 1
        self._in_string = False
        return True


def _check(size: int) -> None:
    if size > MAX_LINE:
        raise UnreadableFile(f"One object of the file has more than {MAX_LINE:,} bytes; it would fill the memory.")
