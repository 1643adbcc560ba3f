"""Spreadsheets of LibreOffice and others (.ods), read as they unpack, in memory that is flat (OpenDocument 1.3 part 3).

One part holds all sheets, one after the other; those before the one that is read are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator

from ingest.readers.archive import Archive
from ingest.readers.dimensions import Numbered
from ingest.readers.open_document import regex_reader, xml_reader
from ingest.readers.patterns import Unusual

CONTENT = "content.xml"


def rows(archive: Archive, wanted: str | None, start: int) -> tuple[str, Iterator[Numbered]]:
    """Return the name of the sheet that is read, and its rows that are not empty, from row ``start`` on.

    Raises :class:`~omnicapi.errors.UnreadableFile` where there is no such sheet.
    """
    begun = xml_reader.begin(archive.blocks(CONTENT), wanted)
    return begun.sheet, _rows(archive, wanted, begun, start)


def _rows(archive: Archive, wanted: str | None, begun: xml_reader.Begun, start: int) -> Iterator[Numbered]:
    number = start - 1
    try:
        for number, cells in regex_reader.rows(begun, start):
            yield number, cells
    except Unusual:
        yield from xml_reader.rows(archive.blocks(CONTENT), wanted, number + 1)
