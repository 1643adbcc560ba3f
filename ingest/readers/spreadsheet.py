"""Spreadsheets (.xlsx, .xlsm, .ods, .xls): one sheet, its cells as the text a person would have typed.

Of merged cells the first has the value and the others are empty, which is how every format stores them.
"""

from __future__ import annotations

import os
from typing import BinaryIO

from ingest.readers import csv, open_document, xls, xlsx
from ingest.readers.archive import Archive
from ingest.readers.dimensions import filled_up
from ingest.readers.packed import FLOOR
from ingest.readers.table import Position, ReadOptions, Table
from omnicapi.errors import UnreadableFile

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_OTHERS = (b"<", b"MIME-Version:", b"%PDF", b"PK\x05\x06")
"""What stands first in files that programs name like spreadsheets and that are neither one nor its text."""


def read(stream: BinaryIO, options: ReadOptions, start: Position) -> Table:
    """Return the rows of one sheet; what the file is, its content says and not its name.

    Old systems write text under the name of a spreadsheet, which Excel opens; it is read too. Raises
    :class:`~omnicapi.errors.UnreadableFile` where the file is too large, damaged, encrypted or no spreadsheet.
    """
    if stream.seek(0, os.SEEK_END) > options.max_spreadsheet_bytes:
        raise UnreadableFile(
            f"The spreadsheet is larger than {options.max_spreadsheet_bytes:,} bytes; "
            "export it as CSV, which may have any size, or split it."
        )
    stream.seek(0)
    beginning = stream.read(256).lstrip(b"\xef\xbb\xbf \r\n\t")
    if beginning.startswith(_OLE):
        return xls.read(stream, options.sheet)
    if beginning.startswith(_ZIP):
        return _unpacking(stream, options, start)
    if not beginning or beginning.removeprefix(b"\xff\xfe").startswith(_OTHERS):
        raise UnreadableFile(
            "The file is empty, or a web page or XML under a spreadsheet's name, or another document; open it in a "
            "spreadsheet program and save it as .xlsx or CSV."
        )
    return csv.read(stream, options, start)


def _unpacking(stream: BinaryIO, options: ReadOptions, start: Position) -> Table:
    limit = max(FLOOR, stream.seek(0, os.SEEK_END) * options.max_packing)
    archive = Archive(stream, limit)
    kind = open_document if open_document.CONTENT in archive else xlsx
    sheet = kind.sheet(archive, options.sheet, start.row)
    rows = filled_up(sheet.rows, start.row, options.max_cells)
    return Table(rows, sheet.name, hidden_columns=sheet.hidden_columns)
