"""XML parsed as it unpacks, by expat, in memory that no document can fill."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol
from xml.parsers import expat

from ingest.readers.archive import damaged
from omnicapi.errors import UnreadableFile

MOST_UNFINISHED = 4_000_000
"""Bytes within which something must be completed: a row, a text. A row of all 16,384 columns has some 2 MB."""

MOST_NESTED = 100
"""Elements within elements; what is open takes memory. Spreadsheets nest some ten."""

SLICE = 8192
"""Bytes that are parsed at a time: a row of few bytes may have 16,384 cells."""

ASCII_COMPATIBLE = frozenset({"", "utf-8", "us-ascii"})
"""Encodings, as documents declare them, whose text can be read as UTF-8; "" where none is declared."""

SPACE = " "
"""Stands between namespace and name, where a parser tells them apart."""


class Handler(Protocol):
    """Takes a document's elements; see :func:`parse`."""

    def attach(self, parser: expat.XMLParserType) -> None:
        """Set the parser's handlers."""

    def completed(self) -> bool:
        """Say whether something was completed since this was asked last."""


def parse(blocks: Iterable[bytes], handler: Handler, *, namespaces: bool = False) -> Iterator[None]:
    """Give a document to ``handler`` and yield whenever something was completed.

    Raises :class:`~omnicapi.errors.UnreadableFile` where it is no XML, ends too early or declares entities, and where
    too much comes without completing anything.
    """
    parser = expat.ParserCreate(namespace_separator=SPACE if namespaces else None)
    parser.StartDoctypeDeclHandler = _refuse_entities
    handler.attach(parser)
    unfinished, is_empty = 0, True
    for block in _sliced(blocks):
        is_empty = False
        _parse(parser, block)
        unfinished += len(block)
        if handler.completed():
            unfinished = 0
            yield
        elif unfinished > MOST_UNFINISHED:
            raise too_long()
    if not is_empty:
        _parse(parser, b"", last=True)
        if handler.completed():  # expat 2.6 and later may keep what it has for the end
            yield


def noted(blocks: Iterable[bytes], taken: list[bytes]) -> Iterator[bytes]:
    """Yield blocks, and put each into ``taken`` before."""
    for block in blocks:
        taken.append(block)
        yield block


def _sliced(blocks: Iterable[bytes]) -> Iterator[bytes]:
    for block in blocks:
        for at in range(0, len(block), SLICE):
            yield block[at : at + SLICE]


def too_long() -> UnreadableFile:
    """Return the refusal of a document in which too much comes without completing anything."""
    return UnreadableFile(
        f"One row or text of the spreadsheet has more than {MOST_UNFINISHED:,} bytes; it would fill the memory. "
        "Export it as CSV."
    )


def _parse(parser: expat.XMLParserType, block: bytes, *, last: bool = False) -> None:
    try:
        parser.Parse(block, last)
    except (expat.ExpatError, LookupError, ValueError):
        # Besides what is no XML: an encoding that nobody knows, and numbers that are none.
        raise damaged() from None


def _refuse_entities(*_: object) -> None:
    raise UnreadableFile("The spreadsheet declares XML entities, which no spreadsheet program does; save it anew.")


def elements(blocks: Iterable[bytes]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the elements of a document as they begin: local names, and attributes by local names."""
    handler = _Elements()
    for _ in parse(blocks, handler, namespaces=True):
        yield from handler.found
        handler.found.clear()


class _Elements:
    def __init__(self) -> None:
        self.found: list[tuple[str, dict[str, str]]] = []
        self._depth = 0

    def attach(self, parser: expat.XMLParserType) -> None:
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end

    def completed(self) -> bool:
        return bool(self.found)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MOST_NESTED:
            raise damaged()
        local = {name.rpartition(SPACE)[2]: value for name, value in attributes.items()}
        self.found.append((tag.rpartition(SPACE)[2], local))

    def _end(self, _: str) -> None:
        self._depth -= 1
