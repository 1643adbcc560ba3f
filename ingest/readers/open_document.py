"""How large the table is that an .ods asks for: a cell and a row can say that they are repeated a million times."""

from __future__ import annotations

import zipfile
from xml.parsers import expat

from ingest.readers import sheet_scan
from ingest.readers.table import Options
from omnicapi.errors import UnreadableFile

CONTENT = "content.xml"

_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0 "


def check(archive: zipfile.ZipFile, options: Options) -> None:
    """Raise :class:`~omnicapi.errors.UnreadableFile` where a spreadsheet would take more memory than allowed.

    Repetitions count up to the last cell of a sheet that has a text: what is empty behind it takes nothing.
    """
    left = options.max_unpacked_bytes
    extent = _Extent()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = extent.start
    parser.StartDoctypeDeclHandler = _refuse_entities
    for entry in archive.infolist():
        for block in sheet_scan.unpacked(archive, entry, left):
            left -= len(block)
            if entry.filename == CONTENT:
                _parse(parser, block)
            if left < 0 or extent.cells > options.max_cells:
                raise UnreadableFile(
                    f"The spreadsheet has more than {options.max_cells:,} cells, or unpacks to more than "
                    f"{options.max_unpacked_bytes:,} bytes; export it as CSV, or split it."
                )


def _parse(parser: expat.XMLParserType, block: bytes) -> None:
    try:
        parser.Parse(block)
    except expat.ExpatError:
        raise UnreadableFile("The spreadsheet is damaged; save it anew.") from None


def _refuse_entities(*_: object) -> None:
    raise UnreadableFile("The spreadsheet declares XML entities, which no spreadsheet program does; save it anew.")


class _Extent:
    """Follows rows and cells; ``cells`` is how many the largest table has up to its last text."""

    def __init__(self) -> None:
        self.cells = 0
        self._row = self._column = self._rows = self._columns = 0
        self._repeated = 1

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""
        if tag == _TABLE + "table":
            self._row = self._rows = self._columns = 0
        elif tag == _TABLE + "table-row":
            self._repeated = _count(attributes, "number-rows-repeated")
            self._row += self._repeated
            self._column = 0
        elif tag in (_TABLE + "table-cell", _TABLE + "covered-table-cell"):
            self._column += _count(attributes, "number-columns-repeated")
        elif tag == _TEXT + "p":
            self._rows, self._columns = self._row, max(self._columns, self._column)
            self.cells = max(self.cells, self._rows * self._columns)


def _count(attributes: dict[str, str], name: str) -> int:
    value = attributes.get(_TABLE + name, "1")
    return int(value) if value.isdecimal() else 1
