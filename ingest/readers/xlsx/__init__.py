"""Spreadsheets of Excel 2007 and later (.xlsx, .xlsm), read as they unpack, in memory that is flat."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ingest.readers.archive import MOST_DESCRIBED, Archive
from ingest.readers.dimensions import Sheet
from ingest.readers.markup import elements
from ingest.readers.patterns import Unusual
from ingest.readers.sheet_choice import choose
from ingest.readers.table import Row
from ingest.readers.xlsx import regex_reader, xml_reader
from ingest.readers.xlsx.beginning import Beginning, beginning
from ingest.readers.xlsx.cells import Meaning
from ingest.readers.xlsx.number_formats import Styles
from ingest.readers.xlsx.strings import Strings
from ingest.readers.xlsx.workbook import workbook

Blocks = Callable[[], Iterator[bytes]]
"""Unpacks a part from its beginning."""


def sheet(archive: Archive, wanted: str | None, start: int) -> Sheet:
    """Return the sheet that is read, its rows from row ``start`` on.

    Raises :class:`~omnicapi.errors.UnreadableFile` where it is no workbook, or has no such sheet.
    """
    book = workbook(archive)
    name = choose(((name, visible) for name, visible, _ in book.sheets), wanted)
    part = next(part for one, _, part in book.sheets if one == name)
    styles = Styles(elements(archive.blocks(book.styles, MOST_DESCRIBED)))
    strings = Strings(_texts(lambda: archive.blocks(book.strings)))
    meaning = Meaning(strings, styles.shown, book.from_1904, book.is_recalculated)
    blocks = archive.blocks(part)
    begun = beginning(blocks, "sheetData")
    return Sheet(name, begun.hidden_columns, _rows(begun, blocks, lambda: archive.blocks(part), meaning, start))


def _rows(begun: Beginning, rest: Iterator[bytes], blocks: Blocks, meaning: Meaning, start: int) -> Iterator[Row]:
    number = start - 1
    try:
        for row in regex_reader.rows(begun, rest, meaning, start):
            number = row.number
            yield row
    except Unusual:
        yield from xml_reader.rows(blocks(), meaning, number + 1)


def _texts(blocks: Blocks) -> Iterator[list[str]]:
    count = 0
    try:
        for texts in regex_reader.texts(blocks()):
            count += len(texts)
            yield texts
    except Unusual:
        for texts in xml_reader.texts(blocks()):
            yield texts[count:]
            count = max(0, count - len(texts))
