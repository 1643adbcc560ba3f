"""What stands in a part of an .xlsx before its rows, or its texts, begin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from ingest.readers.archive import damaged
from ingest.readers.dimensions import HiddenColumns
from ingest.readers.markup import ASCII_COMPATIBLE, noted, parse
from ingest.readers.xlsx.cells import TRUE


@dataclass(frozen=True)
class Beginning:
    """Where a list begins.

    ``prefix`` stands before the names of a spreadsheet's elements, ``rest`` is what has been unpacked from the list's
    own tag on. ``is_utf8`` is false where the document is in another encoding. ``hidden_columns`` are those that a
    sheet does not show, counted from 0 (ECMA-376 part 1, §18.3.1.13).
    """

    prefix: str
    rest: bytes
    is_utf8: bool
    hidden_columns: frozenset[int]


def prefix_of(root: str) -> str:
    """Return what stands before the names of a spreadsheet's elements, by that of the outermost one.

    To look at it once is much cheaper than to have every name resolved.
    """
    prefix, colon, _ = root.rpartition(":")
    return prefix + colon


def beginning(blocks: Iterator[bytes], name: str) -> Beginning:
    """Take as many blocks as it needs to find the element ``name``.

    Raises :class:`~omnicapi.errors.UnreadableFile` where there is none.
    """
    taken: list[bytes] = []
    handler = _Search(name)
    for _ in parse(noted(blocks, taken), handler):
        rest = b"".join(taken)[handler.at :]
        tag = f"<{handler.prefix}{name}".encode()
        is_utf8 = handler.encoding in ASCII_COMPATIBLE and rest.startswith(tag)
        return Beginning(handler.prefix, rest, is_utf8, handler.hidden.found())
    raise damaged()


class _Search:
    """Looks for the first element of a name; ``at`` is the byte at which it begins."""

    def __init__(self, name: str) -> None:
        self.prefix = self.encoding = ""
        self.at: int | None = None
        self.hidden = HiddenColumns()
        self._name = name

    def attach(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        parser.XmlDeclHandler = self._declared
        parser.StartElementHandler = self._root

    def completed(self) -> bool:
        return self.at is not None

    def _declared(self, _: str, encoding: str | None, __: int) -> None:
        self.encoding = (encoding or "").casefold()

    def _root(self, tag: str, attributes: dict[str, str]) -> None:
        self.prefix = prefix_of(tag)
        self._parser.StartElementHandler = self._start
        self._start(tag, attributes)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == self.prefix + self._name:
            self.at = self._parser.CurrentByteIndex
            self._parser.StartElementHandler = None
        elif tag == f"{self.prefix}col" and attributes.get("hidden") in TRUE:
            first, last = int(attributes.get("min", 1)) - 1, int(attributes.get("max", 0))
            self.hidden.add(first, last - first)
