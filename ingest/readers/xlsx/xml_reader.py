"""Rows and texts of an .xlsx by a parser that follows every element, for XML that is written in an unusual way.

References that are missing, rich and phonetic text, other encodings, comments and CDATA are all read here.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.parsers import expat

from ingest.readers.archive import damaged
from ingest.readers.cell_text import WITHOUT_RESULT
from ingest.readers.markup import MOST_NESTED, parse
from ingest.readers.table import Row
from ingest.readers.xlsx.beginning import prefix_of
from ingest.readers.xlsx.cells import COLUMNS, NUMBER, TRUE, Meaning, put, unescaped


def rows(blocks: Iterator[bytes], meaning: Meaning, start: int) -> Iterator[Row]:
    """Yield each row of a sheet that has cells, from row ``start`` on."""
    sheet = _Sheet(meaning, start)
    for _ in parse(blocks, sheet):
        yield from sheet.found
        sheet.found.clear()
    if not sheet.is_sheet:
        raise damaged()


def texts(blocks: Iterator[bytes]) -> Iterator[list[str]]:
    """Yield the texts of a workbook, some thousands at a time, without what is said of their sound."""
    part = _Texts()
    for _ in parse(blocks, part):
        yield part.found
        part.found = []


class _Texted:
    """Takes the text of elements, also of rich text; subclasses take the elements that end with one."""

    texts: tuple[str, ...] = ("t",)
    """Elements that hold text."""

    def __init__(self) -> None:
        self.text = ""
        self.is_stored = self._is_text = self._is_phonetic = self._completed = False
        self._depth = 0

    def attach(self, parser: expat.XMLParserType) -> None:
        """Set the parser's handlers."""
        self._parser = parser
        parser.StartElementHandler = self._root

    def completed(self) -> bool:
        """Say whether an element ended since this was asked last."""
        completed, self._completed = self._completed, False
        return completed

    def _root(self, tag: str, attributes: dict[str, str]) -> None:
        prefix = prefix_of(tag)
        self._names = {prefix + name: name for name in ("c", "f", "is", "r", "row", "rPh", "sheetData", "si", "t", "v")}
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._start(tag, attributes)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MOST_NESTED:
            raise damaged()
        name = self._names.get(tag, "")
        if name in self.texts:
            self._is_text = self.is_stored = not self._is_phonetic
        elif name == "rPh":
            self._is_phonetic = True
        else:
            self.begin(name, attributes)

    def _characters(self, text: str) -> None:
        if self._is_text:
            self.text += text

    def _end(self, tag: str) -> None:
        self._depth -= 1
        name = self._names.get(tag, "")
        if name in self.texts:
            self._is_text = False
        elif name == "rPh":
            self._is_phonetic = False
        elif self.end(name):
            self._completed = True

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of another element; one that is not a spreadsheet's has no name."""

    def end(self, name: str) -> bool:
        """Take its end, and say whether something is completed by it."""
        raise NotImplementedError


class _Texts(_Texted):
    """Takes the part that holds the texts of a workbook."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def end(self, name: str) -> bool:
        if name != "si":
            return False
        self.found.append(unescaped(self.text))
        self.text = ""
        return True


class _Sheet(_Texted):
    """Takes a sheet; ``found`` are its finished rows."""

    texts = ("t", "v")

    def __init__(self, meaning: Meaning, start: int) -> None:
        super().__init__()
        self.found: list[Row] = []
        self.is_sheet = False
        self._meaning = meaning
        self._from_row = start
        self._row = self._column = 0
        self._is_numbered = self._is_hidden = self._is_formula = False
        self._cells: list[str] = []
        self._cell: dict[str, str] = {}

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._cell = attributes
            self.text, self.is_stored, self._is_formula = "", False, False
        elif name == "f":
            self._is_formula = True
        elif name == "row":
            self._is_hidden = attributes.get("hidden") in TRUE
            self._is_numbered = "r" in attributes
            self._row = int(attributes.get("r", self._row + 1))
            self._column, self._cells, self.text = 0, [], ""
        elif name == "sheetData":
            self.is_sheet = True

    def end(self, name: str) -> bool:
        if name == "c":
            self._place()
        elif name == "row" and self._cells:
            self.found.append(Row(self._row, self._cells, is_hidden=self._is_hidden))
        return name == "row"

    def _place(self) -> None:
        reference = self._cell.get("r")
        if reference is not None:
            self._go_to(reference)
        if self._row >= self._from_row:
            put(self._cells, self._column, self._said())
        self._column += 1

    def _said(self) -> str:
        kind = self._cell.get("t", NUMBER)
        if self._is_formula and self._meaning.lacks_result(self.text, kind, is_stored=self.is_stored):
            return WITHOUT_RESULT
        return self._meaning.text_of(self.text, kind, self._cell.get("s")) if self.text else ""

    def _go_to(self, reference: str) -> None:
        letters = reference.rstrip("0123456789")
        self._column, row = COLUMNS[letters], int(reference[len(letters) :])
        if self._is_numbered and row != self._row:
            raise damaged()
        self._row, self._is_numbered = row, True
