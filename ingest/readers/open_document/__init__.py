"""Spreadsheets of LibreOffice and others (.ods), read as they unpack, in memory that is flat (OpenDocument 1.3 part 3).

One part holds all sheets, one after the other; those before the one that is read are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator

from ingest.readers.archive import Archive
from ingest.readers.dimensions import Sheet
from ingest.readers.open_document import regex_reader, xml_reader
from ingest.readers.patterns import Unusual
from ingest.readers.table import Row

CONTENT = "content.xml"


def sheet(archive: Archive, wanted: str | None, start: int) -> Sheet:
    """Return the sheet that is read, its rows from row ``start`` on.

    Raises :class:`~omnicapi.errors.UnreadableFile` where there is no such sheet.
    """
    begun = xml_reader.begin(archive.blocks(CONTENT), wanted)
    return Sheet(begun.sheet, begun.hidden_columns, _rows(archive, wanted, begun, start))


def _rows(archive: Archive, wanted: str | None, begun: xml_reader.Begun, start: int) -> Iterator[Row]:
    number = start - 1
    try:
        for row in regex_reader.rows(begun, start):
            number = row.number
            yield row
    except Unusual:
        yield from xml_reader.rows(archive.blocks(CONTENT), wanted, number + 1)
