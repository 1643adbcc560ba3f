"""Spreadsheets of LibreOffice and others (.ods), read as they unpack, in memory that is flat (OpenDocument 1.3 part 3).

One part holds all sheets, one after the other; those before the one that is read are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from xml.parsers import expat

from ingest.readers.archive import Archive, damaged
from ingest.readers.dimensions import MOST_COLUMNS, Numbered
from ingest.readers.markup import MOST_NESTED, SPACE, parse
from ingest.readers.open_document_cell import TABLE, Cell, repeated
from ingest.readers.sheet_choice import choose, is_chosen

CONTENT = "content.xml"

_STYLE = f"urn:oasis:names:tc:opendocument:xmlns:style:1.0{SPACE}"
_CELLS = frozenset({TABLE + "table-cell", TABLE + "covered-table-cell"})

_MOST_NAMES = 10_000
"""Sheets, and hidden kinds of sheets. What is known of them takes memory."""


def rows(archive: Archive, wanted: str | None, start: int) -> tuple[str, Iterator[Numbered]]:
    """Return the name of the sheet that is read, and its rows that are not empty, from row ``start`` on.

    Raises :class:`~omnicapi.errors.UnreadableFile` where there is no such sheet.
    """
    document = _Document(wanted)
    blocks = archive.blocks(CONTENT)
    reading = parse(blocks, document, namespaces=True)
    for _ in reading:
        if document.sheet is not None:
            return document.sheet, _rows(document, chain([None], reading), blocks, start)
    return choose(document.sheets, wanted), iter(())


def _rows(document: _Document, reading: Iterator[None], blocks: Iterator[bytes], start: int) -> Iterator[Numbered]:
    for _ in reading:
        for first, times, cells in document.found:
            for number in range(max(first, start), first + times):
                yield number, cells.copy()
        document.found.clear()
        if document.is_read:
            for _ in blocks:
                pass  # only to the end is it known that the part is not damaged
            return


class _Document:
    """Takes the elements of the document.

    ``sheet`` is the one that is read, from where it begins; ``found`` are its rows that are not empty: the first
    number, how many there are of it, and the cells. ``sheets`` are the names so far, and whether each is visible.
    """

    def __init__(self, wanted: str | None) -> None:
        self.sheet: str | None = None
        self.sheets: list[tuple[str, bool]] = []
        self.found: list[tuple[int, int, list[str]]] = []
        self.is_read = False
        self._wanted = wanted
        self._hidden: set[str] = set()
        self._style = ""
        self._row = self._repeated = self._column = self._depth = 0
        self._cells: list[str] = []
        self._cell: Cell | None = None
        self._completed = False

    def attach(self, parser: expat.XMLParserType) -> None:
        """Set the parser's handlers."""
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters

    def completed(self) -> bool:
        """Say whether a row, a sheet or a style ended since this was asked last."""
        completed, self._completed = self._completed, False
        return completed

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MOST_NESTED:
            raise damaged()
        if self._cell is not None:
            self._cell.begin(tag, attributes)
        elif tag in _CELLS:
            self._cell = Cell(attributes)
        elif tag == TABLE + "table-row":
            self._row += self._repeated
            self._repeated, self._column, self._cells = repeated(attributes, TABLE + "number-rows-repeated"), 0, []
        elif tag == TABLE + "table":
            self._begin_sheet(attributes)
        elif tag == _STYLE + "style":
            self._style = attributes.get(_STYLE + "name", "")
        elif tag == _STYLE + "table-properties" and attributes.get(TABLE + "display") == "false":
            self._hidden.add(self._style)

    def _begin_sheet(self, attributes: dict[str, str]) -> None:
        name, visible = attributes.get(TABLE + "name", ""), attributes.get(TABLE + "style-name") not in self._hidden
        self.sheets.append((name, visible))
        if len(self.sheets) + len(self._hidden) > _MOST_NAMES:
            raise damaged()
        self._row, self._repeated = 1, 0
        if self.sheet is None and is_chosen(name, visible, self._wanted):
            self.sheet = name
            self._completed = True

    def _characters(self, text: str) -> None:
        if self._cell is not None:
            self._cell.add(text)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        if self._cell is not None:
            if self._cell.end():
                self._place(self._cell)
                self._cell = None
        elif tag == TABLE + "table-row":
            self._completed = True
            if self._cells and self.sheet is not None and not self.is_read:
                self.found.append((self._row, self._repeated, self._cells))
        elif tag == TABLE + "table":
            self._completed, self.is_read = True, self.sheet is not None
        elif tag == _STYLE + "style":
            self._completed = True

    def _place(self, cell: Cell) -> None:
        times = repeated(cell.attributes, TABLE + "number-columns-repeated")
        if text := cell.text:
            if self._column + times > MOST_COLUMNS:
                raise damaged()
            self._cells += [""] * (self._column - len(self._cells)) + [text] * times
        self._column += times
