"""Rows of an .ods by a parser that follows every element, and where the sheet that is read begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from ingest.readers.archive import damaged
from ingest.readers.dimensions import MOST_COLUMNS, HiddenColumns
from ingest.readers.markup import ASCII_COMPATIBLE, MOST_NESTED, SPACE, noted, parse
from ingest.readers.open_document.cell import OFFICE, TABLE, TEXT, Cell, is_hidden, repeated
from ingest.readers.sheet_choice import choose, is_chosen
from ingest.readers.table import Row

_STYLE = f"urn:oasis:names:tc:opendocument:xmlns:style:1.0{SPACE}"
_CELLS = frozenset({TABLE + "table-cell", TABLE + "covered-table-cell"})

_USUAL_NAMES = {TABLE: "table", OFFICE: "office", TEXT: "text"}

_MOST_NAMES = 10_000
"""Sheets, and hidden kinds of sheets. What is known of them takes memory."""


@dataclass(frozen=True)
class Begun:
    """Where a sheet begins: ``rest`` is what has been unpacked from its own tag on, ``blocks`` is what follows.

    ``is_usual`` is false where the document is not in UTF-8 or does not call its namespaces as all programs do.
    ``hidden_columns`` are those that the sheet does not show, counted from 0.
    """

    sheet: str
    rest: bytes
    blocks: Iterator[bytes]
    is_usual: bool
    hidden_columns: frozenset[int] = frozenset()


def begin(blocks: Iterator[bytes], wanted: str | None) -> Begun:
    """Take as many blocks as it needs to find the sheet that is read, and its first row.

    Raises :class:`~omnicapi.errors.UnreadableFile` where there is none.
    """
    document, taken = _Document(wanted), list[bytes]()
    for _ in parse(noted(blocks, taken), document, namespaces=True):
        if document.sheet is not None and document.has_columns:
            rest = b"".join(taken)[document.at :]
            is_usual = document.is_usual and rest.startswith(b"<table:table")
            return Begun(document.sheet, rest, blocks, is_usual, document.hidden.found())
    return Begun(choose(document.sheets, wanted), b"", blocks, is_usual=False)


def rows(blocks: Iterator[bytes], wanted: str | None, start: int) -> Iterator[Row]:
    """Yield each row of the sheet that has cells, from row ``start`` on."""
    document = _Document(wanted)
    for _ in parse(blocks, document, namespaces=True):
        for row, times in document.found:
            for number in range(max(row.number, start), row.number + times):
                yield Row(number, row.cells.copy(), is_hidden=row.is_hidden)
        document.found.clear()
        if document.is_read:
            for _ in blocks:
                pass  # only to the end is it known that the part is not damaged
            return


class _Document:
    """Takes the elements of the document.

    ``sheet`` is the one that is read, from where it begins; ``found`` are its rows that are not empty, each with how
    many there are of it. ``sheets`` are the names so far, and whether each is visible; ``at`` is the byte at which the
    sheet begins. ``hidden`` are its columns that are not shown, all of them once it ``has_columns``.
    """

    def __init__(self, wanted: str | None) -> None:
        self.sheet: str | None = None
        self.sheets: list[tuple[str, bool]] = []
        self.found: list[tuple[Row, int]] = []
        self.is_read = self.has_columns = False
        self.is_usual = True
        self.at = 0
        self.hidden = HiddenColumns()
        self._wanted = wanted
        self._is_hidden = False
        self._hidden: set[str] = set()
        self._style = ""
        self._row = self._repeated = self._column = self._depth = 0
        self._cells: list[str] = []
        self._cell: Cell | None = None
        self._completed = False

    def attach(self, parser: expat.XMLParserType) -> None:
        """Set the parser's handlers."""
        self._parser = parser
        parser.XmlDeclHandler = self._declared
        parser.StartNamespaceDeclHandler = self._named
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters

    def completed(self) -> bool:
        """Say whether a row, a sheet or a style ended since this was asked last."""
        completed, self._completed = self._completed, False
        return completed

    def _declared(self, _: str, encoding: str | None, __: int) -> None:
        self.is_usual = (encoding or "").casefold() in ASCII_COMPATIBLE

    def _named(self, prefix: str | None, namespace: str) -> None:
        usual = _USUAL_NAMES.get(namespace + SPACE)
        self.is_usual = self.is_usual and (prefix == usual or (usual is None and prefix not in _USUAL_NAMES.values()))

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
            self._is_hidden = is_hidden(attributes)
            self._completed = self._completed or not self.has_columns
            self.has_columns = self.sheet is not None
        elif tag == TABLE + "table-column":
            self._take_column(attributes)
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
        self._row, self._repeated, self._column = 1, 0, 0
        if self.sheet is None and is_chosen(name, visible, self._wanted):
            self.sheet, self.at = name, self._parser.CurrentByteIndex

    def _take_column(self, attributes: dict[str, str]) -> None:
        count = repeated(attributes, TABLE + "number-columns-repeated")
        if self.sheet is not None and not self.has_columns and is_hidden(attributes):
            self.hidden.add(self._column, count)
        self._column += count

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
                row = Row(self._row, self._cells, is_hidden=self._is_hidden)
                self.found.append((row, self._repeated))
        elif tag == TABLE + "table":
            self._completed = True
            self.is_read = self.has_columns = self.sheet is not None
        elif tag == _STYLE + "style":
            self._completed = True

    def _place(self, cell: Cell) -> None:
        times = repeated(cell.attributes, TABLE + "number-columns-repeated")
        if text := cell.text:
            if self._column + times > MOST_COLUMNS:
                raise damaged()
            self._cells += [""] * (self._column - len(self._cells)) + [text] * times
        self._column += times
